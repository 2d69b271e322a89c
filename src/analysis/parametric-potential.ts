/** A potential explained by named features of its states, V(f) = constant + w . phi(f) (method.md 6). */
import { centre } from './laplacian';
import type { MaybeNumber, Why } from './result';
import { chi2Survival } from './special';
import { studentQuantile } from './student';

/** Named numbers of every state. */
export interface Features {
  names: string[];
  /** n x names.length numbers, state by state, in any units. */
  values: Float64Array;
}

export interface ParametricPotential {
  /** Nats for a unit of the feature; in the order of the features. Empty where `why` says so. */
  weights: {
    feature: string;
    weight: number;
    standardError: number;
    /** 95%, Student's t. */
    interval: [number, number];
  }[];
  /** Explained share of the variance of V in units of its covariance: 1 - chi2 / chi2 of the constant. */
  explained: MaybeNumber;
  /** Misfit in units of the covariance: of size ndf where the features and noise are all there is. */
  chi2: MaybeNumber;
  ndf: number;
  /** Small where the features leave out something that is larger than the noise. */
  p: MaybeNumber;
  why?: Why;
}

/** A pivot below this share of its size is rounding. */
const leastPivot = 1e-10;

/**
 * Generalised least squares (Aitken 1936) of n values V in nats on a constant, which is the gauge, and
 * the features, with the n x n `covariance` of V in the mean gauge (`reversibleCovariance`, or a
 * diagonal of squared standard errors). Where chi2 exceeds ndf the standard errors are multiplied by
 * sqrt(chi2 / ndf) (Birge 1932): the misfit is then taken as noise of the same shape. Null with the
 * reason where there are too few states, the features depend on each other or do not vary, or the
 * covariance has no inverse. O(n^3).
 */
export function parametricPotential(
  V: Float64Array,
  covariance: Float64Array,
  features: Features,
): ParametricPotential {
  const n = V.length;
  const k = features.names.length;
  const ndf = n - 1 - k;
  const without = (reason: string): ParametricPotential => ({
    weights: [],
    explained: null,
    chi2: null,
    ndf: Math.max(0, ndf),
    p: null,
    why: { weights: reason, explained: reason, chi2: reason, p: reason },
  });
  if (ndf < 1) return without('There are too few states for so many features.');
  const lower = choleskyFactor(grounded(covariance, n), n);
  if (!lower) return without('The covariance of the potential has no inverse.');
  // Columns in units of the noise: the constant, the features, V.
  const columns = [
    new Float64Array(n).fill(1),
    ...features.names.map((_, i) => centred(features.values.filter((_, at) => at % k === i))),
    Float64Array.from(V),
  ];
  for (const column of columns) forwards(lower, n, column);
  const size = k + 1;
  const y = columns.pop()!;
  const normal = new Float64Array(size * size);
  columns.forEach((a, i) => columns.forEach((b, j) => (normal[i * size + j] = dot(a, b))));
  const factor = choleskyFactor(normal, size);
  if (!factor) return without('The features depend on each other, or one does not vary.');
  const inverse = inverseOf(factor, size);
  const right = Float64Array.from(columns, (column) => dot(column, y));
  const solution = Float64Array.from(columns, (_, i) =>
    dot(inverse.subarray(i * size, (i + 1) * size), right),
  );
  let chi2 = 0;
  let constant = 0;
  const mean = right[0]! / normal[0]!;
  for (let f = 0; f < n; f++) {
    const fitted = columns.reduce((sum, column, i) => sum + solution[i]! * column[f]!, 0);
    chi2 += (y[f]! - fitted) ** 2;
    constant += (y[f]! - mean * columns[0]![f]!) ** 2;
  }
  const inflation = Math.sqrt(Math.max(1, chi2 / ndf));
  const quantile = studentQuantile(0.95, ndf);
  return {
    weights: features.names.map((feature, i) => {
      const weight = solution[i + 1]!;
      const standardError = inflation * Math.sqrt(inverse[(i + 1) * (size + 1)]!);
      const half = quantile * standardError;
      return { feature, weight, standardError, interval: [weight - half, weight + half] };
    }),
    explained: constant > 0 ? 1 - chi2 / constant : null,
    chi2,
    ndf,
    p: chi2Survival(chi2, ndf),
    ...(constant > 0 ? {} : { why: { explained: 'All values of the potential are equal.' } }),
  };
}

/** Less its mean, which is part of the constant: without it nothing is lost to rounding. */
function centred(column: Float64Array): Float64Array {
  centre(column);
  return column;
}

/** The covariance with a variance for the constant too; with a constant in the fit it changes nothing. */
function grounded(covariance: Float64Array, n: number): Float64Array {
  let trace = 0;
  for (let f = 0; f < n; f++) trace += covariance[f * n + f]!;
  return covariance.map((value) => value + trace / n / n);
}

/** L with L L' = A, n x n, lower triangle; null where A is not positive definite. */
function choleskyFactor(matrix: Float64Array, n: number): Float64Array | null {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let l = 0; l < j; l++) sum -= lower[i * n + l]! * lower[j * n + l]!;
      if (i === j && !(sum > leastPivot * matrix[i * n + i]!)) return null;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  }
  return lower;
}

/** x = L^-1 x in place. */
function forwards(lower: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let l = 0; l < i; l++) sum -= lower[i * n + l]! * x[l]!;
    x[i] = sum / lower[i * n + i]!;
  }
}

/** (L L')^-1. */
function inverseOf(lower: Float64Array, n: number): Float64Array {
  const columns = Array.from({ length: n }, (_, i) => {
    const column = new Float64Array(n);
    column[i] = 1;
    forwards(lower, n, column);
    return column;
  });
  return Float64Array.from({ length: n * n }, (_, at) =>
    dot(columns[Math.floor(at / n)]!, columns[at % n]!),
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
