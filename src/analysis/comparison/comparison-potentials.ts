/** Are the potentials of experiments equal up to a constant? Wald's test on their common states. */
import { CentredCovariance } from './comparison-covariance';
import type { Estimate } from './comparison-fit';
import { chi2Quantile, chi2Survival } from '../statistics/special';

/**
 * A standard error, in nats, up to which the test's false alarms were seen to stay near its level or
 * below; beyond it a state rests on a count or two, and which states are in the component is chance too.
 */
const widestError = 1.25;

/** Why the chi-squared distribution is no guide to Wald's statistic; null where it is. */
export function tooFewCounts(estimates: readonly Estimate[]): string | null {
  const wide = estimates.some(({ V, covariance }) =>
    V.some((_, k) => covariance !== null && covariance[k * V.length + k]! > widestError ** 2),
  );
  return wide
    ? `Some states rest on a count or two (standard error above ${widestError} nats): the test is not valid there.`
    : null;
}

export interface Wald {
  statistic: number;
  ndf: number;
}

/** With tr (C1 + C2)^+ and tr of its square: the statistic is about ndf + d^2 trace, see below. */
export interface WaldOfTwo extends Wald {
  trace: number;
  traceOfSquare: number;
}

/**
 * (V1 - V2)^T (C1 + C2)^+ (V1 - V2) for two independent estimates on m common states; chi-squared
 * with m - 1 degrees of freedom under equality. Null without covariances of full rank. O(m^3).
 */
export function waldOfTwo([one, two]: readonly [Estimate, Estimate]): WaldOfTwo | null {
  const m = one.V.length;
  if (!one.covariance || !two.covariance) return null;
  const inverse = CentredCovariance.of(
    one.covariance.map((value, i) => value + two.covariance![i]!),
    m,
  );
  if (!inverse) return null;
  const statistic = inverse.quadratic(one.V.map((v, i) => v - two.V[i]!));
  return { statistic, ndf: m - 1, ...inverse.traces() };
}

/**
 * sum (V_e - V)^T C_e^+ (V_e - V), V the weighted mean with weights C_e^+; chi-squared with
 * (experiments - 1)(m - 1) degrees of freedom under equality. For two it is `waldOfTwo`. O(m^3).
 */
export function waldOfAll(estimates: readonly Estimate[]): Wald | null {
  const m = estimates[0]!.V.length;
  const inverses = estimates.map(({ covariance }) =>
    covariance ? CentredCovariance.of(covariance, m) : null,
  );
  if (inverses.some((inverse) => inverse === null)) return null;
  // Q = sum V' W V - b' (sum W)^+ b, W = C^+, b = sum W V.
  const sum = new Float64Array(m * m);
  const b = new Float64Array(m);
  let own = 0;
  const unit = new Float64Array(m);
  inverses.forEach((inverse, e) => {
    const { V } = estimates[e]!;
    own += inverse!.quadratic(V);
    inverse!.times(V).forEach((value, i) => (b[i]! += value));
    for (let i = 0; i < m; i++) {
      unit.fill(-1 / m);
      unit[i]! += 1;
      inverse!.times(unit).forEach((value, j) => (sum[i * m + j]! += value));
    }
  });
  const shared = CentredCovariance.of(sum, m)?.quadratic(b);
  if (shared === undefined) return null;
  return { statistic: Math.max(0, own - shared), ndf: (estimates.length - 1) * (m - 1) };
}

/**
 * The typical difference of a state beyond the noise, in nats: d of differences ~ N(0, d^2) in every
 * state, by the mean of the statistic (as DerSimonian and Laird 1986).
 */
export function typicalDifference({ statistic, ndf, trace }: WaldOfTwo): number {
  return Math.sqrt(Math.max(0, statistic - ndf) / trace);
}

/**
 * The smallest typical difference that is seen with 80% power at the 5% level, in nats. The statistic is
 * then a sum of (1 + d^2 l) chi2_1 over the eigenvalues l of (C1 + C2)^+, taken as a scaled
 * chi-squared variable of the same mean and variance (Satterthwaite 1946).
 */
export function detectableDifference({ ndf, trace, traceOfSquare }: WaldOfTwo): number {
  const critical = chi2Quantile(0.95, ndf);
  const power = (square: number) => {
    const mean = ndf + square * trace;
    const scale = (ndf + 2 * square * trace + square * square * traceOfSquare) / mean;
    return chi2Survival(critical / scale, mean / scale);
  };
  let high = ndf / trace;
  while (power(high) < 0.8) high *= 2;
  let low = 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (power(middle) < 0.8) low = middle;
    else high = middle;
  }
  return Math.sqrt(high);
}
