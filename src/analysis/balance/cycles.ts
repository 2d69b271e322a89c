/** All cycles at once in the older form: weighted least squares on log ratios (method.md 5.3). */
import type { CountGraph } from '../../transitions/types';
import { laplacianFactor, solveLaplacian } from '../potential/laplacian';
import {
  splitBlocks,
  type LeastActionProblem,
  type NeighbourGraph,
} from '../graph/neighbour-graph';
import { findEdge } from '../graph/find-edge';
import type { CyclesTest } from '../result';
import { chi2Survival } from '../statistics/special';

/** A solve that may leave chi2 wrong by more than this share (or, below 1, by this much) is none. */
const solved = 1e-4;

/**
 * The minimum-logit chi2 (Berkson 1944) over pairs with both counts >= `minimum` > 0: the log ratios
 * ln(N_fg / N_gf) with variance 1 / N_fg + 1 / N_gf, fitted by theta_f - theta_g; attempts are part
 * of theta, so they change nothing. `states` and `components` are those of the pairs, ndf = pairs -
 * states + components. Descriptive: conservative, with about half the power of X2. Nulls have their
 * reason in `why`.
 */
export function cyclesTest(graph: CountGraph, minimum: number): CyclesTest {
  const blocks = splitBlocks(pairsFrom(graph, minimum));
  let pairs = 0;
  let states = 0;
  let chi2: number | null = 0;
  for (const block of blocks) {
    pairs += block.graph.neighbour.length / 2;
    states += block.states.length;
    const part = misfit(block.graph);
    chi2 = chi2 === null || part === null ? null : chi2 + part;
  }
  const ndf = pairs - states + blocks.length;
  const test = { pairs, states, components: blocks.length };
  const without = (reason: string): CyclesTest => ({
    ...test,
    chi2: null,
    ndf,
    p: null,
    why: { chi2: reason, p: reason },
  });
  if (pairs === 0) return without(`No pair has ${minimum} counts or more in both directions.`);
  if (chi2 === null) return without('The least-squares fit did not converge.');
  if (ndf === 0)
    return {
      ...test,
      chi2: 0,
      ndf,
      p: null,
      why: { p: 'The pairs form no cycle: any counts fit.' },
    };
  return { ...test, chi2, ndf, p: chi2Survival(chi2, ndf) };
}

/** The edges whose count, and the count of the way back, are at least the minimum. */
function pairsFrom(graph: CountGraph, minimum: number): LeastActionProblem {
  const n = graph.names.length;
  const rowStart = new Int32Array(n + 1);
  const target: number[] = [];
  const weight: number[] = [];
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      if (graph.count[k]! < minimum) continue;
      const other = findEdge(graph, graph.target[k]!, f);
      if (other < 0 || graph.count[other]! < minimum) continue;
      target.push(graph.target[k]!);
      weight.push(graph.count[k]!);
    }
    rowStart[f + 1] = target.length;
  }
  return { rowStart, target: Int32Array.from(target), weight: Float64Array.from(weight) };
}

/** sum w (y - (theta_f - theta_g))^2 over the pairs of a connected block at its minimum; or null. */
function misfit(graph: NeighbourGraph): number | null {
  const n = graph.states;
  const weights = graph.out.map((out, k) => 1 / (1 / out + 1 / graph.back[k]!));
  const logRatio = graph.out.map((out, k) => Math.log(out / graph.back[k]!));
  const b = new Float64Array(n);
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      b[f]! += weights[k]! * logRatio[k]!;
  }
  const { x, residual } = solveLaplacian(graph, weights, laplacianFactor(graph, weights), b);
  let chi2 = 0;
  let energy = 0;
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      chi2 += weights[k]! * (logRatio[k]! - (x[f]! - x[g]!)) ** 2;
      energy += weights[k]! * (x[f]! - x[g]!) ** 2;
    }
  }
  // What the solve left over adds the square of its energy norm to the minimum.
  return residual ** 2 * energy <= solved * Math.max(1, chi2) ? chi2 : null;
}
