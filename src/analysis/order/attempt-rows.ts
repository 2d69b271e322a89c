/** A log in numbers, and as one sequence of outcomes a source: for what counts cannot show, order. */
import type { Attempt } from '../../transitions/types';

/** The outcome of a rejected attempt. */
export const rejection = -1;

/** The attempts of a log in their order, states numbered as they appear in it. */
export interface NumberedLog {
  names: string[];
  /** a: state each attempt starts from. */
  source: Int32Array;
  /** a: state reached (the source itself where it stayed), or `rejection`. */
  outcome: Int32Array;
}

/** O(attempts). */
export function numberedLog(attempts: readonly Attempt[]): NumberedLog {
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
  return { names: [...index.keys()], source, outcome };
}

/** The attempts from one state, in the order of the log. */
export interface AttemptRow {
  /** Index of the source. */
  source: number;
  /** Index of the state reached (the source itself where it stayed), or `rejection`. */
  outcome: Int32Array;
  /** Attempts of `outcome` that lie in the first half of the whole log. */
  firstHalf: number;
}

/** The first attempt of the second half: an odd one in the middle belongs to it. */
export function middle({ source }: NumberedLog): number {
  return Math.floor(source.length / 2);
}

/** Every row of a log. O(attempts). */
export function attemptRows(log: NumberedLog): AttemptRow[] {
  const { names, source, outcome } = log;
  const sizes = new Int32Array(names.length);
  for (const f of source) sizes[f]!++;
  const rows = Array.from(sizes, (size, f): AttemptRow => ({
    source: f,
    outcome: new Int32Array(size),
    firstHalf: 0,
  }));
  const filled = new Int32Array(names.length);
  const half = middle(log);
  for (let i = 0; i < source.length; i++) {
    const row = rows[source[i]!]!;
    if (i < half) row.firstHalf++;
    row.outcome[filled[source[i]!]!++] = outcome[i]!;
  }
  return rows.filter((row) => row.outcome.length > 0);
}
