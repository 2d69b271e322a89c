/** Gradient of the action, one row at a time (method.md section 3). */
import { kernelSlope } from './action';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';

/**
 * dS/dV_f = sum over neighbours g of w_fg K'(V_f - V_g) - w_gf K'(V_g - V_f), written into
 * `gradient` (n values, in the unit of the weights). Sums to 0 over the block.
 */
export function actionGradient(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  gradient: Float64Array,
): void {
  for (let f = 0; f < graph.states; f++) {
    let sum = 0;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const x = V[f]! - V[graph.neighbour[k]!]!;
      const out = graph.out[k]!;
      const back = graph.back[k]!;
      // A weight of 0 must not meet an infinite slope.
      if (out > 0) sum += out * kernelSlope(kernel, x);
      if (back > 0) sum -= back * kernelSlope(kernel, -x);
    }
    gradient[f] = sum;
  }
}
