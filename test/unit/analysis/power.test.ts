/** The power of the test where counts are few: term by term against binomial sums, and against a simulation. */
import { expect, it } from 'vitest';
import type { Configuration } from '../../../bench/calibration/configurations';
import { planOf, runDataSets } from '../../../bench/calibration/run';
import { analyse } from '../../../src/analysis/analyse';
import {
  addPair,
  largestCorrection,
  noCounts,
  powerAt,
  powerOf,
} from '../../../src/analysis/balance/power';
import { bundled } from '../helpers/graphs';
import { kindGraph } from '../helpers/kinds';

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** E[(n - B p)^2 / (B p q)] of n ~ Binomial(B, chance), by its sum. */
function meanOfCell(both: number, p: number, chance: number): number {
  let probability = (1 - chance) ** both;
  let mean = 0;
  for (let n = 0; n <= both; n++) {
    mean += (probability * (n - both * p) ** 2) / (both * p * (1 - p));
    probability *= ((both - n) / (n + 1)) * (chance / (1 - chance));
  }
  return mean;
}

function informationOf(both: number, p: number, h: number): number {
  const few = noCounts();
  addPair(few, both, p * (1 - p), h);
  return few.information;
}

it.each([
  [1, 0.5],
  [2, 0.3],
  [5, 0.02],
  [40, 0.8],
])(
  'a pair of known p, %d counts: what a log ratio off by tau adds to its X2, p = %d',
  (both, p) => {
    const x = Math.log(p / (1 - p));
    const gain = (tau: number) =>
      ((meanOfCell(both, p, logistic(x + tau)) + meanOfCell(both, p, logistic(x - tau))) / 2 - 1) /
      tau ** 2;
    // Richardson's step: the next term is of order tau^2.
    expect((4 * gain(0.01) - gain(0.02)) / 3).toBeCloseTo(informationOf(both, p, 0), 6);
  },
);

it('with a fit: its three golden values', () => {
  // By hand, h = 1/4, p = 1/5, B = 6: 3/4 * ((6 - 3 + 1) * 4/25 + 3/8) = 0.76125.
  expect(informationOf(6, 0.2, 0.25)).toBeCloseTo(0.76125, 12);
  // A bridge bears no information, and one toss of a fair coin neither.
  expect(informationOf(6, 0.2, 1)).toBe(0);
  expect(informationOf(1, 0.5, 0)).toBe(0);
});

it('no power is claimed where the corrections are large', () => {
  const few = { information: 30, plain: 28, correction: 28 * largestCorrection };
  expect(powerOf(25, few, 10, false)!.detectable).toBeCloseTo(0.735779, 6);
  expect(powerOf(25, { ...few, correction: 2.81 }, 10, false)).toEqual({
    information: 30,
    detectable: null,
  });
  expect(powerOf(23, few, 10, false)!.detectable).toBeNull();
  expect(powerOf(23.1, few, 10, false)!.detectable).not.toBeNull();
  // Where chi-squared holds, by C.
  expect(powerOf(25, { ...few, correction: 2.81 }, 10, true)!.information).toBe(25);
  expect(powerOf(0, few, 10, false)).toBeNull();
  expect(powerOf(25, few, 0, false)).toBeNull();
  const sparse = analyse(kindGraph('sparse'), { replicas: 0 }).tests.balance;
  expect(sparse.tauDetectable).toBeNull();
  expect(sparse.why!['tauDetectable']).toMatch(/hardly seen/);
});

it('at the smallest detectable tau it is 80%, at none the level', () => {
  const few = { information: 30, plain: 28, correction: 1 };
  const { information, detectable } = powerOf(25, few, 10, false)!;
  expect(powerAt(10, detectable! ** 2 * information)).toBeCloseTo(0.8, 9);
  expect(powerAt(10, 0)).toBeCloseTo(0.05, 9);
  const four = analyse(bundled('four.csv'), { replicas: 0 }).tests.balance;
  expect(powerAt(four.ndf, four.tauDetectable! ** 2 * four.powerInformation!)).toBeCloseTo(0.8, 9);
  expect(four.powerInformation).toBe(four.information);
});

it('is what is seen at two expected counts a pair, within 0.05', () => {
  const place: Configuration = {
    family: 'sparse',
    states: 20,
    attempts: 300,
    rejected: 0.9,
    sources: 'fixed',
    driven: { power: 0.5, misfit: 'random' },
  };
  const plan = planOf(place, 1, 99);
  const { tested, rejected, claimed, formulaPower, exactPower } = runDataSets(plan, 0, 400);
  expect(claimed).toBeGreaterThan(0.98 * tested);
  expect(Math.abs(formulaPower / claimed - rejected / tested)).toBeLessThan(0.05);
  expect(Math.abs(exactPower / tested - rejected / tested)).toBeLessThan(0.05);
}, 120_000);
