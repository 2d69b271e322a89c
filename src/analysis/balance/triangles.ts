/** The published picture of the curl: affinities of cycles of three states (method.md 5.2). */
import type { CountGraph } from '../../transitions/types';
import { forEachTriangle, forwardLists, triangleWork } from './forward-lists';
import type { TrianglesTest } from '../result';

/** Pairs of neighbours looked at before the list is given up; seconds of work. */
const workLimit = 5e8;

/** Length of `largest`. */
const listed = 10;

interface Triangle {
  /** State indices, ascending. */
  states: [number, number, number];
  /** Nats, round the cycle in the order of `states`. */
  affinity: number;
  sigma: number;
}

/**
 * The affinity A = sum of ln T forward minus backward of every cycle of three states with all six
 * counts >= `minimum` > 0, its variance the sum of 1 / N over the six. Factors of a row cancel round
 * a cycle, so A is taken from the counts and no normalisation changes it. `chi2` = sum A^2 /
 * variance is descriptive: triangles share pairs. `largest` holds those of largest |A| / sigma, each
 * in the order of its states' indices. O(m^1.5) for m pairs (Chiba and Nishizeki 1985); `n` and
 * `chi2` are null, with the reason, where that is too long.
 */
export function trianglesTest(graph: CountGraph, minimum: number): TrianglesTest {
  const lists = forwardLists(graph, minimum);
  const { source, target, logRatio, variance } = lists;
  if (triangleWork(lists) > workLimit) {
    const reason = 'There are too many triangles to go through.';
    return { n: null, chi2: null, largest: [], why: { n: reason, chi2: reason } };
  }
  const largest: Triangle[] = [];
  let found = 0;
  let chi2 = 0;
  forEachTriangle(lists, (uv, vw, uw) => {
    const affinity = logRatio[uv]! + logRatio[vw]! - logRatio[uw]!;
    const square = variance[uv]! + variance[vw]! + variance[uw]!;
    found++;
    chi2 += (affinity * affinity) / square;
    keep(largest, source[uv]!, target[uv]!, target[vw]!, affinity, Math.sqrt(square));
  });
  return {
    n: found,
    chi2: found > 0 ? chi2 : null,
    largest: largest.map(({ states, affinity, sigma }) => ({
      states: states.map((f) => graph.names[f]!) as [string, string, string],
      affinity,
      sigma,
    })),
    ...(found > 0
      ? {}
      : { why: { chi2: 'No three states have counts in both directions of all their pairs.' } }),
  };
}

/** Adds a triangle to the list where it is one of the largest; ties go to the lower indices. */
function keep(
  largest: Triangle[],
  u: number,
  v: number,
  w: number,
  affinity: number,
  sigma: number,
): void {
  const last = largest[listed - 1];
  if (last && Math.abs(affinity / sigma) < Math.abs(last.affinity / last.sigma)) return;
  const states: [number, number, number] = [u, v, w];
  states.sort((a, b) => a - b);
  const swapped = Number(u > v) + Number(u > w) + Number(v > w);
  largest.push({ states, affinity: swapped % 2 === 1 ? -affinity : affinity, sigma });
  largest.sort(
    (a, b) =>
      Math.abs(b.affinity / b.sigma) - Math.abs(a.affinity / a.sigma) ||
      a.states[0] - b.states[0] ||
      a.states[1] - b.states[1] ||
      a.states[2] - b.states[2],
  );
  if (largest.length > listed) largest.pop();
}
