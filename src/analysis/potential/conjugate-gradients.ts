/** Preconditioned conjugate gradients for a Laplacian system. */

export interface LinearSolution {
  /** n values. */
  x: Float64Array;
  iterations: number;
  /** sqrt(r M^-1 r) at the end over its value at the start. */
  residual: number;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * x with L x = b by `multiply` (q = L p) and `precondition` (z = M^-1 z in place). Stops when the
 * residual is at most `tolerance`, when rounding stops progress, or after `limit` iterations.
 */
export function conjugateGradients(
  multiply: (p: Float64Array, q: Float64Array) => void,
  precondition: (z: Float64Array) => void,
  b: Float64Array,
  tolerance: number,
  limit: number,
): LinearSolution {
  const n = b.length;
  const x = new Float64Array(n);
  const r = Float64Array.from(b);
  const z = Float64Array.from(b);
  const q = new Float64Array(n);
  precondition(z);
  const p = Float64Array.from(z);
  let rz = dot(r, z);
  const start = rz;
  // Nothing to solve, or weights of such different size that rounding left nothing to go by.
  let residual = start > 0 ? 1 : r.some((value) => value !== 0) ? Infinity : 0;
  let iterations = 0;
  while (rz > 0 && residual > tolerance && iterations < limit) {
    multiply(p, q);
    const curvature = dot(p, q);
    if (!(curvature > 0)) break;
    const step = rz / curvature;
    for (let i = 0; i < n; i++) {
      x[i]! += step * p[i]!;
      const left = r[i]! - step * q[i]!;
      r[i] = left;
      z[i] = left;
    }
    precondition(z);
    const rzNext = dot(r, z);
    const ratio = rzNext / rz;
    for (let i = 0; i < n; i++) p[i] = z[i]! + ratio * p[i]!;
    rz = rzNext;
    residual = Math.sqrt(Math.max(0, rz) / start);
    iterations++;
  }
  return { x, iterations, residual };
}
