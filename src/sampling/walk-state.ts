/** Where a walk stands: the states seen so far, the current one, the next attempt's number. */
import type { Attempt } from '../transitions/types';
import type { Uniform } from '../models/draw';

export class WalkState {
  /** States in order of first appearance, the initial ones first. */
  readonly states: string[] = [];
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
    for (const state of initial) this.see(state);
    this.current = initial[0]!;
    for (const attempt of past) this.record(attempt);
  }

  /** Takes in one attempt of the log. */
  record(attempt: Attempt): void {
    this.see(attempt.from);
    if (attempt.to !== undefined) {
      this.see(attempt.to);
      this.current = attempt.to;
    } else this.current = attempt.from;
    this.next = attempt.i + 1;
    this.elapsed = attempt.t;
  }

  /** The next source: uniform over the states seen so far (as published), or along the chain. */
  source(policy: 'uniform' | 'chain', uniform: Uniform): string {
    if (policy === 'chain') return this.current;
    return this.states[Math.floor(uniform() * this.states.length)]!;
  }

  private see(state: string): void {
    if (this.seen.has(state)) return;
    this.seen.add(state);
    this.states.push(state);
  }
}
