/** What X2 and the entropy production are under balance, against a simulation of its own (make_null.py). */
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import fixture from '../../fixtures/null.json';
import { kindGraph } from '../helpers/kinds';

// Thousands of fits, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** Share of ascending values, evenly spaced quantiles from 0 to 1, that lie below x. */
function shareBelow(quantiles: number[], x: number): number {
  const next = quantiles.findIndex((value) => value > x);
  if (next <= 0) return next < 0 ? 1 : 0;
  const [low, high] = [quantiles[next - 1]!, quantiles[next]!];
  return (next - 1 + (x - low) / (high - low)) / (quantiles.length - 1);
}

describe.each(fixture)('$kind', (one) => {
  const { replicas } = one;
  const { tests, dynamics } = analyse(kindGraph(one.kind), { replicas });
  const { balance } = tests;
  /** Four standard deviations of the difference of two such shares. */
  const noise = (p: number, draws: number) =>
    4 * Math.sqrt(p * (1 - p) * (1 / replicas + 1 / draws)) + 1 / replicas;

  if (balance.pBootstrap !== undefined) {
    it('the p-value of the bootstrap', () => {
      expect(balance.replicas).toBe(replicas);
      expect(Math.abs(balance.pBootstrap! - one.p)).toBeLessThan(noise(one.p, replicas));
    });

    it('the whole distribution of X2', () => {
      expect(balance.nullQuantiles).toHaveLength(101);
      balance.nullQuantiles!.forEach((X2, percent) => {
        const share = shareBelow(one.quantiles, X2);
        expect(Math.abs(share - percent / 100), `${percent}%`).toBeLessThan(
          noise(percent / 100, replicas) + 0.01,
        );
      });
    });
  } else
    it('p is asymptotic, and near that of the bootstrap', () => {
      expect(balance.method).toBe('asymptotic');
      expect(Math.abs(balance.p! - one.p)).toBeLessThan(0.03);
    });

  it('the entropy production', () => {
    const { nullMean, nullInterval } = dynamics!.entropyProduction;
    const draws = Math.min(replicas, 200);
    expect(Math.abs(nullMean! - one.entropyMean)).toBeLessThan(
      4 * one.entropySpread * Math.sqrt(1 / draws + 1 / replicas),
    );
    // Four standard deviations of such a quantile of 200 draws: where the plug-in is like chi-squared
    // with one degree of freedom (density 0.0145 at its 97.5%), 4 x 0.54 spreads above; below it is
    // pressed against 0.
    const [low, high] = nullInterval!;
    expect(Math.abs(low - one.entropyInterval[0]!)).toBeLessThan(0.3 * one.entropySpread);
    expect(Math.abs(high - one.entropyInterval[1]!)).toBeLessThan(2.2 * one.entropySpread);
  });
});

it('which kinds the bootstrap is for', () => {
  const bootstrapped = fixture.filter(({ kind }) => {
    const { method } = analyse(kindGraph(kind), { replicas: 1 }).tests.balance;
    return method !== 'asymptotic';
  });
  expect(bootstrapped.map(({ kind }) => kind)).toEqual(['sparse', 'one-way', 'dense']);
});
