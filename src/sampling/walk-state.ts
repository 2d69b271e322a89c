/** Where a walk stands: the states seen so far, the current one, the next attempt's number. */
import type { Attempt } from '../transitions/types';
import type { Uniform } from '../models/draw';

export class WalkState {
  /** States in order of first appearance, the initial ones first. */
  readonly states: string[] = [];
  /** By state: the attempt that it was first seen in, -1 of the initial ones. Ascending. */
  private readonly firstSeen: number[] = [];
  private readonly seen = new Set<string>();
  /** Last state reached along the chain. */
  current: string;
  /** Number of attempts made: the next attempt's `i`. */
  next = 0;
  /** Milliseconds of sampling so far. */
  elapsed = 0;

  /**
   * @param initial at least one state
   * @param past attempts of the log so far, in order: the walk goes on after them
   * @throws RangeError without an initial state
   */
  constructor(initial: readonly string[], past: Iterable<Attempt> = []) {
    if (initial.length === 0) throw new RangeError('a walk needs an initial state');
    for (const state of initial) this.see(state, -1);
    this.current = initial[0]!;
    for (const attempt of past) this.record(attempt);
  }

  /** Takes in one attempt of the log. */
  record(attempt: Attempt): void {
    this.see(attempt.from, attempt.i);
    if (attempt.to !== undefined) {
      this.see(attempt.to, attempt.i);
      this.current = attempt.to;
    } else this.current = attempt.from;
    this.next = attempt.i + 1;
    this.elapsed = attempt.t;
  }

  /**
   * The next source: uniform over the states seen so far (as published), or along the chain.
   * @param before of a uniform draw: only states seen in attempts before this one
   */
  source(policy: 'uniform' | 'chain', uniform: Uniform, before = this.next): string {
    if (policy === 'chain') return this.current;
    return this.states[Math.floor(uniform() * this.known(before))]!;
  }

  /** Number of states seen in the attempts before this one. */
  private known(before: number): number {
    let count = this.states.length;
    // The newest states are few: from the end it is a short way.
    while (count > 0 && this.firstSeen[count - 1]! >= before && this.firstSeen[count - 1]! >= 0)
      count--;
    return count;
  }

  private see(state: string, attempt: number): void {
    if (this.seen.has(state)) return;
    this.seen.add(state);
    this.states.push(state);
    this.firstSeen.push(attempt);
  }
}
