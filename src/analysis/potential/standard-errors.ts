/** Standard errors of potentials in the mean gauge of a block (method.md section 4). */
import { kernelSlope } from './action';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';

/**
 * Reversible fit: sqrt of the diagonal of L^+ - P diag(1/N_f) P, with L^+ (n x n) of the weights
 * B p (1 - p) and N_f the attempts. n values in nats; NaN where the variance is not positive, 0 where no
 * row can come out otherwise.
 */
export function reversibleErrors(inverse: Float64Array, attempts: Float64Array): Float64Array {
  const n = attempts.length;
  const diagonal = Float64Array.from({ length: n }, (_, f) => inverse[f * n + f]!);
  return reversibleErrorsFrom(diagonal, attempts);
}

/** The same from the diagonal of L^+ alone. */
export function reversibleErrorsFrom(diagonal: Float64Array, attempts: Float64Array): Float64Array {
  const n = attempts.length;
  let sum = 0;
  for (const count of attempts) sum += 1 / count;
  return Float64Array.from(attempts, (count, f) => {
    const gauge = (1 / count) * (1 - 2 / n) + sum / (n * n);
    return rootOfDifference(diagonal[f]!, gauge);
  });
}

/** Per entry of the block: share of T_fg in the gradient of the action, and in its variance. */
export interface GradientTerms {
  share: Float64Array;
  variance: Float64Array;
}

/** T_fg K'(V_f - V_g), and T_fg K'^2 / D_f, for the gradient's covariance under multinomial rows. */
export function gradientTerms(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  denominator: Float64Array,
): GradientTerms {
  const share = new Float64Array(graph.neighbour.length);
  const variance = new Float64Array(graph.neighbour.length);
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      if (!(graph.out[k]! > 0)) continue;
      const slope = kernelSlope(kernel, V[f]! - V[graph.neighbour[k]!]!);
      share[k] = graph.out[k]! * slope;
      variance[k] = (graph.out[k]! * slope * slope) / denominator[f]!;
    }
  }
  return { share, variance };
}

/**
 * Least action: sqrt of the diagonal of the sandwich H^+ G H^+, G the covariance of the gradient under
 * multinomial rows: row f of the kernel has covariance diag(T_f) / D_f - T_f T_f^T / M_f, D the
 * denominators and M the trials of the normalised rows (local indices). `inverse` is H^+, n x n.
 */
export function leastActionErrors(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  inverse: Float64Array,
  denominator: Float64Array,
  trials: Float64Array,
): Float64Array {
  const n = graph.states;
  const terms = gradientTerms(graph, kernel, V, denominator);
  const errors = new Float64Array(n);
  for (let i = 0; i < n; i++)
    errors[i] = sandwichError(graph, terms, trials, inverse.subarray(i * n, (i + 1) * n));
  return errors;
}

/** sqrt(x^T G x) for one column x of H^+: the standard error of its state. */
export function sandwichError(
  graph: NeighbourGraph,
  { share, variance }: GradientTerms,
  trials: Float64Array,
  x: Float64Array,
): number {
  let total = 0;
  let fixed = 0;
  for (let f = 0; f < graph.states; f++) {
    let mean = 0;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const difference = x[f]! - x[graph.neighbour[k]!]!;
      mean += share[k]! * difference;
      total += variance[k]! * difference * difference;
    }
    if (mean !== 0) fixed += (mean * mean) / trials[f]!;
  }
  return rootOfDifference(total, fixed);
}

/** A variance below this share of what it is left over from is rounding: nothing can vary there. */
const rounding = 1e-13;

/** sqrt(total - fixed): 0 where they agree up to rounding, NaN where it is not positive. */
export function rootOfDifference(total: number, fixed: number): number {
  const variance = total - fixed;
  if (Math.abs(variance) <= rounding * total) return 0;
  return variance > 0 && Number.isFinite(variance) ? Math.sqrt(variance) : NaN;
}
