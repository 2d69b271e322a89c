/** A Newton step in float64 on the host: certifies the last one, and steps in where float32 is not enough. */
import { actionGradient } from '../analysis/action-gradient';
import { hessianWeights } from '../analysis/hessian-vector';
import { laplacianFactor, solveLaplacian } from '../analysis/laplacian';
import type { NeighbourGraph } from '../analysis/neighbour-graph';
import type { ActionKernel } from '../analysis/result';

/** Relative error in the energy norm that the step may have. */
const TOLERANCE = 1e-6;

/**
 * n values, nats: minus the solution of H d = gradient at V; null where the solve did not succeed, or
 * where the gradient is so near rounding that it has no direction.
 */
export function hostStep(
  graph: NeighbourGraph,
  action: ActionKernel,
  V: Float64Array,
): Float64Array | null {
  const gradient = new Float64Array(graph.states);
  const weights = new Float64Array(graph.neighbour.length);
  actionGradient(graph, action, V, gradient);
  hessianWeights(graph, action, V, weights);
  const downhill = gradient.map((g) => -g);
  const factor = laplacianFactor(graph, weights);
  const { x, residual } = solveLaplacian(graph, weights, factor, downhill, TOLERANCE);
  const still = x.every((value) => value === 0) && !gradient.every((g) => g === 0);
  return residual <= 1e-3 && !still && x.every(Number.isFinite) ? x : null;
}
