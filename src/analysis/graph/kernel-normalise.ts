/** Counts -> transition kernel T_fg, in each normalisation of method.md section 2. */
import type { CountGraph } from '../../transitions/types';
import type { AnalysisOptions } from '../result';

/** A kernel on the edges of a count graph. */
export interface Kernel {
  /** m weights T_fg, in the order of the graph's edges. */
  weight: Float64Array;
  /** n: D_f with T_fg = N_fg / D_f (0 where the row is empty). */
  denominator: Float64Array;
  /** n: number of multinomial trials behind row f, for standard errors. */
  trials: Float64Array;
}

/** N_0 of the uniform normalisation: the given one, else (sum of N_f) / |C|. */
export function uniformAttempts(graph: CountGraph, given: number | null): number {
  if (given !== null) return given;
  let total = 0;
  for (const attempts of graph.attempts) total += attempts;
  return graph.names.length > 0 ? total / graph.names.length : 0;
}

/**
 * T_fg for every edge (method.md section 2): `attempts` N_fg / N_f, `accepted` N_fg / sum over the
 * other states, `uniform` min(1, N_fg / N_0), `dirichlet` (N_fg + a) / (N_f + a k_f) with k_f the
 * outcomes seen from f, staying and rejection included. Dimensionless; a row with no attempts is 0.
 */
export function normaliseKernel(
  graph: CountGraph,
  options: Pick<AnalysisOptions, 'normalisation' | 'uniformAttempts' | 'pseudoCounts'>,
): Kernel {
  const n = graph.names.length;
  const weight = new Float64Array(graph.count.length);
  const denominator = new Float64Array(n);
  const trials = new Float64Array(n);
  const n0 = uniformAttempts(graph, options.uniformAttempts);
  const extra = options.normalisation === 'dirichlet' ? options.pseudoCounts : 0;
  for (let f = 0; f < n; f++) {
    const from = graph.rowStart[f]!;
    const to = graph.rowStart[f + 1]!;
    let moved = 0;
    for (let k = from; k < to; k++) moved += graph.count[k]!;
    const attempts = graph.attempts[f]!;
    let d = attempts;
    trials[f] = attempts;
    if (options.normalisation === 'accepted') {
      d = moved;
      trials[f] = moved;
    } else if (options.normalisation === 'uniform') {
      d = n0;
    } else if (options.normalisation === 'dirichlet') {
      const outcomes =
        to - from + (graph.selfTransitions[f]! > 0 ? 1 : 0) + (graph.rejected[f]! > 0 ? 1 : 0);
      d = attempts + extra * outcomes;
    }
    denominator[f] = d;
    if (!(d > 0)) continue;
    for (let k = from; k < to; k++) {
      const t = (graph.count[k]! + extra) / d;
      weight[k] = options.normalisation === 'uniform' ? Math.min(1, t) : t;
    }
  }
  return { weight, denominator, trials };
}
