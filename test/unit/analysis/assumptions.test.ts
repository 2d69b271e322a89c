/** Drift and repeats in a log (method.md 5.7): values, false alarms, and the verdict's reservation. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { assumptionsTest } from '../../../src/analysis/order/assumptions';
import { countAttempts } from '../../../src/transitions/count';
import type { Attempt } from '../../../src/transitions/types';
import fixture from '../../fixtures/assumptions.json';
import { bundled, steady } from '../helpers/graphs';
import { stateName } from '../helpers/kinds';

// Properties and simulations, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** A log from [from, to] pairs; to = -1 is a rejection. */
function logOf(pairs: number[][]): Attempt[] {
  return pairs.map(([from, to], i) => ({
    i,
    t: i,
    from: stateName(from!),
    ...(to! < 0 ? { reject: 'invalid' } : { to: stateName(to!) }),
  }));
}

/** States 0 to 4, balanced; each answer given `times(attempt)` times in a row. */
function walk(random: () => number, attempts: number, times: (i: number) => number, drift = 0) {
  const V = [0, 0.5, 0.2, 0.8, 0.4];
  const pairs: number[][] = [];
  while (pairs.length < attempts) {
    const f = Math.floor(5 * random());
    const g = Math.floor(5 * random());
    const late = pairs.length > attempts / 2 ? drift : 0;
    const accepted = random() < 1 / (1 + Math.exp(V[g]! - V[f]! + late * (g - f)));
    const answer = [f, g === f || !accepted ? -1 : g];
    for (let k = times(pairs.length); k > 0; k--) pairs.push(answer);
  }
  return logOf(pairs.slice(0, attempts));
}

describe.each(fixture.map((one, index) => [index, one] as const))('fixture %i', (_, one) => {
  const found = assumptionsTest(logOf(one.log));

  it('has the halves of the contingency test', () => {
    expect(found.halves.ndf).toBe(one.halves.ndf);
    expect(found.halves.chi2).toBeCloseTo(one.halves.chi2, 8);
    expect(found.halves.p! / one.halves.p).toBeCloseTo(1, 8);
  });

  it('has the design effect counted pair by pair', () => {
    expect(found.designEffect).toBeCloseTo(one.designEffect, 9);
  });

  it('keeps both when the states are renamed', () => {
    const most = Math.max(...one.log.flat());
    const renamed = assumptionsTest(
      logOf(one.log.map(([f, g]) => [most - f!, g! < 0 ? g! : most - g!])),
    );
    expect(renamed.halves.chi2).toBeCloseTo(found.halves.chi2!, 8);
    expect(renamed.designEffect).toBeCloseTo(found.designEffect!, 9);
  });
});

it('an even kernel: both halves agree about as often as they should, and few runs are found', () => {
  const random = steady(20261124);
  const tables = 300;
  let rejected = 0;
  let runs = 0;
  for (let table = 0; table < tables; table++) {
    const { halves, designEffect } = assumptionsTest(walk(random, 1000, () => 1));
    if (halves.p! < 0.05) rejected++;
    if (designEffect! > 1) runs++;
  }
  expect(rejected / tables).toBeGreaterThan(0.02);
  expect(rejected / tables).toBeLessThan(0.085);
  expect(runs / tables).toBeLessThan(0.06);
});

it('a fifth of the answers in batches of three: 1.4', () => {
  const random = steady(3);
  // Batches of three are a fifth of the answers where one draw in thirteen is one.
  const log = walk(random, 40000, () => (random() < 1 / 13 ? 3 : 1));
  expect(assumptionsTest(log).designEffect).toBeGreaterThan(1.3);
  expect(assumptionsTest(log).designEffect).toBeLessThan(1.5);
});

it('rejections and stays in between change no design effect', () => {
  const plain = fixture[1]!.log.filter(([, g]) => g! >= 0).slice(0, 300);
  const more = plain.flatMap(([f, g], i) => [
    [f!, g!],
    [f!, i % 3 === 0 ? -1 : f!],
  ]);
  expect(assumptionsTest(logOf(more)).designEffect).toBe(
    assumptionsTest(logOf(plain)).designEffect,
  );
});

it('a log too short to say says so; counts have no assumptions to check', () => {
  const { halves, designEffect, why } = assumptionsTest(logOf([[0, 1]]));
  expect(halves).toMatchObject({ chi2: null, ndf: 0, p: null });
  expect(halves.why?.['chi2']).toBeTruthy();
  expect(halves.why?.['p']).toBeTruthy();
  expect(designEffect).toBeNull();
  expect(why?.['designEffect']).toBeTruthy();
  expect(assumptionsTest([]).halves.p).toBeNull();
  expect('assumptions' in analyse(bundled('four.csv')).tests).toBe(false);
});

it('any log: numbers are finite, or null with their why', () => {
  const state = fc.integer({ min: 0, max: 4 });
  const attempt = fc.tuple(state, fc.oneof(state, fc.constant(-1)));
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 120 }), fc.integer({ min: 1, max: 8 }), (a, n) => {
      const log = logOf(a.flatMap((one) => Array.from({ length: n }, () => one)));
      const result = analyse(countAttempts(log), { replicas: 0 }, log);
      const { halves, designEffect, why } = result.tests.assumptions!;
      if (halves.p === null) expect(halves.why?.['p']).toBeTruthy();
      else {
        expect(halves.p).toBeGreaterThanOrEqual(0);
        expect(halves.p).toBeLessThanOrEqual(1);
        expect(halves.ndf).toBeGreaterThan(0);
      }
      if (designEffect === null) expect(why?.['designEffect']).toBeTruthy();
      else expect(designEffect).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 150 },
  );
});

describe('the verdict', () => {
  it('has its reservation where the halves differ', () => {
    const log = walk(steady(5), 6000, () => 1, 0.8);
    const { tests, verdict } = analyse(countAttempts(log), {}, log);
    expect(tests.assumptions!.halves.p).toBeLessThan(0.01);
    expect(verdict.text).toMatch(/Reservation: the first and the second half of this log differ/);
    expect(verdict.text).not.toContain('\n');
    expect(tests.assumptions!.designEffect).toBeLessThan(1.2);
  });

  it('and where answers repeat in runs, with what is left of X2', () => {
    const random = steady(6);
    const log = walk(random, 9000, () => (random() < 0.4 ? 5 : 1));
    const { tests, verdict } = analyse(countAttempts(log), {}, log);
    expect(tests.assumptions!.designEffect).toBeGreaterThan(2);
    // the runs inflate the chi2 of the halves too; that is no drift
    expect(verdict.text).not.toMatch(/first and the second half/);
    expect(verdict.text).toMatch(/answers repeat in runs.*X2 divided by that has p = /);
  });

  it('and none where the log shows neither', () => {
    const log = walk(steady(7), 6000, () => 1);
    const result = analyse(countAttempts(log), {}, log);
    expect(result.tests.assumptions!.designEffect).toBe(1);
    expect(result.verdict.text).not.toMatch(/Reservation/);
    const { assumptions, ...tests } = result.tests;
    expect(assumptions!.halves.p).toBeGreaterThan(0.01);
    expect(tests).toEqual(analyse(countAttempts(log)).tests);
  });
});
