/** A potential explained by named features of its states, V(f) = constant + w . phi(f) (method.md 6). */
import { centre } from './laplacian';
import type { ParametricResult, Why } from '../result';
import { chi2Survival } from '../statistics/special';
import { studentQuantile } from '../statistics/student';

/** Named numbers of every state. */
export interface Features {
  names: string[];
  /** n x names.length numbers, state by state, in any units. */
  values: Float64Array;
}

export type ParametricPotential = Pick<
  ParametricResult,
  'weights' | 'explained' | 'chi2' | 'ndf' | 'p' | 'why'
>;

/** A pivot below this share of its size is rounding. */
const leastPivot = 1e-10;
/** A feature that varies by less than this share of its size is constant up to rounding. */
const leastVariation = 1e-12;

/**
 * Generalised least squares (Aitken 1936) of n values V in nats on a constant, which is the gauge, and
 * the features, with the n x n `covariance` of V in the mean gauge (`reversibleCovariance`, or a
 * diagonal of squared standard errors). Where chi2 exceeds ndf the standard errors are multiplied by
 * sqrt(chi2 / ndf) (Birge 1932): the misfit is then taken as noise of the same shape. Without a
 * covariance every state counts the same, and there is no interval. Null with the reason where there
 * are too few states, the features depend on each other or do not vary, or the covariance has no
 * inverse. O(n^3), without a covariance O(n).
 */
export function parametricPotential(
  V: Float64Array,
  covariance: Float64Array | null,
  features: Features,
): ParametricPotential {
  const n = V.length;
  const { names } = features;
  const k = names.length;
  const ndf = n - 1 - k;
  if (ndf < 1) return noFit('There are too few states for so many features.', 0);
  const scaled = names.map((_, i) =>
    scaledColumn(Float64Array.from({ length: n }, (_, f) => features.values[f * k + i]!)),
  );
  const constant = scaled.findIndex(({ varies }) => !varies);
  if (constant >= 0)
    return noFit(`The feature ${JSON.stringify(names[constant])} does not vary.`, ndf);
  // Columns in units of the noise: the constant, the features, V.
  const columns = [
    new Float64Array(n).fill(1),
    ...scaled.map(({ column }) => column),
    Float64Array.from(V),
  ];
  if (covariance) {
    const { lower } = choleskyFactor(grounded(covariance, n), n);
    if (!lower) return noFit('The covariance of the potential has no inverse.', ndf);
    for (const column of columns) forwards(lower, n, column);
  }
  const size = k + 1;
  const y = columns.pop()!;
  const normal = new Float64Array(size * size);
  columns.forEach((a, i) => columns.forEach((b, j) => (normal[i * size + j] = dot(a, b))));
  const { lower: factor, failed } = choleskyFactor(normal, size);
  if (!factor) return noFit(dependent(names[failed - 1]!), ndf);
  const inverse = inverseOf(factor, size);
  const right = Float64Array.from(columns, (column) => dot(column, y));
  const solution = Float64Array.from(columns, (_, i) =>
    dot(inverse.subarray(i * size, (i + 1) * size), right),
  );
  let chi2 = 0;
  let all = 0;
  const mean = right[0]! / normal[0]!;
  for (let f = 0; f < n; f++) {
    const fitted = columns.reduce((sum, column, i) => sum + solution[i]! * column[f]!, 0);
    chi2 += (y[f]! - fitted) ** 2;
    all += (y[f]! - mean * columns[0]![f]!) ** 2;
  }
  const inflation = Math.sqrt(Math.max(1, chi2 / ndf));
  const quantile = studentQuantile(0.95, ndf);
  const weights = names.map((feature, i): ParametricPotential['weights'][0] => {
    const { scale } = scaled[i]!;
    const weight = solution[i + 1]! / scale;
    if (!covariance) return { feature, weight, standardError: null, interval: null };
    const standardError = (inflation * Math.sqrt(inverse[(i + 1) * (size + 1)]!)) / scale;
    const half = quantile * standardError;
    return { feature, weight, standardError, interval: [weight - half, weight + half] };
  });
  if (!weights.every(({ weight }) => Number.isFinite(weight)))
    return noFit('A feature is in a unit so large that no weight can be written.', ndf);
  const why: Why = {
    ...(all > 0 ? {} : { explained: 'All values of the potential are equal.' }),
    ...(covariance ? {} : alike('The noise of the potential is not known.')),
  };
  return {
    weights,
    explained: all > 0 ? 1 - chi2 / all : null,
    chi2: covariance ? chi2 : null,
    ndf,
    p: covariance ? chi2Survival(chi2, ndf) : null,
    ...(Object.keys(why).length > 0 ? { why } : {}),
  };
}

/** No fit, and why. */
export function noFit(reason: string, ndf: number): ParametricPotential {
  const why = { weights: reason, explained: reason, chi2: reason, p: reason };
  return { weights: [], explained: null, chi2: null, ndf, p: null, why };
}

/** Why a fit without a covariance has no intervals and no test. */
export function alike(reason: string): Why {
  const interval = `${reason} Every state counts the same.`;
  return { interval, standardError: reason, chi2: reason, p: reason };
}

function dependent(name: string): string {
  return `The features depend on each other: ${JSON.stringify(name)} follows from those before it.`;
}

/**
 * A feature less its mean, which is part of the constant, over `scale`, so that its largest value is 1:
 * nothing is lost to rounding, whatever its unit.
 */
function scaledColumn(column: Float64Array): {
  column: Float64Array;
  scale: number;
  varies: boolean;
} {
  const size = largest(column);
  if (size > 0) for (let f = 0; f < column.length; f++) column[f]! /= size;
  centre(column);
  const spread = largest(column);
  const varies = spread > leastVariation;
  if (varies) for (let f = 0; f < column.length; f++) column[f]! /= spread;
  return { column, scale: size * spread, varies };
}

function largest(column: Float64Array): number {
  return column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The covariance with a variance for the constant too; with a constant in the fit it changes nothing. */
function grounded(covariance: Float64Array, n: number): Float64Array {
  let trace = 0;
  for (let f = 0; f < n; f++) trace += covariance[f * n + f]!;
  return covariance.map((value) => value + trace / n / n);
}

/** L with L L' = A, n x n, lower triangle; null, and the row, where A is not positive definite. */
function choleskyFactor(
  matrix: Float64Array,
  n: number,
): { lower: Float64Array; failed: -1 } | { lower: null; failed: number } {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let l = 0; l < j; l++) sum -= lower[i * n + l]! * lower[j * n + l]!;
      if (i === j && !(sum > leastPivot * matrix[i * n + i]!)) return { lower: null, failed: i };
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  }
  return { lower, failed: -1 };
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
