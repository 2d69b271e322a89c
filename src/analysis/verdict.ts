/** The verdict: one paragraph of plain words, never stronger than the numbers. */
import { coarse } from './balance/balance-test';
import type { AssumptionsTest, BalanceTest, Verdict } from './result';
import { chi2Survival } from './statistics/special';

/** The level of the test. */
const level = 0.05;

/** A smallest detectable tau beyond this (a factor of ten) and "not rejected" says nothing. */
const blind = Math.log(10);

/** Two or three significant digits, as a person would write them. */
export function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** A p-value as a person would say it. */
export function pInWords(p: number): string {
  return p < 1e-300 ? 'p below 1e-300' : `p = ${short(p)}`;
}

/** tau as a factor between the two directions of a pair. */
function factor(tau: number): string {
  return `a factor of ${short(Math.exp(tau))}`;
}

/** Beyond these the verdict says that the attempts are not what the test assumes. */
const assumptionLevel = 0.01;
const runsLimit = 1.2;

/**
 * The verdict on `tests.balance` at the 5% level (method.md 5.3 to 5.5), with its reservation where
 * the log shows drift, memory or repeats in runs (5.7).
 */
export function verdictOf(test: BalanceTest, assumptions?: AssumptionsTest): Verdict {
  const { code, text } = plainVerdict(test);
  if (code === 'nothing-to-test' || !assumptions) return { code, text };
  return { code, text: `${text}${reservation(test, assumptions)}` };
}

/**
 * What the log says about the assumptions: sentences to add, each with its number. Repeats inflate the
 * chi2 of the halves and of the order too, so these are divided by the design effect before they speak.
 */
function reservation(test: BalanceTest, { halves, order, designEffect }: AssumptionsTest): string {
  const runs = designEffect !== null && designEffect > runsLimit ? designEffect : 1;
  let text = '';
  const drift = halves.chi2 === null ? 1 : chi2Survival(halves.chi2 / runs, halves.ndf);
  if (drift < assumptionLevel)
    text += ` Reservation: the first and the second half of this log differ (${pInWords(drift)}), so the attempts are not from one unchanging kernel, and these numbers are about a mixture.`;
  const memory = !order || order.chi2 === null ? 1 : chi2Survival(order.chi2 / runs, order.ndf);
  if (memory < assumptionLevel)
    text += ` Reservation: the next state depends on the one before the last (${pInWords(memory)})${drift < assumptionLevel ? ', which a drift alone can cause' : ''}: the state alone is not all that decides, and these numbers are about an average over histories.`;
  if (runs === 1) return text;
  text += ` Reservation: answers repeat in runs, which makes X2 about ${short(runs)} times too large and the smallest tau that is seen about ${short(Math.sqrt(runs))} times larger`;
  if (test.X2 === null || test.p === null || test.method !== 'asymptotic')
    return `${text}; a p-value of these counts is too small.`;
  const p = chi2Survival(test.X2 / runs, test.ndf);
  return `${text}; X2 divided by that has ${pInWords(p)}${test.p <= level && p > level ? ', which is no rejection' : ''}.`;
}

function plainVerdict(test: BalanceTest): Verdict {
  if (test.ndf === 0 || test.pairs === 0)
    return {
      code: 'nothing-to-test',
      text:
        'There is nothing to test. ' +
        (test.pairs === 0
          ? 'No two states lead to each other, so there is no pair of directions to compare. '
          : 'The states that lead to each other form no cycle of three or more, so a potential fits their counts exactly, whatever they are. ') +
        'This says neither that detailed balance holds nor that it does not.',
    };
  if (test.X2 === null)
    return {
      code: 'too-few-counts',
      text: `Nothing is concluded: ${lower(test.why?.['X2'] ?? 'the fit failed.')}`,
    };
  const measured = `X2 = ${short(test.X2)} at ${test.ndf} degree${test.ndf === 1 ? '' : 's'} of freedom`;
  if (test.p === null)
    return {
      code: 'too-few-counts',
      text: `Nothing is concluded from ${measured}: ${lower(test.why?.['p'] ?? 'there is no valid p-value.')}`,
    };
  const how = {
    asymptotic: 'from the chi-squared distribution',
    'exact-conditional': `from the exact conditional test, ${test.exact?.samples} samples`,
    'conditional-bootstrap': `from ${test.replicas} bootstrap replicas`,
    none: '',
  }[test.method];
  const numbers = `${measured}, ${pInWords(test.p)} ${how}`;
  if (test.p <= level) {
    const size =
      test.tau === null
        ? 'How far they are from it cannot be said from these counts.'
        : `The ratio of the two directions of a pair typically misses any potential by ${factor(test.tau)} (tau = ${short(test.tau)} nats${intervalInWords(test)}).`;
    return {
      code: 'rejected',
      text: `Detailed balance is rejected at the 5% level: no potential explains these transitions within the noise of the counts (${numbers}). ${size} ${powerInWords(test)}The test takes the attempts as independent and from one unchanging kernel; drift or repeats in the log can also lead to a rejection.`,
    };
  }
  if (test.tauDetectable === null || test.tauDetectable > blind)
    return {
      code: 'too-few-counts',
      text: `There are too few counts to tell. Detailed balance is not rejected (${numbers}), but ${
        test.tauDetectable === null
          ? 'it cannot be said how large a violation would have been seen.'
          : `even a typical violation by ${factor(test.tauDetectable)} could have been missed.`
      } Nothing is concluded.`,
    };
  if (test.method === 'exact-conditional' && (test.exact?.mostCommon ?? 0) > coarse)
    return {
      code: 'too-few-counts',
      text: `There are too few counts to tell. Detailed balance is not rejected (${numbers}), but so few tables have the totals of these pairs that the test is cautious, and a large violation could have been missed. Nothing is concluded.`,
    };
  return {
    code: 'not-rejected',
    text: `Detailed balance is not rejected (${numbers}). That does not prove it. ${powerInWords(test)}A smaller violation may well be there and stay unseen with these counts.`,
  };
}

/** Below this a misfit is rounding. */
const negligible = 1e-6;

/** The verdict on an exact kernel; `unfollowed` is the largest share of a row that was not read. */
export function exactVerdict(test: BalanceTest, unfollowed: number): Verdict {
  if (test.tau === null)
    return test.ndf === 0
      ? plainVerdict(test)
      : { code: 'too-few-counts', text: `Nothing is concluded: ${lower(test.why?.['tau'] ?? '')}` };
  const source =
    'This kernel was read off the model and has no sampling noise, so this is no test but an answer. ';
  const left =
    unfollowed > negligible
      ? ` Up to ${short(100 * unfollowed)}% of a row was not followed and counts as staying.`
      : '';
  if (test.tau > negligible)
    return {
      code: 'rejected',
      text: `Detailed balance does not hold. ${source}The ratio of the two directions of a pair typically misses any potential by ${factor(test.tau)} (tau = ${short(test.tau)} nats).${left}`,
    };
  return {
    code: 'not-rejected',
    text: `Detailed balance holds up to rounding (tau = ${short(test.tau)} nats). ${source}${left}`.trim(),
  };
}

function powerInWords(test: BalanceTest): string {
  if (test.tauDetectable === null) return '';
  return `With these counts the test sees a typical violation of tau = ${short(test.tauDetectable)} nats (${factor(test.tauDetectable)}) four times out of five. `;
}

function intervalInWords(test: BalanceTest): string {
  const [low, high] = test.tauInterval ?? [null, null];
  return low === null || high === null
    ? ''
    : `, approximate 95% interval ${short(low)} to ${short(high)}`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
