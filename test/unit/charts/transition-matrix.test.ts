/** The matrix: golden shares of "four" in the order of the potential; a bitmap above 64 states. */
import { describe, expect, it } from 'vitest';
import { matrixPixels } from '../../../src/charts/matrix-bitmap';
import { decades, logShare } from '../../../src/charts/matrix-legend';
import { transitionMatrix } from '../../../src/charts/transition-matrix';
import { chain, fourInput, theme } from './cases';

describe('matrix of "four"', () => {
  const picture = transitionMatrix(fourInput, theme);

  it('has a row a transition, states from high to low', () => {
    expect(picture.table.rows.map((row) => row.slice(0, 3))).toEqual([
      ['d', 'c', 70],
      ['d', 'a', 150],
      ['c', 'd', 50],
      ['c', 'b', 140],
      ['c', 'a', 100],
      ['b', 'c', 90],
      ['b', 'a', 200],
      ['a', 'd', 60],
      ['a', 'c', 80],
      ['a', 'b', 120],
    ]);
    expect(picture.table.rows[6]![3]).toBeCloseTo(0.2, 12);
  });

  it('finds the row under a place, in ranks', () => {
    expect(picture.rowAt!(3.2, 2.4)).toBe(6);
    expect(picture.rowAt!(0, 0)).toBeNull();
  });

  it('says what it shows', () => {
    expect(picture.summary).toContain(
      '10 cells filled, 5 of them downhill, values from 0.05 to 0.2',
    );
    expect(picture.summary).toContain('The largest is b to a, 0.200.');
    expect(picture.configuration.type).toBe('matrix');
  });
});

it('is one bitmap above 64 states', () => {
  const { graph, result } = chain(65);
  const rates = { weight: graph.count.map((n) => n / 1000), trials: graph.attempts };
  const picture = transitionMatrix({ graph, result, rates }, theme);
  expect(picture.configuration.type).toBe('scatter');
  expect(picture.configuration.data.datasets[0]!.data).toEqual([]);
  expect(picture.rowAt!(1, 0)).toBe(0);
  expect(picture.elementOf).toBeUndefined();
});

it('paints the largest value of a block', () => {
  const cells = {
    from: Int32Array.of(0, 1),
    to: Int32Array.of(1, 0),
    count: Float64Array.of(1, 10),
    value: Float64Array.of(0.01, 0.1),
    low: 0.01,
    high: 0.1,
  };
  const { size, pixels } = matrixPixels(cells, 2, ['#000000', '#ffffff']);
  expect(size).toBe(2);
  expect(Array.from(pixels.slice(8, 12))).toEqual([255, 255, 255, 255]);
  expect(pixels[4]).toBe(Math.round(255 * 0.08));
  expect(pixels[3]).toBe(0);
});

it('has a logarithmic scale with powers of ten', () => {
  expect(logShare(0.01, 0.001, 0.1)).toBeCloseTo(0.54, 12);
  expect(logShare(0.2, 0.2, 0.2)).toBe(1);
  expect(decades(0.0004, 0.2).map((tick) => tick.text)).toEqual(['10⁻³', '0.01', '0.1']);
});
