/** Are the attempts what the test assumes: independent, and from one kernel (method.md 5.7)? */
import type { Attempt } from '../../transitions/types';
import { attemptRows, numberedLog } from './attempt-rows';
import { isChain, runStarts } from './chains';
import { chapmanKolmogorov } from './chapman-kolmogorov';
import { designEffect } from './design-effect';
import { halvesTest } from './halves';
import { orderTest } from './order-test';
import type { AssumptionsTest } from '../result';

/**
 * The result's `tests.assumptions`, from the attempts in their order; `order` and
 * `chapmanKolmogorov` only where the log consists of chains (`isChain`). O(attempts), and a second
 * for the powers of a large kernel.
 */
export function assumptionsTest(attempts: readonly Attempt[]): AssumptionsTest {
  const log = numberedLog(attempts);
  const rows = attemptRows(log);
  const starts = runStarts(log);
  const effect = designEffect(rows);
  return {
    halves: halvesTest(rows),
    ...(isChain(starts)
      ? { order: orderTest(log, starts), chapmanKolmogorov: chapmanKolmogorov(log, starts) }
      : {}),
    designEffect: effect,
    ...(effect === null
      ? { why: { designEffect: 'No state was left in two different ways in one half of the log.' } }
      : {}),
  };
}
