/** Counting: attempts, one at a time or a whole log, into a sparse count graph. */
import type { Attempt, CountGraph } from './types';

interface Row {
  /** Target index -> N_fg, the row itself included. */
  counts: Map<number, number>;
  rejected: number;
}

/**
 * Counts attempts as they come, O(1) each; states are numbered in order of first appearance. Any
 * string may be a state's name. N_f is what was counted: sum_g N_fg + R_f.
 */
export class Counter {
  /** Attempts so far. */
  attempts = 0;
  /** Attempts that became transitions, self-transitions included. */
  accepted = 0;
  /** Distinct transitions f -> g with f != g. */
  distinct = 0;
  /** Unordered pairs with both directions seen. */
  pairsBothWays = 0;
  /** Rejections by reason. */
  readonly rejectedByReason = new Map<string, number>();

  private readonly index = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly rows: Row[] = [];

  /** Distinct states seen, as a source or a target. */
  get states(): number {
    return this.names.length;
  }

  get rejected(): number {
    return this.attempts - this.accepted;
  }

  add(attempt: Attempt): void {
    if (attempt.to !== undefined) this.addTransitions(attempt.from, attempt.to, 1);
    else this.addRejections(attempt.from, attempt.reject ?? 'invalid', 1);
  }

  /** `count` transitions at once; 0 only makes the two states known. */
  addTransitions(from: string, to: string, count: number): void {
    const f = this.stateIndex(from);
    const g = this.stateIndex(to);
    if (count === 0) return;
    const row = this.rows[f]!;
    const before = row.counts.get(g);
    if (before === undefined && f !== g) {
      this.distinct++;
      if (this.rows[g]!.counts.has(f)) this.pairsBothWays++;
    }
    row.counts.set(g, (before ?? 0) + count);
    this.attempts += count;
    this.accepted += count;
  }

  /** `count` rejected attempts at once; 0 only makes the state known. */
  addRejections(from: string, reason: string, count: number): void {
    const row = this.rows[this.stateIndex(from)]!;
    if (count === 0) return;
    row.rejected += count;
    this.attempts += count;
    this.rejectedByReason.set(reason, (this.rejectedByReason.get(reason) ?? 0) + count);
  }

  /** The counts so far as typed arrays, independent of what is added later. O(n + m log m). */
  snapshot(): CountGraph {
    const n = this.names.length;
    const rowStart = new Int32Array(n + 1);
    const target = new Int32Array(this.distinct);
    const count = new Float64Array(this.distinct);
    const attempts = new Float64Array(n);
    const rejected = new Float64Array(n);
    const selfTransitions = new Float64Array(n);
    let size = 0;
    for (let f = 0; f < n; f++) {
      const row = this.rows[f]!;
      rejected[f] = row.rejected;
      selfTransitions[f] = row.counts.get(f) ?? 0;
      let total = row.rejected;
      const sorted = [...row.counts].sort((a, b) => a[0] - b[0]);
      for (const [g, c] of sorted) {
        total += c;
        if (g === f) continue;
        target[size] = g;
        count[size++] = c;
      }
      attempts[f] = total;
      rowStart[f + 1] = size;
    }
    return {
      names: [...this.names],
      rowStart,
      target,
      count,
      attempts,
      rejected,
      selfTransitions,
      attemptsGiven: false,
    };
  }

  private stateIndex(name: string): number {
    let index = this.index.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.index.set(name, index);
      this.names.push(name);
      this.rows.push({ counts: new Map(), rejected: 0 });
    }
    return index;
  }
}

/** The count graph of a list of attempts. */
export function countAttempts(attempts: Iterable<Attempt>): CountGraph {
  const counter = new Counter();
  for (const attempt of attempts) counter.add(attempt);
  return counter.snapshot();
}
