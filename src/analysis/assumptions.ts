/** Are the attempts what the test assumes: independent, and from one kernel (method.md 5.7)? */
import type { Attempt } from '../transitions/types';
import { attemptRows } from './attempt-rows';
import { designEffect } from './design-effect';
import { halvesTest } from './halves';
import type { AssumptionsTest } from './result';

/** The result's `tests.assumptions`, from the attempts in their order. O(attempts). */
export function assumptionsTest(attempts: readonly Attempt[]): AssumptionsTest {
  const rows = attemptRows(attempts);
  const effect = designEffect(rows);
  return {
    halves: halvesTest(rows),
    designEffect: effect,
    ...(effect === null
      ? { why: { designEffect: 'No state was left in two different ways in one half of the log.' } }
      : {}),
  };
}
