/** Are several rows of counts from one distribution? The homogeneity chi2 with pooling. */

/** Outcomes with a smaller expected count are pooled. */
export const leastExpected = 5;

/** A chi2 and its degrees of freedom; ndf 0 where nothing can be compared. */
export interface Homogeneity {
  chi2: number;
  ndf: number;
}

/**
 * Homogeneity chi2 of one row of counts in E samples (Anderson and Goodman 1957). `columns` holds for
 * every outcome its E counts. Samples of fewer than 5 attempts are left out; outcomes whose expected
 * count in the smallest sample is below 5 are pooled, and what is still too small joins the smallest
 * of the others. ndf = (samples - 1)(outcomes - 1).
 */
export function rowHomogeneity(columns: readonly number[][]): Homogeneity {
  const samples = columns[0]?.length ?? 0;
  const sizes = Array.from({ length: samples }, (_, e) =>
    columns.reduce((sum, column) => sum + column[e]!, 0),
  );
  const kept = sizes.flatMap((size, e) => (size >= leastExpected ? [e] : []));
  if (kept.length < 2) return { chi2: 0, ndf: 0 };
  const total = kept.reduce((sum, e) => sum + sizes[e]!, 0);
  const share = kept.map((e) => sizes[e]! / total);
  const outcomes = pooled(
    columns.map((column) => kept.map((e) => column[e]!)),
    Math.min(...share),
  );
  let chi2 = 0;
  for (const column of outcomes) {
    const all = size(column);
    column.forEach((count, e) => (chi2 += (count - all * share[e]!) ** 2 / (all * share[e]!)));
  }
  return { chi2, ndf: (kept.length - 1) * (outcomes.length - 1) };
}

/** Columns of expected count >= 5 in the smallest sample, whose share of the row is given. */
function pooled(columns: number[][], share: number): number[][] {
  const enough = (column: number[]) => size(column) * share >= leastExpected;
  const kept = columns
    .filter(enough)
    .sort((a, b) => size(a) - size(b) || a[0]! - b[0]!)
    .map((column) => [...column]);
  const rest = columns
    .filter((column) => !enough(column))
    .reduce(
      added,
      columns[0]!.map(() => 0),
    );
  if (size(rest) === 0) return kept;
  if (enough(rest) || kept.length === 0) return [...kept, rest];
  return [added(kept[0]!, rest), ...kept.slice(1)];
}

function size(column: readonly number[]): number {
  return column.reduce((sum, count) => sum + count, 0);
}

function added(a: readonly number[], b: readonly number[]): number[] {
  return a.map((count, e) => count + b[e]!);
}
