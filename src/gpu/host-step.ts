/** A Newton step in float64 on the host: certifies the last one, and steps in where float32 is not enough. */
import { actionGradient } from '../analysis/potential/action-gradient';
import { hessianWeights } from '../analysis/potential/hessian-vector';
import {
  laplacianFactor,
  solveLaplacian,
  type LaplacianFactor,
} from '../analysis/potential/laplacian';
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';
import { randomSigns } from '../analysis/potential/probes';
import type { ActionKernel } from '../analysis/result';

/** Relative error in the energy norm that the step may have. */
const TOLERANCE = 1e-6;

/** Where rounding of the gradient can move the step by more than this, nats, the step says nothing. */
const SURE = 1e-6;

/** About how far the rounding of the gradient's terms moves the step, at most: one more solve. */
function roundingOf(
  graph: NeighbourGraph,
  weights: Float64Array,
  n: number,
  factor: LaplacianFactor,
): number {
  const sign = randomSigns();
  const noise = new Float64Array(n);
  let mean = 0;
  for (let f = 0; f < n; f++) {
    let around = 0;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) around += weights[k]!;
    noise[f] = sign() * Number.EPSILON * around;
    mean += noise[f]! / n;
  }
  for (let f = 0; f < n; f++) noise[f]! -= mean;
  const { x } = solveLaplacian(graph, weights, factor, noise, 1e-2);
  return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

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
  if (roundingOf(graph, weights, graph.states, factor) > SURE) return null;
  const still = x.every((value) => value === 0) && !gradient.every((g) => g === 0);
  return residual <= 1e-3 && !still && x.every(Number.isFinite) ? x : null;
}
