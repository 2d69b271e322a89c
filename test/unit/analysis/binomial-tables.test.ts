/** The words and the tables behind every replica: published vectors, SciPy's distributions, the draws. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { binomialTables, drawCounts } from '../../../src/analysis/balance/binomial-tables';
import { threefry } from '../../../src/analysis/balance/counter-random';
import { chi2Survival } from '../../../src/analysis/statistics/special';
import fixture from '../../fixtures/binomial.json';
import { drawBinomial } from '../helpers/draw-binomial';

describe('threefry', () => {
  // Known answers of the authors' own library (Random123, kat_vectors, threefry4x32 20).
  it.each([
    [[0, 0, 0, 0], [0, 0, 0, 0], '9c6ca96a e17eae66 fc10ecd4 5256a7d8'],
    [[-1, -1, -1, -1], [-1, -1, -1, -1], '2a881696 57012287 f6c7446e a16a6732'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
      '59cd1dbb b8879579 86b5d00c ac8b6d84',
    ],
  ])('counter %j, key %j', (counter, key, expected) => {
    const words = new Int32Array(4);
    const [c0, c1, c2, c3] = counter.map((word) => word | 0);
    const [k0, k1, k2, k3] = key.map((word) => word | 0);
    threefry(words, c0!, c1!, c2!, c3!, k0!, k1!, k2!, k3!);
    const hex = Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0'));
    expect(hex.join(' ')).toBe(expected);
  });
});

/** Of the first pair: how many of the 2^32 words give each count. */
function massOf(both: number, logOdds: number): Map<number, number> {
  const { cells, shift, low, step } = binomialTables([both], [logOdds]);
  const bits = shift[0]!;
  const full = 2 ** bits;
  const mass = new Map<number, number>();
  const add = (outcome: number, words: number) => {
    const count = low[0]! + step[0]! * outcome;
    if (words > 0) mass.set(count, (mass.get(count) ?? 0) + words);
  };
  cells.forEach((cell, own) => {
    const share = cell & (full - 1);
    add(own, share);
    add(cell >>> bits, full - share);
  });
  return mass;
}

describe('tables', () => {
  it.each(fixture)('n = $n, log odds $logOdds: every P(N <= k) to 2^-32', (one) => {
    const mass = massOf(one.n, one.logOdds);
    expect([...mass.values()].reduce((a, b) => a + b)).toBe(2 ** 32);
    one.k.forEach((k, index) => {
      let words = 0;
      for (const [count, share] of mass) if (count <= k) words += share;
      expect(Math.abs(words - one.atMost[index]! * 2 ** 32)).toBeLessThan(0.51);
    });
  });

  it('has its limits', () => {
    expect([...massOf(0, 1).keys()]).toEqual([0]);
    expect([...massOf(7, -800).keys()]).toEqual([0]);
    expect([...massOf(7, 800).keys()]).toEqual([7]);
    expect([...massOf(7, -Infinity).keys()]).toEqual([0]);
  });

  it.each([4e9, 1e12])('of %d counts goes in steps, with the right mean and spread', (n) => {
    const mass = massOf(n, 0.5);
    expect(mass.size).toBeLessThanOrEqual(2 ** 16);
    const p = 1 / (1 + Math.exp(-0.5));
    let mean = 0;
    let square = 0;
    for (const [count, words] of mass) mean += (words / 2 ** 32) * (count - n * p);
    for (const [count, words] of mass) square += (words / 2 ** 32) * (count - n * p - mean) ** 2;
    const variance = n * p * (1 - p);
    expect(Math.abs(mean)).toBeLessThan(1e-3 * Math.sqrt(variance));
    expect(square / variance).toBeCloseTo(1, 6);
  });
});

describe('draws', () => {
  const both = [5, 30, 12, 400, 60, 1000, 5000];
  const chance = [0.3, 0.9, 0.5, 0.004, 0.4, 0.97, 0.5];
  const tables = binomialTables(
    both,
    chance.map((p) => Math.log(p / (1 - p))),
  );
  const words = new Int32Array(4);
  const drawn = new Float64Array(both.length);

  it('of one replica depend on the seed, the replica and the purpose alone', () => {
    const draw = (seed: number, replica: number, purpose: number) => {
      drawCounts(tables, seed, replica, purpose, words, drawn);
      return drawn.join(' ');
    };
    const first = draw(1, 5, 0);
    const others = [draw(1, 6, 0), draw(2, 5, 0), draw(1, 5, 1), draw(1 + 2 ** 32, 5, 0)];
    expect(draw(1, 5, 0)).toBe(first);
    expect(others).not.toContain(first);
  });

  it.each(both.map((n, i) => [n, chance[i]!, i]))(
    'n = %d, p = %d: as frequent as those of another sampler',
    (n, p, i) => {
      const draws = 20_000;
      const random = xoroshiro128plus(17);
      random.jump();
      const ours = new Float64Array(n + 1);
      const others = new Float64Array(n + 1);
      for (let b = 0; b < draws; b++) {
        drawCounts(tables, 3, b, 0, words, drawn);
        ours[drawn[i]!]!++;
        others[drawBinomial(random, n, p)]!++;
      }
      // Homogeneity of two samples, neighbours pooled until a cell holds 20.
      let chi2 = 0;
      let cells = 0;
      let a = 0;
      let b = 0;
      for (let k = 0; k <= n; k++) {
        a += ours[k]!;
        b += others[k]!;
        if (a + b < 20) continue;
        chi2 += (a - b) ** 2 / (a + b);
        cells++;
        a = b = 0;
      }
      expect(cells).toBeGreaterThan(2);
      expect(chi2Survival(chi2, cells - 1)).toBeGreaterThan(1e-4);
    },
  );

  it('of different pairs and replicas are not correlated', () => {
    const size = 4000;
    const columns = both.map(() => new Float64Array(size));
    for (let b = 0; b < size; b++) {
      drawCounts(tables, 11, b, 0, words, drawn);
      columns.forEach((column, i) => (column[b] = drawn[i]!));
    }
    const correlation = (x: Float64Array, y: Float64Array) => {
      const mean = (v: Float64Array) => v.reduce((s, t) => s + t, 0) / v.length;
      const [mx, my] = [mean(x), mean(y)];
      let xy = 0;
      let xx = 0;
      let yy = 0;
      for (let b = 0; b < x.length; b++) {
        xy += (x[b]! - mx) * (y[b]! - my);
        xx += (x[b]! - mx) ** 2;
        yy += (y[b]! - my) ** 2;
      }
      return xy / Math.sqrt(xx * yy);
    };
    columns.forEach((x, i) => {
      for (const y of columns.slice(i + 1))
        expect(Math.abs(correlation(x, y)) * Math.sqrt(size)).toBeLessThan(4.5);
      // One replica after the other.
      const after = correlation(x.slice(1), x.slice(0, -1));
      expect(Math.abs(after) * Math.sqrt(size)).toBeLessThan(4.5);
    });
  });
});
