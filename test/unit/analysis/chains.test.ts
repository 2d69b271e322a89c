/** What only chains show (method.md 5.7, 6): first order against second, Chapman-Kolmogorov. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { assumptionsTest } from '../../../src/analysis/order/assumptions';
import { attemptRows, numberedLog } from '../../../src/analysis/order/attempt-rows';
import { isChain, runStarts } from '../../../src/analysis/order/chains';
import { halvesTest } from '../../../src/analysis/order/halves';
import { countAttempts } from '../../../src/transitions/count';
import type { Attempt } from '../../../src/transitions/types';
import fixture from '../../fixtures/chains.json';
import { steady } from '../helpers/graphs';
import { stateName } from '../helpers/kinds';

// Simulations, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

type Runs = [first: number, outcomes: number[]][];

/** A log from runs; an outcome -1 is a rejection. */
function logOf(runs: Runs, name = stateName): Attempt[] {
  const log: Attempt[] = [];
  for (const [first, outcomes] of runs) {
    let f = first;
    for (const g of outcomes) {
      const answer = g < 0 ? { reject: 'invalid' } : { to: name(g) };
      log.push({ i: log.length, t: log.length, from: name(f), ...answer });
      if (g >= 0) f = g;
    }
  }
  return log;
}

/** Chances of `states` rows, drawn. */
function drawKernel(random: () => number, states: number): number[][] {
  return Array.from({ length: states }, () => {
    const row = Array.from({ length: states }, () => -Math.log(random() + 1e-12));
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((x) => x / sum);
  });
}

function drawFrom(random: () => number, row: number[]): number {
  let u = random();
  for (let g = 0; g < row.length - 1; g++) if ((u -= row[g]!) < 0) return g;
  return row.length - 1;
}

/** One chain of the kernel that `pick` chooses from the state and the one before it. */
function chain(
  random: () => number,
  attempts: number,
  rejected: number,
  pick: (f: number, before: number) => number[],
): Attempt[] {
  const outcomes: number[] = [];
  let f = 0;
  let before = 0;
  while (outcomes.length < attempts) {
    const g = random() < rejected ? -1 : drawFrom(random, pick(f, before));
    outcomes.push(g);
    before = f;
    if (g >= 0) f = g;
  }
  return logOf([[0, outcomes]]);
}

describe.each(fixture)('against SciPy and statsmodels: $kind', (one) => {
  const log = logOf(one.runs as Runs);
  const { order, chapmanKolmogorov } = assumptionsTest(log);

  it('first order against second', () => {
    expect(order!.triples).toBe(one.order.triples);
    expect(order!.ndf).toBe(one.order.ndf);
    expect(order!.chi2! / one.order.chi2).toBeCloseTo(1, 9);
    expect(order!.p! / one.order.p).toBeCloseTo(1, 8);
  });

  it('Chapman-Kolmogorov', () => {
    const { lags, why } = chapmanKolmogorov!;
    expect(lags.map(({ steps }) => steps)).toEqual(one.lags.map(({ steps }) => steps));
    lags.forEach((lag, i) => {
      const expected = one.lags[i]!;
      expect([lag.walks, lag.ndf]).toEqual([expected.walks, expected.ndf]);
      expect(lag.chi2! / expected.chi2).toBeCloseTo(1, 8);
      expect(lag.p! / expected.p).toBeCloseTo(1, 8);
      expect(lag.returns.map(({ state }) => state)).toEqual(
        expected.returns.map(({ state }) => stateName(state)),
      );
      lag.returns.forEach((found, at) => {
        const { predicted, predictedError, seen, interval } = expected.returns[at]!;
        expect(found.predicted).toBeCloseTo(predicted, 12);
        expect(found.predictedError).toBeCloseTo(predictedError, 12);
        expect(found.seen).toBe(seen);
        found.interval.forEach((end, side) => expect(end).toBeCloseTo(interval[side]!, 12));
      });
    });
    if (lags.length < 5) expect(why?.['lags']).toMatch(/too few walks/);
    else expect(why).toBeUndefined();
  });

  it('the same when the states are renamed', () => {
    const renamed = assumptionsTest(logOf(one.runs as Runs, (f) => `z${99 - f}`));
    expect(renamed.order).toEqual(order);
    expect(renamed.chapmanKolmogorov!.lags.map(({ chi2 }) => chi2)).toEqual(
      chapmanKolmogorov!.lags.map(({ chi2 }) => chi2),
    );
  });
});

describe('a true chain of 10 states and 5,000 attempts', () => {
  const random = steady(20261125);
  const logs = 300;
  const rejections = new Map<string, number>();
  const count = (key: string, p: number | null) => {
    if (p !== null && p < 0.05) rejections.set(key, (rejections.get(key) ?? 0) + 1);
  };
  let covered = 0;
  let returns = 0;
  for (let i = 0; i < logs; i++) {
    const kernel = drawKernel(random, 10);
    const log = chain(random, 5000, 0.3, (f) => kernel[f]!);
    const { order, chapmanKolmogorov } = assumptionsTest(log);
    count('order', order!.p);
    for (const { steps, p, returns: all } of chapmanKolmogorov!.lags) {
      count(`${steps}`, p);
      for (const { predicted, predictedError, seen, interval } of all) {
        const half = Math.hypot(1.96 * predictedError, (interval[1] - interval[0]) / 2);
        returns++;
        if (Math.abs(seen - predicted) <= half) covered++;
      }
    }
  }

  it.each(['order', '1', '2', '4', '8'])('rejects about one in twenty: %s', (key) => {
    // 5% of 300 is 15; 3% to 8% with two standard errors of a simulation of this length.
    expect(rejections.get(key)! / logs).toBeGreaterThan(0.015);
    expect(rejections.get(key)! / logs).toBeLessThan(0.1);
  });

  it('predicts the returns within both errors 95 times in a hundred', () => {
    expect(covered / returns).toBeGreaterThan(0.93);
    expect(covered / returns).toBeLessThan(0.97);
  });
});

describe('what they see', () => {
  it('memory of the state before the last: the order, and two steps but not one', () => {
    const random = steady(8);
    const kernels = Array.from({ length: 5 }, () => drawKernel(random, 5));
    const log = chain(random, 8000, 0, (f, before) => kernels[before]![f]!);
    const { order, chapmanKolmogorov, halves } = assumptionsTest(log);
    expect(order!.p).toBeLessThan(1e-20);
    expect(halves.p).toBeGreaterThan(0.01);
    const [one, two] = chapmanKolmogorov!.lags;
    expect(one!.p).toBeGreaterThan(0.01);
    expect(two!.p).toBeLessThan(1e-4);
  });

  it('an agent that fails again after a failure', () => {
    const random = steady(9);
    const kernel = drawKernel(random, 4);
    const outcomes: number[] = [];
    let f = 0;
    while (outcomes.length < 3000) {
      const failed = outcomes.at(-1) === -1;
      const g = random() < (failed ? 0.6 : 0.3) ? -1 : drawFrom(random, kernel[f]!);
      outcomes.push(g);
      if (g >= 0) f = g;
    }
    expect(assumptionsTest(logOf([[0, outcomes]])).order!.p).toBeLessThan(1e-10);
  });

  it('a drift: one step already', () => {
    const random = steady(10);
    const [early, late] = [drawKernel(random, 5), drawKernel(random, 5)];
    let i = 0;
    const log = chain(random, 4000, 0, (f) => (i++ < 2000 ? early : late)[f]!);
    expect(assumptionsTest(log).chapmanKolmogorov!.lags[0]!.p).toBeLessThan(1e-10);
  });
});

it('one step from all states of a log without rejections is the test of the halves', () => {
  const random = steady(12);
  const kernel = drawKernel(random, 4);
  const log = chain(random, 3000, 0, (f) => kernel[f]!);
  const { lags } = assumptionsTest(log).chapmanKolmogorov!;
  const { chi2, ndf } = halvesTest(attemptRows(numberedLog(log)));
  expect(lags[0]!.ndf).toBe(ndf);
  expect(lags[0]!.chi2! / chi2!).toBeCloseTo(1, 9);
});

describe('chains in a log', () => {
  const starts = (log: Attempt[]) => runStarts(numberedLog(log));

  it('go on after rejections and self-transitions, and break where the source jumps', () => {
    const log = logOf([
      [0, [1, -1, 1, 2]],
      [0, [0, -1]],
      [3, [2]],
    ]);
    expect([...starts(log)]).toEqual([0, 4, 6, 7]);
    expect([...starts([])]).toEqual([0]);
    expect(isChain(starts([]))).toBe(false);
    expect(isChain(starts(log))).toBe(false);
  });

  it('are ten attempts long on average', () => {
    const runs = (length: number): Runs =>
      Array.from({ length: 8 }, (_, f) => [f, Array.from({ length }, () => 9)]);
    expect(isChain(starts(logOf(runs(10))))).toBe(true);
    expect(isChain(starts(logOf([...runs(10), [0, [1]]])))).toBe(false);
  });

  it('are not there where sources are drawn evenly, and the fields are absent', () => {
    const random = steady(13);
    const log = logOf(
      Array.from({ length: 2000 }, () => [Math.floor(5 * random()), [Math.floor(5 * random())]]),
    );
    const found = assumptionsTest(log);
    expect('order' in found).toBe(false);
    expect('chapmanKolmogorov' in found).toBe(false);
  });

  it('nothing to compare: null with the reason', () => {
    const stuck = assumptionsTest(logOf([[0, Array.from({ length: 50 }, () => -1)]]));
    expect(stuck.order).toMatchObject({ triples: 49, chi2: null, ndf: 0, p: null });
    expect(stuck.order!.why?.['p']).toBeTruthy();
    expect(stuck.chapmanKolmogorov!.lags).toEqual([]);
    expect(stuck.chapmanKolmogorov!.why?.['lags']).toMatch(/From 1 step on/);
    const ring = assumptionsTest(logOf([[0, Array.from({ length: 99 }, (_, i) => (i + 1) % 3)]]));
    expect(ring.order!.p).toBeNull();
    expect(ring.chapmanKolmogorov!.lags).toEqual([]);
  });

  it('a log of 30,000 states has no powers, and says so', () => {
    const log = logOf([[0, Array.from({ length: 30_000 }, (_, i) => i + 1)]]);
    const { chapmanKolmogorov, order } = assumptionsTest(log);
    expect(chapmanKolmogorov).toEqual({
      lags: [],
      why: { lags: expect.stringMatching(/25000 transitions/) as string },
    });
    expect(order!.p).toBeNull();
  });
});

it('any chains: numbers are finite, or null with their why', () => {
  const outcome = fc.integer({ min: -1, max: 3 });
  const run = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.array(outcome, { minLength: 1 }));
  let lagsSeen = 0;
  fc.assert(
    fc.property(fc.array(run, { maxLength: 4 }), fc.integer({ min: 1, max: 30 }), (runs, n) => {
      const repeated = runs.map(([first, outcomes]): Runs[number] => [
        first,
        Array.from({ length: n }, () => outcomes).flat(),
      ]);
      const { order, chapmanKolmogorov } = assumptionsTest(logOf(repeated));
      if (!order || !chapmanKolmogorov) return;
      if (order.p === null) expect(order.why?.['p']).toBeTruthy();
      else expect(order.p >= 0 && order.p <= 1 && order.ndf > 0).toBe(true);
      const { lags, why } = chapmanKolmogorov;
      lagsSeen += lags.length;
      expect(lags.length === 5 || why?.['lags'] !== undefined).toBe(true);
      for (const { chi2, ndf, p, returns } of lags) {
        expect(chi2! >= 0 && p! >= 0 && p! <= 1 && ndf > 0).toBe(true);
        for (const { predicted, predictedError, seen, interval } of returns) {
          for (const chance of [predicted, seen, ...interval])
            expect(chance >= 0 && chance <= 1 + 1e-12).toBe(true);
          expect(predictedError).toBeGreaterThanOrEqual(0);
          expect(interval[0] <= seen + 1e-12 && seen <= interval[1] + 1e-12).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(lagsSeen).toBeGreaterThan(50);
});

describe('the whole result', () => {
  it('has them, and its verdict a reservation, where a chain has a memory', () => {
    const random = steady(14);
    const kernels = Array.from({ length: 5 }, () => drawKernel(random, 5));
    const log = chain(random, 4000, 0.2, (f, before) => kernels[before]![f]!);
    const { tests, verdict } = analyse(countAttempts(log), {}, log);
    expect(tests.assumptions!.order!.p).toBeLessThan(1e-10);
    expect(tests.assumptions!.chapmanKolmogorov!.lags.length).toBeGreaterThan(2);
    expect(verdict.text).toMatch(/Reservation: the next state depends on the one before the last/);
    expect(verdict.text).not.toContain('\n');
  });

  it('has them and no reservation where the next state depends on the last alone', () => {
    const random = steady(15);
    const kernel = drawKernel(random, 5);
    const log = chain(random, 4000, 0.2, (f) => kernel[f]!);
    const { tests, verdict } = analyse(countAttempts(log), {}, log);
    expect(tests.assumptions!.order!.p).toBeGreaterThan(0.01);
    expect(verdict.text).not.toMatch(/Reservation/);
  });
});
