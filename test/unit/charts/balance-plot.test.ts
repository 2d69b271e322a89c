/** The published plot: golden log ratios of "four", their standard errors, and what is said of them. */
import { describe, expect, it } from 'vitest';
import { balancePlot, balancePoints } from '../../../src/charts/balance-plot';
import { analyse } from '../../../src/analysis/analyse';
import { kernelOf } from '../../../src/analysis/prepare';
import { claude, fourInput, theme } from './cases';

describe('points', () => {
  it('are the pairs of "four" seen both ways, from the higher state to the lower', () => {
    const points = balancePoints(fourInput);
    expect(points.map((p) => p.from + p.to)).toEqual(['da', 'ca', 'dc', 'ba', 'cb']);
    const ba = points.find((p) => p.from === 'b')!;
    expect(ba.drop).toBeCloseTo(0.337822, 6);
    expect(ba.logRatio).toBeCloseTo(Math.log(200 / 120), 12);
    expect([ba.forth, ba.back]).toEqual([200, 120]);
  });

  it('have the standard error of two multinomial rows', () => {
    const ba = balancePoints(fourInput).find((p) => p.from === 'b')!;
    expect(ba.standardError).toBeCloseTo(Math.sqrt(1 / 200 + 1 / 120 - 2 / 1000), 12);
    const all = { ...fourInput.rates, trials: new Float64Array(4) };
    const plain = balancePoints({ ...fourInput, rates: all }).find((p) => p.from === 'b')!;
    expect(plain.standardError).toBeCloseTo(Math.sqrt(1 / 200 + 1 / 120), 12);
  });

  it('give back the published r and slope', () => {
    const points = balancePoints(fourInput);
    const sum = (f: (p: (typeof points)[number]) => number) => points.reduce((s, p) => s + f(p), 0);
    const xy = sum((p) => p.drop * p.logRatio);
    const xx = sum((p) => p.drop ** 2);
    const yy = sum((p) => p.logRatio ** 2);
    expect(xy / Math.sqrt(xx * yy)).toBeCloseTo(fourInput.result.tests.pairs.r!, 5);
    expect(xy / xx).toBeCloseTo(fourInput.result.tests.pairs.slope!, 5);
  });

  it('use the attempts that were given where the counts do not hold them', () => {
    const result = analyse(claude, { attemptsPerState: 4000 });
    const points = balancePoints({
      graph: claude,
      result,
      rates: kernelOf(claude, result.options),
    });
    // No loop: the potential fits the log ratios exactly.
    expect(points.map((p) => p.logRatio.toFixed(4))).toEqual(['5.1812', '4.0737']);
    for (const { drop, logRatio } of points) expect(drop).toBeCloseTo(logRatio, 8);
  });

  it('leave out pairs below the least count', () => {
    const options = { ...fourInput.result.options, minPairCount: 70 };
    const input = { ...fourInput, result: { ...fourInput.result, options } };
    expect(balancePoints(input).map((p) => p.from + p.to)).toEqual(['ca', 'ba', 'cb']);
  });
});

describe('picture', () => {
  const picture = balancePlot(fourInput, theme);

  it('names its axes with units', () => {
    const scales = picture.configuration.options!.scales as Record<
      string,
      { title: { text: string } }
    >;
    expect(scales['x']!.title.text).toBe('V(f) − V(g)  (nats)');
    expect(scales['y']!.title.text).toBe('ln(T(f→g) / T(g→f))  (nats)');
  });

  it('says that r is a published quantity and not enough', () => {
    expect(picture.summary).toContain('published: n = 5 pairs, r = 0.93, slope = 0.96');
    expect(picture.summary).toContain('A high r alone is not detailed balance.');
  });

  it('ties marks and table rows together', () => {
    expect(picture.table.rows).toHaveLength(5);
    expect(picture.rowOf!(2, 3)).toBe(3);
    expect(picture.rowOf!(0, 1)).toBeNull();
    expect(picture.elementOf!(3)).toEqual({ datasetIndex: 2, index: 3 });
    expect(picture.configuration.data.datasets[2]!.data).toHaveLength(5);
  });

  it('says so when there is no pair', () => {
    const options = { ...fourInput.result.options, minPairCount: 1000 };
    const empty = balancePlot({ ...fourInput, result: { ...fourInput.result, options } }, theme);
    expect(empty.summary).toMatch(/^No pair of states/);
  });
});
