/**
 * Where Newton starts: the weighted least-squares potential of the log ratios, which is the answer
 * itself under detailed balance.
 */
import { refactor, solveFactored, type LaplacianFactor } from './laplacian';
import type { PairWeights } from './linearise';

/** A pair seen one way only counts as if the other way had this share of it. */
const unseenShare = 0.2;

/**
 * argmin of sum h_fg (V_f - V_g - ln(w_fg / w_gf))^2, h_fg the weights of the Hessian there.
 * Overwrites `factor`. Roughly: 1% in the energy norm.
 */
export function logRatioStart(pairs: PairWeights, factor: LaplacianFactor, V: Float64Array): void {
  const { first, second, out, back } = pairs;
  const weights = new Float64Array(first.length);
  V.fill(0);
  for (let p = 0; p < first.length; p++) {
    const w = out[p]! > 0 ? out[p]! : unseenShare * back[p]!;
    const u = back[p]! > 0 ? back[p]! : unseenShare * out[p]!;
    if (!(w > 0)) continue;
    weights[p] = w / (1 + w / u);
    const pull = weights[p]! * Math.log(w / u);
    V[first[p]!]! += pull;
    V[second[p]!]! -= pull;
  }
  refactor(factor, weights);
  solveFactored(factor, V, 1e-2);
}
