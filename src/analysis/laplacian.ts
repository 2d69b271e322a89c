/** Solves weighted graph Laplacian systems: conjugate gradients on an approximate Cholesky factor. */
import { applyFactor, factorLaplacian, type LaplacianFactor } from './approximate-cholesky';
import { hessianVector } from './hessian-vector';
import type { NeighbourGraph } from './neighbour-graph';

export interface LinearSolution {
  /** n values, mean 0. */
  x: Float64Array;
  iterations: number;
  /** sqrt(r M^-1 r) at the end over its value at the start. */
  residual: number;
}

/** The mean of x becomes 0. */
export function centre(x: Float64Array): void {
  let sum = 0;
  for (const value of x) sum += value;
  const mean = sum / x.length;
  for (let i = 0; i < x.length; i++) x[i]! -= mean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function laplacianFactor(graph: NeighbourGraph, weights: Float64Array): LaplacianFactor {
  return factorLaplacian(graph, weights);
}

/**
 * x with L x = b, L the Laplacian with `weights` (2 x pairs, one number a pair), b of n values that
 * sum to 0 on every connected part. `factor` may come from nearby weights on the same pairs. Stops
 * at the relative tolerance in the energy norm, when rounding stops progress, or at the limit.
 */
export function solveLaplacian(
  graph: NeighbourGraph,
  weights: Float64Array,
  factor: LaplacianFactor,
  b: Float64Array,
  tolerance = 1e-11,
  limit = 500,
): LinearSolution {
  const n = graph.states;
  const x = new Float64Array(n);
  const r = Float64Array.from(b);
  const z = Float64Array.from(r);
  const p = new Float64Array(n);
  const q = new Float64Array(n);
  applyFactor(factor, z);
  centre(z);
  let rz = dot(r, z);
  const start = rz;
  // Nothing to solve, or weights of such different size that rounding left nothing to go by.
  let residual = start > 0 ? 1 : r.some((value) => value !== 0) ? Infinity : 0;
  let iterations = 0;
  p.set(z);
  while (rz > 0 && residual > tolerance && iterations < limit) {
    hessianVector(graph, weights, p, q);
    const curvature = dot(p, q);
    if (!(curvature > 0)) break;
    const step = rz / curvature;
    for (let i = 0; i < n; i++) {
      x[i]! += step * p[i]!;
      r[i]! -= step * q[i]!;
    }
    z.set(r);
    applyFactor(factor, z);
    centre(z);
    const rzNext = dot(r, z);
    const ratio = rzNext / rz;
    for (let i = 0; i < n; i++) p[i] = z[i]! + ratio * p[i]!;
    rz = rzNext;
    residual = Math.sqrt(Math.max(0, rz) / start);
    iterations++;
  }
  centre(x);
  return { x, iterations, residual };
}
