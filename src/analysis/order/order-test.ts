/** Does the next state depend on the one before the last? First order against second (method.md 5.7). */
import type { NumberedLog } from './attempt-rows';
import type { OrderTest } from '../result';
import { leastExpected, rowHomogeneity } from './row-homogeneity';
import { chi2Survival } from '../statistics/special';

/** Attempts from one middle state f: where the walk was an attempt earlier, and the outcome. */
interface Middle {
  previous: number[];
  outcome: number[];
}

/**
 * Anderson and Goodman 1957: for each state f, are the outcomes of its attempts from one distribution,
 * whatever state e the walk was in one attempt earlier? Homogeneity chi2, summed over f. Outcomes are
 * the states reached, f itself included, and rejection. After an attempt that stayed in f, rejected or
 * not, e is f: a class of its own, so that an agent that answers differently after a failure is seen
 * too. Previous states too rare for an expected count of 5 in the commonest outcome of f and in all
 * others together are pooled; outcomes as in `rowHomogeneity`. Attempts that begin a run have no e
 * and are left out. `starts` is of `runStarts`. A kernel that drifts makes e tell of the time, and so
 * rejects as well. O(attempts).
 */
export function orderTest(log: NumberedLog, starts: Int32Array): OrderTest {
  const middles = new Map<number, Middle>();
  let triples = 0;
  for (let run = 0; run + 1 < starts.length; run++) {
    for (let i = starts[run]! + 1; i < starts[run + 1]!; i++) {
      const f = log.source[i]!;
      let one = middles.get(f);
      if (!one) middles.set(f, (one = { previous: [], outcome: [] }));
      one.previous.push(log.source[i - 1]!);
      one.outcome.push(log.outcome[i]!);
      triples++;
    }
  }
  let chi2 = 0;
  let ndf = 0;
  for (const one of middles.values()) {
    const part = rowHomogeneity(table(one));
    chi2 += part.chi2;
    ndf += part.ndf;
  }
  if (ndf > 0) return { triples, chi2, ndf, p: chi2Survival(chi2, ndf) };
  const reason = 'No state was reached from two others often enough to compare what came next.';
  return { triples, chi2: null, ndf: 0, p: null, why: { chi2: reason, p: reason } };
}

/**
 * For each outcome its counts after each group of previous states. Outcomes that `rowHomogeneity`
 * would pool anyway are one column here, which keeps the table shorter than the row.
 */
function table({ previous, outcome }: Middle): number[][] {
  const n = outcome.length;
  const outcomes = tally(outcome);
  const commonest = Math.max(...outcomes.values()) / n;
  const groups = grouped(tally(previous), Math.min(commonest, 1 - commonest));
  const sizes = new Array<number>(Math.max(...groups.values()) + 1).fill(0);
  for (const e of previous) sizes[groups.get(e)!]!++;
  const share = Math.min(...sizes) / n;
  const columns = new Map<number | 'rare', number[]>();
  outcome.forEach((g, i) => {
    const key = outcomes.get(g)! * share >= leastExpected ? g : 'rare';
    let column = columns.get(key);
    if (!column) columns.set(key, (column = sizes.map(() => 0)));
    column[groups.get(previous[i]!)!]!++;
  });
  return [...columns.values()];
}

/** Each value and how often it occurs, in the order of the log. */
function tally(values: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * The group of each previous state: its own where `share` of its attempts is at least 5; the rest
 * together, as a group where they are enough, else in that of the rarest of the others.
 */
function grouped(counts: Map<number, number>, share: number): Map<number, number> {
  const enough = (count: number) => count * share >= leastExpected;
  const kept = [...counts].filter(([, count]) => enough(count)).sort((a, b) => a[1] - b[1]);
  const groups = new Map(kept.map(([e], group) => [e, group]));
  let rest = 0;
  for (const count of counts.values()) if (!enough(count)) rest += count;
  const common = enough(rest) ? kept.length : 0;
  for (const e of counts.keys()) if (!groups.has(e)) groups.set(e, common);
  return groups;
}
