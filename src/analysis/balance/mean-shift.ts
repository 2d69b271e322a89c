/** How far the mean of X2 is from its degrees of freedom under balance: few counts shift it (method.md 5.3). */
import { logistic } from '../potential/action';
import { laplacianFactor, solveLaplacian } from '../potential/laplacian';
import type { NeighbourGraph } from '../graph/neighbour-graph';

/**
 * E[X2] - ndf of one block under balance, to first order in 1 / counts, from its fit theta (n values),
 * the weights B p (1 - p) and the leverages h (2 x pairs each) and, where it is known, L^+ (n x n).
 *
 * Second-order expansion of Pearson's X2 at the fit of a logistic model (as McCullagh 1985 and
 * Farrington 1996 have it for such models). With Q = h / w the variance of theta_f - theta_g,
 * s = 1 - 2p, t = 1 - 6p(1 - p), and z the mean shift's potential, L z = sum s h over pairs:
 * sum over pairs of Q (-t (1 - h) / 2 + 3 s^2 h / 4 - s^2 h^2 / 2) + s (1/2 - 3h/4) (z_f - z_g).
 * Left out are products of different pairs' third cumulants with the cube of their covariance, a tenth
 * of the rest at most in simulation. NaN where the leverages are lost to rounding.
 */
export function meanShift(
  graph: NeighbourGraph,
  theta: Float64Array,
  weights: Float64Array,
  h: Float64Array,
  inverse?: Float64Array,
): number {
  const n = graph.states;
  const pull = new Float64Array(n);
  let shift = 0;
  eachPair(graph, theta, (f, g, k, p) => {
    const q = 1 - p;
    const s = q - p;
    const leverage = h[k]!;
    if (!(weights[k]! > 0)) return; // p is 0 or 1 up to rounding: the pair adds nothing to X2
    const variance = leverage / weights[k]!;
    pull[f]! += s * leverage;
    pull[g]! -= s * leverage;
    const own = 0.75 * s * s * leverage - 0.5 * s * s * leverage * leverage;
    shift += variance * (own - 0.5 * (1 - 6 * p * q) * (1 - leverage));
  });
  const z = inverse
    ? multiply(inverse, pull)
    : solveLaplacian(graph, weights, laplacianFactor(graph, weights), pull, 1e-6).x;
  eachPair(graph, theta, (f, g, k, p) => {
    if (weights[k]! > 0) shift += (1 - 2 * p) * (0.5 - 0.75 * h[k]!) * (z[f]! - z[g]!);
  });
  return shift;
}

/** Every pair once, f < g: its entry in row f, and the fitted chance p of f -> g. */
function eachPair(
  graph: NeighbourGraph,
  theta: Float64Array,
  visit: (f: number, g: number, k: number, p: number) => void,
): void {
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g > f) visit(f, g, k, logistic(theta[f]! - theta[g]!));
    }
  }
}

function multiply(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return x.map((_, f) => {
    let sum = 0;
    for (let g = 0; g < n; g++) sum += matrix[f * n + g]! * x[g]!;
    return sum;
  });
}
