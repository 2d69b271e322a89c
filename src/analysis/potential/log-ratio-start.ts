/**
 * Where Newton starts: one Newton step with every pair taken at its own log ratio, not at differences
 * of a potential. It is the answer itself under detailed balance.
 */
import { refactor, solveFactored, type LaplacianFactor } from './laplacian';
import type { PairWeights } from './linearise';

/** A pair seen one way only is taken where the other way would have this share of it. */
const unseenShare = 0.2;

/**
 * argmin of sum S'_fg (V_f - V_g - x_fg) + 1/2 S''_fg (V_f - V_g - x_fg)^2, the softplus action of every
 * pair to second order at its log ratio x_fg = ln(w_fg / w_gf), where S' is 0 for pairs seen both ways.
 * Overwrites `factor`. Roughly: 1% in the energy norm.
 */
export function logRatioStart(pairs: PairWeights, factor: LaplacianFactor, V: Float64Array): void {
  const { first, second, out, back } = pairs;
  const weights = new Float64Array(first.length);
  V.fill(0);
  for (let p = 0; p < first.length; p++) {
    const w = out[p]!;
    const u = back[p]!;
    if (!(w > 0 || u > 0)) continue;
    const odds = w > 0 ? (u > 0 ? w / u : 1 / unseenShare) : unseenShare;
    const down = 1 / (1 + odds);
    const slope = w > 0 && u > 0 ? 0 : (u * odds - w) * down;
    weights[p] = (w + u) * (odds * down) * down;
    const pull = weights[p]! * Math.log(odds) - slope;
    V[first[p]!]! += pull;
    V[second[p]!]! -= pull;
  }
  refactor(factor, weights);
  solveFactored(factor, V, 1e-2);
}
