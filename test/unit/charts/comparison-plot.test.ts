/** The plot of two potentials: its axes, its intervals, its table, and what is said of it. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/analysis/comparison/compare';
import { comparisonPlot } from '../../../src/charts/comparison-plot';
import { four, graphOf, theme } from './cases';

const other = graphOf(
  four.names,
  [
    [0, 120, 80, 60],
    [200, 0, 90, 0],
    [100, 140, 0, 50],
    [400, 0, 190, 0],
  ],
  [1000, 1000, 1000, 1000],
);
const names: [string, string] = ['the first', 'the second'];
const pair = compare(
  [
    { name: names[0], graph: four },
    { name: names[1], graph: other },
  ],
  { replicas: 0 },
).pairs[0]!;
const picture = comparisonPlot(pair, names, theme);

describe('comparison plot', () => {
  it('names both axes with experiment, unit and gauge', () => {
    const scales = picture.configuration.options!.scales as Record<
      string,
      { title: { text: string[] } }
    >;
    expect(scales['x']!.title.text).toEqual([
      'the first',
      'V in nats, mean 0 on the common states',
    ]);
    expect(scales['y']!.title.text[0]).toBe('the second');
  });

  it('has 95% intervals both ways round every state', () => {
    const [, points, bars] = picture.configuration.data.datasets;
    expect(points!.data).toHaveLength(4);
    const first = pair.states[0]!;
    const bar = bars!.data[0] as unknown as Record<string, number>;
    expect((bar['xMax']! - bar['xMin']!) / 2).toBeCloseTo(1.959964 * first.standardError[0]!, 9);
    expect((bar['yMax']! + bar['yMin']!) / 2).toBeCloseTo(first.V[1], 12);
  });

  it('marks the states that stand out by shape as well as by colour', () => {
    const { pointStyle } = picture.configuration.data.datasets[1] as unknown as {
      pointStyle: string[];
    };
    expect(pointStyle).toEqual(
      pair.states.map(({ standsOut }) => (standsOut ? 'rectRot' : 'circle')),
    );
    expect(pair.states.some(({ standsOut }) => standsOut)).toBe(true);
  });

  it('ties marks and table rows together, and says what it shows', () => {
    expect(picture.table.rows.map(([state]) => state)).toEqual(
      pair.states.map(({ state }) => state),
    );
    expect(picture.rowOf!(1, 2)).toBe(2);
    expect(picture.rowOf!(0, 1)).toBeNull();
    expect(picture.elementOf!(3)).toEqual({ datasetIndex: 1, index: 3 });
    expect(picture.summary).toMatch(/4 common states in the second against the first; r = 0\.\d\d/);
    const empty = comparisonPlot({ ...pair, states: [] }, names, theme);
    expect(empty.summary).toMatch(/too few states in common/);
  });
});
