/** The covariance of least-action potentials on some states of a component, and what is solved with it. */
import { centre } from '../potential/laplacian';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';
import { gradientTerms } from '../potential/standard-errors';

/** A block's fit: what the sandwich of method.md section 4 is made of (local indices). */
export interface Sandwich {
  graph: NeighbourGraph;
  kernel: ActionKernel;
  V: Float64Array;
  /** H^+, n x n. */
  inverse: Float64Array;
  denominator: Float64Array;
  trials: Float64Array;
}

/**
 * The sandwich H^+ G H^+ on m of the block's states, in the gauge where their mean is 0: m x m
 * numbers, nats squared. Its square roots are the standard errors there. O(m (pairs + m n)).
 */
export function leastActionCovariance(fit: Sandwich, wanted: Int32Array): Float64Array {
  const { graph, inverse, trials } = fit;
  const n = graph.states;
  const m = wanted.length;
  const { share, variance } = gradientTerms(graph, fit.kernel, fit.V, fit.denominator);
  const covariance = new Float64Array(m * m);
  const y = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    const x = inverse.subarray(wanted[i]! * n, (wanted[i]! + 1) * n);
    gradientCovariance(graph, share, variance, trials, x, y);
    for (let j = 0; j <= i; j++) {
      const at = wanted[j]! * n;
      let sum = 0;
      for (let f = 0; f < n; f++) sum += inverse[at + f]! * y[f]!;
      covariance[i * m + j] = covariance[j * m + i] = sum;
    }
  }
  centreBoth(covariance, m);
  return covariance;
}

/** y = G x, G the covariance of the gradient. */
function gradientCovariance(
  graph: NeighbourGraph,
  share: Float64Array,
  variance: Float64Array,
  trials: Float64Array,
  x: Float64Array,
  y: Float64Array,
): void {
  y.fill(0);
  for (let f = 0; f < graph.states; f++) {
    let mean = 0;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      const term = variance[k]! * (x[f]! - x[g]!);
      y[f]! += term;
      y[g]! -= term;
      mean += share[k]! * (x[f]! - x[g]!);
    }
    if (mean === 0) continue;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const term = (share[k]! * mean) / trials[f]!;
      y[f]! -= term;
      y[graph.neighbour[k]!]! += term;
    }
  }
}

/** P C P, P the projection onto mean 0. */
function centreBoth(matrix: Float64Array, m: number): void {
  const mean = new Float64Array(m);
  let all = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) mean[i]! += matrix[i * m + j]! / m;
    all += mean[i]! / m;
  }
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) matrix[i * m + j]! += all - mean[i]! - mean[j]!;
}

/** Below this share of the mean variance a direction has none. */
const leastPivot = 1e-10;

/** A covariance C with no variance along the constant, factored: C^+ x, and normal draws. */
export class CentredCovariance {
  private constructor(
    private readonly m: number,
    /** Cholesky factor of C + scale 11^T / m, lower triangle. */
    private readonly lower: Float64Array,
    private readonly scale: number,
  ) {}

  /** Null where a direction besides the constant has no variance. O(m^3). */
  static of(covariance: Float64Array, m: number): CentredCovariance | null {
    let scale = 0;
    for (let i = 0; i < m; i++) scale += covariance[i * m + i]! / m;
    const lower = new Float64Array(m * m);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = covariance[i * m + j]! + scale / m;
        for (let k = 0; k < j; k++) sum -= lower[i * m + k]! * lower[j * m + k]!;
        if (i === j) {
          if (!(sum > leastPivot * scale)) return null;
          lower[i * m + i] = Math.sqrt(sum);
        } else {
          lower[i * m + j] = sum / lower[j * m + j]!;
        }
      }
    }
    return new CentredCovariance(m, lower, scale);
  }

  /** C^+ x, for x of mean 0. */
  times(x: ArrayLike<number>): Float64Array {
    const { m, lower } = this;
    const y = this.half(x);
    for (let i = m - 1; i >= 0; i--) {
      let sum = y[i]!;
      for (let k = i + 1; k < m; k++) sum -= lower[k * m + i]! * y[k]!;
      y[i] = sum / lower[i * m + i]!;
    }
    return y;
  }

  /** x^T C^+ x, for x of mean 0. */
  quadratic(x: ArrayLike<number>): number {
    let sum = 0;
    for (const value of this.half(x)) sum += value * value;
    return sum;
  }

  /** tr C^+ and tr (C^+)^2. O(m^3). */
  traces(): { trace: number; traceOfSquare: number } {
    const { m, scale } = this;
    let trace = -1 / scale;
    let traceOfSquare = -1 / (scale * scale);
    const unit = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      unit.fill(0);
      unit[i] = 1;
      const column = this.times(unit);
      trace += column[i]!;
      for (const value of column) traceOfSquare += value * value;
    }
    return { trace, traceOfSquare };
  }

  /** A normal vector of mean 0 and covariance C, from m independent standard normal numbers. */
  draw(normal: () => number): Float64Array {
    const { m, lower } = this;
    const z = Float64Array.from({ length: m }, normal);
    const x = new Float64Array(m);
    for (let i = 0; i < m; i++) for (let k = 0; k <= i; k++) x[i]! += lower[i * m + k]! * z[k]!;
    centre(x);
    return x;
  }

  /** L^-1 x. */
  private half(x: ArrayLike<number>): Float64Array {
    const { m, lower } = this;
    const y = Float64Array.from(x);
    for (let i = 0; i < m; i++) {
      let sum = y[i]!;
      for (let k = 0; k < i; k++) sum -= lower[i * m + k]! * y[k]!;
      y[i] = sum / lower[i * m + i]!;
    }
    return y;
  }
}
