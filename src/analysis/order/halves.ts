/** One kernel, or one that drifts? First half of a log against its second half (method.md 5.7). */
import type { AttemptRow } from './attempt-rows';
import type { HalvesTest } from '../result';
import { rowHomogeneity } from './row-homogeneity';
import { chi2Survival } from '../statistics/special';

/**
 * Homogeneity chi2 of the two halves, row by row (Anderson and Goodman 1957). A row's outcomes are
 * the states reached, itself included, and rejection; `rowHomogeneity` pools those of small counts.
 */
export function halvesTest(rows: AttemptRow[]): HalvesTest {
  let chi2 = 0;
  let ndf = 0;
  for (const row of rows) {
    const one = rowHomogeneity(counts(row));
    chi2 += one.chi2;
    ndf += one.ndf;
  }
  if (ndf > 0) return { chi2, ndf, p: chi2Survival(chi2, ndf) };
  const reason = 'No state has attempts enough in both halves of the log.';
  return { chi2: null, ndf: 0, p: null, why: { chi2: reason, p: reason } };
}

/** For every outcome of a row its counts in the first and in the second half. */
function counts({ outcome, firstHalf }: AttemptRow): number[][] {
  const columns = new Map<number, number[]>();
  outcome.forEach((g, i) => {
    let column = columns.get(g);
    if (!column) columns.set(g, (column = [0, 0]));
    column[i < firstHalf ? 0 : 1]!++;
  });
  return [...columns.values()];
}
