/** One kernel, or one that drifts? First half of a log against its second half (method.md 5.7). */
import type { AttemptRow } from './attempt-rows';
import type { HalvesTest } from './result';
import { chi2Survival } from './special';

/** Outcomes with a smaller expected count are pooled. */
const leastExpected = 5;

/**
 * Homogeneity chi2 of the two halves, row by row (Anderson and Goodman 1957). A row's outcomes are
 * the states reached, itself included, and rejection; those whose expected count in the half with
 * fewer attempts is below 5 are pooled, and what is still too small joins the smallest of the others.
 */
export function halvesTest(rows: AttemptRow[]): HalvesTest {
  let chi2 = 0;
  let ndf = 0;
  for (const row of rows) {
    const n = row.outcome.length;
    const share = row.firstHalf / n;
    if (!(Math.min(share, 1 - share) * n >= leastExpected)) continue;
    const columns = pooled(counts(row), Math.min(share, 1 - share));
    for (const { first, second } of columns) {
      const both = first + second;
      chi2 += (first - both * share) ** 2 / (both * share * (1 - share));
    }
    ndf += columns.length - 1;
  }
  if (ndf > 0) return { chi2, ndf, p: chi2Survival(chi2, ndf) };
  const reason = 'No state has attempts enough in both halves of the log.';
  return { chi2: null, ndf: 0, p: null, why: { chi2: reason, p: reason } };
}

interface Column {
  first: number;
  second: number;
}

function counts({ outcome, firstHalf }: AttemptRow): Column[] {
  const columns = new Map<number, Column>();
  outcome.forEach((g, i) => {
    let column = columns.get(g);
    if (!column) columns.set(g, (column = { first: 0, second: 0 }));
    if (i < firstHalf) column.first++;
    else column.second++;
  });
  return [...columns.values()];
}

/** Columns of expected count >= 5 in the smaller half, whose share of the row is given. */
function pooled(columns: Column[], share: number): Column[] {
  const enough = ({ first, second }: Column) => (first + second) * share >= leastExpected;
  const kept = columns
    .filter(enough)
    .sort((a, b) => a.first + a.second - b.first - b.second || a.first - b.first);
  const rest: Column = { first: 0, second: 0 };
  for (const column of columns) if (!enough(column)) add(rest, column);
  if (rest.first + rest.second === 0) return kept;
  if (enough(rest) || kept.length === 0) return [...kept, rest];
  const smallest = { ...kept[0]! };
  add(smallest, rest);
  return [smallest, ...kept.slice(1)];
}

function add(to: Column, column: Column): void {
  to.first += column.first;
  to.second += column.second;
}
