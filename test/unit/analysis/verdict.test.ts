/** The verdict in words: which code when, and the numbers that must stand in it. */
import { describe, expect, it } from 'vitest';
import type { BalanceTest } from '../../../src/analysis/result';
import { verdictOf } from '../../../src/analysis/verdict';

const test: BalanceTest = {
  X2: 12.3,
  G2: 12,
  ndf: 10,
  pairs: 30,
  medianExpected: 20,
  method: 'asymptotic',
  p: 0.27,
  pAsymptotic: 0.27,
  flagged: [],
  replicas: 0,
  tau: 0.1,
  tauInterval: [0, 0.6],
  tauDetectable: 0.4,
  information: 100,
};

describe('verdict', () => {
  it('not rejected: names what would have been seen, and proves nothing', () => {
    const { code, text } = verdictOf(test);
    expect(code).toBe('not-rejected');
    expect(text).toMatch(/0\.4 nats \(a factor of 1\.49\)/);
    expect(text).toMatch(/does not prove/);
    expect(text).toMatch(/p = 0\.27/);
  });

  it('never "not rejected" without a detectable tau, or with one beyond a factor of ten', () => {
    expect(verdictOf({ ...test, tauDetectable: null, tau: null }).code).toBe('too-few-counts');
    expect(verdictOf({ ...test, tauDetectable: 3 }).code).toBe('too-few-counts');
  });

  it('rejected: p, size with its interval, power, and what else may cause it', () => {
    const { code, text } = verdictOf({ ...test, X2: 60, p: 3e-9, tau: 0.7 });
    expect(code).toBe('rejected');
    expect(text).toMatch(/p = 3\.0e-9/);
    expect(text).toMatch(
      /a factor of 2\.01 \(tau = 0\.7 nats, approximate 95% interval 0 to 0\.6\)/,
    );
    expect(text).toMatch(/drift or repeats/);
  });

  it('an underflown p is not called 0', () => {
    expect(verdictOf({ ...test, p: 0 }).text).toMatch(/p below 1e-300/);
  });

  it('no valid p-value: nothing is concluded', () => {
    const skipped: BalanceTest = {
      ...test,
      method: 'none',
      p: null,
      why: { p: 'The bootstrap was skipped.' },
    };
    expect(verdictOf(skipped)).toEqual({
      code: 'too-few-counts',
      text: expect.stringMatching(/^Nothing is concluded.*the bootstrap was skipped\.$/) as string,
    });
  });

  it('no cycle, no pair: nothing to test', () => {
    expect(verdictOf({ ...test, ndf: 0, X2: 0, p: null }).code).toBe('nothing-to-test');
    expect(verdictOf({ ...test, ndf: 0, pairs: 0, X2: null, p: null }).code).toBe(
      'nothing-to-test',
    );
  });

  it('the bootstrap is named with its replicas', () => {
    const { text } = verdictOf({ ...test, method: 'conditional-bootstrap', replicas: 1000 });
    expect(text).toMatch(/from 1000 bootstrap replicas/);
  });

  it('the exact test is named with its samples; where it is coarse, no rejection says nothing', () => {
    const exact = {
      p: 0.4,
      standardError: 0.01,
      samples: 1000,
      effectiveSamples: 300,
      mostCommon: 0.001,
      sweeps: 4,
    };
    const fine = verdictOf({ ...test, p: 0.4, method: 'exact-conditional', exact });
    expect(fine.code).toBe('not-rejected');
    expect(fine.text).toMatch(/from the exact conditional test, 1000 samples/);
    const few = { ...exact, mostCommon: 0.6 };
    const coarse = verdictOf({ ...test, p: 0.4, method: 'exact-conditional', exact: few });
    expect(coarse.code).toBe('too-few-counts');
    expect(coarse.text).toMatch(/Nothing is concluded\.$/);
    expect(verdictOf({ ...test, p: 0.01, method: 'exact-conditional', exact: few }).code).toBe(
      'rejected',
    );
  });

  it('is one paragraph', () => {
    for (const p of [0.001, 0.5]) expect(verdictOf({ ...test, p }).text).not.toContain('\n');
  });

  describe('reservation for a memory', () => {
    const halves = { chi2: 10, ndf: 10, p: 0.44 };
    const order = { triples: 900, chi2: 80, ndf: 30, p: 1.9e-6 };

    it('where the order test rejects at 1%, with its p', () => {
      const { code, text } = verdictOf(test, { halves, order, designEffect: 1 });
      expect(code).toBe('not-rejected');
      expect(text).toMatch(/depends on the one before the last \(p = \d\.\de-6\)/);
      expect(text).not.toMatch(/drift alone/);
    });

    it('none at a p above 1%, without a p, or with nothing to test', () => {
      const none = { ...order, chi2: 45, p: 0.039 };
      for (const one of [none, { triples: 0, chi2: null, ndf: 0, p: null }])
        expect(verdictOf(test, { halves, order: one, designEffect: 1 }).text).toBe(
          verdictOf(test).text,
        );
      const nothing = { ...test, ndf: 0, X2: 0, p: null };
      expect(verdictOf(nothing, { halves, order, designEffect: 1 }).text).not.toMatch(
        /Reservation/,
      );
    });

    it('is weaker where the halves differ too, and where answers repeat in runs', () => {
      const drifted = { chi2: 60, ndf: 10, p: 3.6e-9 };
      expect(verdictOf(test, { halves: drifted, order, designEffect: 1 }).text).toMatch(
        /half of this log differ.*before the last \(p = .*\), which a drift alone can cause/,
      );
      expect(verdictOf(test, { halves, order, designEffect: 2 }).text).not.toMatch(
        /before the last/,
      );
    });
  });
});
