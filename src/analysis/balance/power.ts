/** What the test can see: how a misfit of size tau moves X2, and the smallest tau that is detectable (method.md 5.5). */
import { chi2Quantile, noncentralChi2Survival, noncentralityForPower } from '../statistics/special';

/** The level of the test. */
const level = 0.05;

/**
 * Where more than this share of sum B p (1 - p) (1 - h) is the correction for chance in the totals and the
 * fit, few pairs carry the cycles and these were hardly seen: the formula was then off by up to 23 points
 * of power in simulation. Below it and `largestRatio` it was off by less than 5 (docs/calibration.md).
 */
export const largestCorrection = 0.1;

/**
 * Where the information is more than this times C, much of it is that of counts which are hardly ever seen
 * and then large in X2: they raise its mean more than the power, by up to 33 points in simulation.
 */
export const largestRatio = 1.3;

/** Sums over pairs from which the power follows where counts are few; those of several blocks add up. */
export interface FewCounts {
  /** sum (1 - h) ((B - 3 + 4 h) p (1 - p) + (1 - h) / 2): tau^2 times it is the noncentrality. */
  information: number;
  /** sum B p (1 - p) (1 - h). */
  plain: number;
  /** 2 sum h p (1 - p) (1 - h): what chance in the totals and the fit takes from it. */
  correction: number;
}

export const noCounts = (): FewCounts => ({ information: 0, plain: 0, correction: 0 });

/**
 * Adds a pair of `both` counts with the fitted variance `pq` = p (1 - p) of one and the leverage `h`.
 *
 * Let the log ratio of each pair be off by tau, one way or the other. To first order in tau^2 and
 * 1 / counts the pair's part of X2 then has a mean larger by
 * tau^2 (1 - h) (B p q - p q + (1 - h) (1 - 2p)^2 / 2) than under balance: the noncentrality; less
 * variance of the counts; and more of it, as a shift of the log ratio changes the rarer direction by more
 * upwards than downwards, of which the fit takes up the share h. From the data, B p q (1 - h) is too small
 * on average by h p q (1 - h), as p is fitted to the same counts, and by as much again, as their totals
 * are chance too. With (1 - 2p)^2 = 1 - 4 p q all this is `information`.
 */
export function addPair(few: FewCounts, both: number, pq: number, h: number): void {
  const free = 1 - h;
  few.information += free * ((both - 3 + 4 * h) * pq + free / 2);
  few.plain += both * pq * free;
  few.correction += 2 * h * pq * free;
}

export function addCounts(few: FewCounts, other: FewCounts): void {
  few.information += other.information;
  few.plain += other.plain;
  few.correction += other.correction;
}

export interface Power {
  /** tau^2 times this is the noncentrality of X2. */
  information: number;
  /** Smallest tau, nats, that is seen with 80% power at the 5% level; null where none is claimed. */
  detectable: number | null;
}

/**
 * The power of a test by X2 with `ndf` degrees of freedom: from C of section 5.4 where the chi-squared
 * distribution holds (`many`), else from `few`. Null where there is nothing to see.
 */
export function powerOf(C: number, few: FewCounts, ndf: number, many: boolean): Power | null {
  const information = many ? C : few.information;
  if (!(ndf > 0) || !(C > 0) || !(information > 0)) return null;
  const claimed =
    many ||
    (few.correction <= largestCorrection * few.plain && few.information <= largestRatio * C);
  const detectable = claimed ? Math.sqrt(noncentralityForPower(ndf, level) / information) : null;
  return { information, detectable };
}

const critical = new Map<number, number>();

/** The chance that the test rejects where X2 has this noncentrality. */
export function powerAt(ndf: number, noncentrality: number): number {
  let value = critical.get(ndf);
  if (value === undefined) critical.set(ndf, (value = chi2Quantile(1 - level, ndf)));
  return noncentralChi2Survival(value, ndf, Math.max(0, noncentrality));
}
