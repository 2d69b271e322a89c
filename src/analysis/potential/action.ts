/** The action S[V] and its kernel K with first and second derivatives (method.md section 3). */
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';

/** 1 / (1 + e^-x), without overflow. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** K(x): softplus ln(1 + e^-x), or exp e^(-x/2). Finite for softplus; may be Infinity for exp. */
export function kernelValue(kernel: ActionKernel, x: number): number {
  if (kernel === 'exp') return Math.exp(-x / 2);
  return Math.max(0, -x) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** K'(x) < 0. */
export function kernelSlope(kernel: ActionKernel, x: number): number {
  return kernel === 'exp' ? -Math.exp(-x / 2) / 2 : -logistic(-x);
}

/** K''(x) > 0 (0 where it underflows). */
export function kernelCurvature(kernel: ActionKernel, x: number): number {
  return kernel === 'exp' ? Math.exp(-x / 2) / 4 : logistic(x) * logistic(-x);
}

/**
 * Sum over the directed edges of w_fg K(V_f - V_g): |C_src| times the action of method.md section 3.
 * V has n values in nats.
 */
export function action(graph: NeighbourGraph, kernel: ActionKernel, V: Float64Array): number {
  let sum = 0;
  for (let f = 0; f < graph.states; f++) {
    let row = 0;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const w = graph.out[k]!;
      if (w > 0) row += w * kernelValue(kernel, V[f]! - V[graph.neighbour[k]!]!);
    }
    sum += row;
  }
  return sum;
}
