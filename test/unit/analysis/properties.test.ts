/** Odd inputs, one by one; what holds for every table is in thousand-graphs.test.ts. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { bundled, graphOf, type Edge } from '../helpers/graphs';

const four: Edge[] = [];
{
  const graph = bundled('four.csv');
  graph.names.forEach((from, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      four.push([from, graph.names[graph.target[k]!]!, graph.count[k]!]);
  });
}
const even: [string, number][] = [...'abcd'].map((name) => {
  const moved = four.filter(([from]) => from === name).reduce((sum, [, , n]) => sum + n, 0);
  return [name, 1000 - moved];
});

it('what another component does is nothing to the largest', () => {
  const result = analyse(graphOf([...four, ['y', 'z', 3], ['z', 'y', 4], ['z', 'a', 2]], even));
  for (const name of 'abcd')
    expect(result.potential.V[name]).toBeCloseTo(
      analyse(graphOf(four, even)).potential.V[name]!,
      9,
    );
  expect(result.tests.balance.ndf).toBe(2);
  expect(result.tests.balance.X2).toBeCloseTo(9.942699, 6);
  expect(result.bounds).toHaveLength(1);
});

describe('odd inputs', () => {
  it('a state seen but never attempted from has no bound', () => {
    const result = analyse(graphOf([['a', 'b', 3]]));
    expect(result.input.neverAttempted).toEqual(['b']);
    expect(result.bounds).toEqual([]);
    expect(result.reversible).toBeNull();
    expect(result.warnings?.join()).toMatch(/never attempted/);
    expect(result.verdict.code).toBe('nothing-to-test');
  });

  it('nothing but rejections', () => {
    const result = analyse(graphOf([], [['a', 12]]));
    expect(result.input).toMatchObject({ states: 1, attempts: 12, accepted: 0, rejected: 12 });
    expect(result.verdict.code).toBe('nothing-to-test');
  });

  it('no states at all', () => {
    const result = analyse(graphOf([]));
    expect(result.components).toEqual([]);
    expect(result.verdict.code).toBe('nothing-to-test');
  });

  it('a strongly connected ring of one-way steps', () => {
    const result = analyse(
      graphOf([
        ['a', 'b', 4000],
        ['b', 'c', 4000],
        ['c', 'a', 4000],
      ]),
    );
    expect(result.potential.converged).toBe(true);
    for (const value of Object.values(result.potential.V)) expect(value).toBeCloseTo(0, 12);
    expect(result.verdict.code).toBe('rejected');
  });

  it('a driven ring of 40 states has a high r and a tiny p: the picture is weak evidence', () => {
    const edges: Edge[] = [];
    for (let f = 0; f < 40; f++) {
      const drop = 2 * Math.sin((2 * Math.PI * f) / 40);
      const [f0, f1] = [`s${f}`, `s${(f + 1) % 40}`];
      edges.push([f0, f1, Math.round(400 * Math.exp(drop / 2 + 0.2))]);
      edges.push([f1, f0, Math.round(400 * Math.exp(-drop / 2 - 0.2))]);
    }
    const { tests, verdict } = analyse(graphOf(edges));
    expect(tests.pairs.r).toBeGreaterThan(0.9);
    expect(tests.balance.p).toBeLessThan(1e-100);
    expect(verdict.code).toBe('rejected');
  });
});
