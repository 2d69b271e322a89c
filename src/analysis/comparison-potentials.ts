/** Are the potentials of experiments equal up to a constant? Wald's test on their common states. */
import { CentredCovariance } from './comparison-covariance';
import type { Estimate } from './comparison-fit';

/** Wald's statistic; null without covariances of full rank. */
export interface Wald {
  statistic: number;
  ndf: number;
  /** tr of (C1 + C2)^+: the statistic is about ndf + d^2 trace for a typical difference d. */
  trace: number;
}

/**
 * (V1 - V2)^T (C1 + C2)^+ (V1 - V2) for two independent estimates on m common states; chi-squared
 * with m - 1 degrees of freedom under equality. O(m^3).
 */
export function waldOfTwo([one, two]: readonly [Estimate, Estimate]): Wald | null {
  const m = one.V.length;
  if (!one.covariance || !two.covariance) return null;
  const inverse = CentredCovariance.of(
    one.covariance.map((value, i) => value + two.covariance![i]!),
    m,
  );
  if (!inverse) return null;
  const statistic = inverse.quadratic(one.V.map((v, i) => v - two.V[i]!));
  return { statistic, ndf: m - 1, trace: inverse.trace() };
}

/**
 * sum (V_e - V)^T C_e^+ (V_e - V), V the weighted mean with weights C_e^+; chi-squared with
 * (experiments - 1)(m - 1) degrees of freedom under equality. For two it is `waldOfTwo`. O(m^3).
 */
export function waldOfAll(estimates: readonly Estimate[]): Omit<Wald, 'trace'> | null {
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
