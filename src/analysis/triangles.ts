/** The published picture of the curl: affinities of cycles of three states (method.md 5.2). */
import type { CountGraph } from '../transitions/types';
import { findEdge } from './pairs';
import type { TrianglesTest } from './result';

/** Pairs of neighbours looked at before the list is given up; seconds of work. */
const workLimit = 5e8;

/** Length of `largest`. */
const listed = 10;

/** Every pair once, in the row of the end that comes first; the order keeps all rows short. */
interface ForwardLists {
  rowStart: Int32Array;
  target: Int32Array;
  /** ln(N_uv / N_vu) from the row's state u to the target v. */
  logRatio: Float64Array;
  /** 1 / N_uv + 1 / N_vu. */
  variance: Float64Array;
}

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
  const { rowStart, target, logRatio, variance } = lists;
  if (work(lists) > workLimit) {
    const reason = 'There are too many triangles to go through.';
    return { n: null, chi2: null, largest: [], why: { n: reason, chi2: reason } };
  }
  const n = graph.names.length;
  /** Position of the pair u - w in row u, + 1; 0 where there is none. */
  const mark = new Int32Array(n);
  const largest: Triangle[] = [];
  let found = 0;
  let chi2 = 0;
  for (let u = 0; u < n; u++) {
    for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) mark[target[k]!] = k + 1;
    for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) {
      const v = target[k]!;
      for (let l = rowStart[v]!; l < rowStart[v + 1]!; l++) {
        const w = target[l]!;
        const closing = mark[w]! - 1;
        if (closing < 0) continue;
        const affinity = logRatio[k]! + logRatio[l]! - logRatio[closing]!;
        const square = variance[k]! + variance[l]! + variance[closing]!;
        found++;
        chi2 += (affinity * affinity) / square;
        keep(largest, u, v, w, affinity, Math.sqrt(square));
      }
    }
    for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) mark[target[k]!] = 0;
  }
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

/** Pairs with both counts >= minimum, each in the row of its end of lower degree (then index). */
function forwardLists(graph: CountGraph, minimum: number): ForwardLists {
  const n = graph.names.length;
  const from: number[] = [];
  const edge: number[] = [];
  const reverse: number[] = [];
  const degree = new Int32Array(n);
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      if (g < f || graph.count[k]! < minimum) continue;
      const other = findEdge(graph, g, f);
      if (other < 0 || graph.count[other]! < minimum) continue;
      from.push(f);
      edge.push(k);
      reverse.push(other);
      degree[f]!++;
      degree[g]!++;
    }
  }
  const rowStart = new Int32Array(n + 1);
  const turned = from.map((f, i) => degree[graph.target[edge[i]!]!]! < degree[f]!);
  const first = from.map((f, i) => (turned[i] ? graph.target[edge[i]!]! : f));
  for (const u of first) rowStart[u + 1]!++;
  for (let f = 0; f < n; f++) rowStart[f + 1]! += rowStart[f]!;
  const next = rowStart.slice(0, n);
  const target = new Int32Array(from.length);
  const logRatio = new Float64Array(from.length);
  const variance = new Float64Array(from.length);
  from.forEach((f, i) => {
    const at = next[first[i]!]!++;
    const out = graph.count[edge[i]!]!;
    const back = graph.count[reverse[i]!]!;
    target[at] = turned[i] ? f : graph.target[edge[i]!]!;
    logRatio[at] = (turned[i] ? -1 : 1) * Math.log(out / back);
    variance[at] = 1 / out + 1 / back;
  });
  return { rowStart, target, logRatio, variance };
}

function work({ rowStart, target }: ForwardLists): number {
  let steps = 0;
  for (const v of target) steps += rowStart[v + 1]! - rowStart[v]!;
  return steps;
}
