/** The Hessian of the action is a weighted graph Laplacian: its weights and its product (section 3). */
import { kernelCurvature } from './action';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';

/**
 * h_fg = w_fg K''(V_f - V_g) + w_gf K''(V_g - V_f), into `weights` (2 x pairs, the same number in
 * both rows of a pair).
 */
export function hessianWeights(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  weights: Float64Array,
): void {
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      const x = V[f]! - V[g]!;
      const out = graph.out[k]!;
      const back = graph.back[k]!;
      let h = 0;
      if (out > 0) h += out * kernelCurvature(kernel, x);
      if (back > 0) h += back * kernelCurvature(kernel, -x);
      weights[k] = h;
      weights[graph.mirror[k]!] = h;
    }
  }
}

/** (H x)_f = sum over neighbours of h_fg (x_f - x_g), into `product` (n values). */
export function hessianVector(
  graph: Pick<NeighbourGraph, 'states' | 'rowStart' | 'neighbour'>,
  weights: Float64Array,
  x: Float64Array,
  product: Float64Array,
): void {
  const { rowStart, neighbour } = graph;
  for (let f = 0; f < graph.states; f++) {
    const own = x[f]!;
    let sum = 0;
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      sum += weights[k]! * (own - x[neighbour[k]!]!);
    }
    product[f] = sum;
  }
}
