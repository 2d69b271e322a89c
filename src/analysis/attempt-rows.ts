/** A log as one sequence of outcomes a source, for what counts cannot show: order. */
import type { Attempt } from '../transitions/types';

/** The outcome of a rejected attempt. */
export const rejection = -1;

/** The attempts from one state, in the order of the log. */
export interface AttemptRow {
  /** Index of the source. */
  source: number;
  /** Index of the state reached (the source itself where it stayed), or `rejection`. */
  outcome: Int32Array;
  /** Attempts of `outcome` that lie in the first half of the whole log. */
  firstHalf: number;
}

/** Every row of a log; an odd attempt in the middle belongs to the second half. O(attempts). */
export function attemptRows(attempts: readonly Attempt[]): AttemptRow[] {
  const index = new Map<string, number>();
  const numbered = (name: string): number => {
    let at = index.get(name);
    if (at === undefined) index.set(name, (at = index.size));
    return at;
  };
  const source = new Int32Array(attempts.length);
  const outcome = new Int32Array(attempts.length);
  attempts.forEach(({ from, to }, i) => {
    source[i] = numbered(from);
    outcome[i] = to === undefined ? rejection : numbered(to);
  });
  const sizes = new Int32Array(index.size);
  for (const f of source) sizes[f]!++;
  const rows = Array.from(sizes, (size, f): AttemptRow => ({
    source: f,
    outcome: new Int32Array(size),
    firstHalf: 0,
  }));
  const filled = new Int32Array(index.size);
  const half = Math.floor(attempts.length / 2);
  for (let i = 0; i < source.length; i++) {
    const row = rows[source[i]!]!;
    if (i < half) row.firstHalf++;
    row.outcome[filled[source[i]!]!++] = outcome[i]!;
  }
  return rows.filter((row) => row.outcome.length > 0);
}
