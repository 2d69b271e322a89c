/**
 * Where Newton starts: the weighted least-squares potential of the log ratios, which is the answer
 * itself under detailed balance. One Laplacian solve, with the weights of the Hessian there.
 */
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';

/** A pair seen one way only counts as if the other way had this share of it. */
const UNSEEN_SHARE = 0.2;

/** Rates both ways, neither of them 0. */
function bothWays(out: number, back: number): [number, number] {
  return [out > 0 ? out : UNSEEN_SHARE * back, back > 0 ? back : UNSEEN_SHARE * out];
}

/** 2 x pairs: w_fg w_gf / (w_fg + w_gf), the Hessian's weight where V_f - V_g is the log ratio. */
export function balancedWeights(graph: NeighbourGraph): Float64Array {
  return graph.out.map((w, k) => {
    const [out, back] = bothWays(w, graph.back[k]!);
    return out / (1 + out / back);
  });
}

/** n values: the gradient at V = 0 of 1/2 sum h_fg (V_f - V_g - ln(w_fg / w_gf))^2. */
export function logRatioGradient(graph: NeighbourGraph, weights: Float64Array): Float64Array {
  const gradient = new Float64Array(graph.states);
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const [out, back] = bothWays(graph.out[k]!, graph.back[k]!);
      gradient[f]! -= weights[k]! * Math.log(out / back);
    }
  }
  return gradient;
}
