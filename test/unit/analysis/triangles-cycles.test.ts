/** Affinities of triangles and the threshold form of the test (method.md 5.2, 5.3). */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { cyclesTest } from '../../../src/analysis/balance/cycles';
import type { TrianglesTest } from '../../../src/analysis/result';
import { trianglesTest } from '../../../src/analysis/balance/triangles';
import { bundled, graphOf, steady, type Edge } from '../helpers/graphs';
import { kindTable } from '../helpers/kinds';

describe('four', () => {
  const result = analyse(bundled('four.csv'));

  it('has two triangles; cycle abc has the affinity of the method, section 6', () => {
    const { n, chi2, largest } = result.tests.triangles;
    expect(n).toBe(2);
    expect(largest[0]!.states).toEqual(['a', 'b', 'c']);
    expect(largest[0]!.affinity).toBeCloseTo(-0.729515, 6);
    const six = [120, 200, 90, 140, 100, 80];
    expect(largest[0]!.sigma ** 2).toBeCloseTo(
      six.reduce((sum, count) => sum + 1 / count, 0),
      12,
    );
    expect(largest[1]!.states).toEqual(['a', 'c', 'd']);
    expect(chi2).toBeCloseTo(
      largest.reduce((sum, { affinity, sigma }) => sum + (affinity / sigma) ** 2, 0),
      12,
    );
  });

  it('has the threshold form near X2, on the same pairs', () => {
    const { pairs, states, components, chi2, ndf, p } = result.tests.cycles;
    expect({ pairs, states, components, ndf }).toEqual({
      pairs: 5,
      states: 4,
      components: 1,
      ndf: 2,
    });
    expect(Math.abs(chi2! - result.tests.balance.X2!)).toBeLessThan(0.2);
    expect(p).toBeCloseTo(Math.exp(-chi2! / 2), 12);
  });
});

it('the order of the rows changes neither', () => {
  const random = steady(7);
  const { edges } = kindTable('scattered');
  const shuffled = edges
    .map((edge): [number, Edge] => [random(), edge])
    .sort((a, b) => a[0] - b[0])
    .map(([, edge]) => edge);
  const [graph, other] = [graphOf(edges), graphOf(shuffled)];
  const key = ({ states, affinity, sigma }: TrianglesTest['largest'][number]) =>
    `${[...states].sort().join()} ${Math.abs(affinity).toFixed(9)} ${sigma.toFixed(9)}`;
  const triangles = trianglesTest(graph, 1).largest;
  expect(triangles).toHaveLength(10);
  expect(trianglesTest(other, 1).largest.map(key)).toEqual(triangles.map(key));
  expect(cyclesTest(other, 5).chi2).toBeCloseTo(cyclesTest(graph, 5).chi2!, 7);
});

it('the affinity turns its sign with the orientation of its states', () => {
  const round: Edge[] = [
    ['a', 'b', 80],
    ['b', 'c', 80],
    ['c', 'a', 80],
    ['b', 'a', 20],
    ['c', 'b', 20],
    ['a', 'c', 20],
  ];
  const forward = trianglesTest(graphOf(round), 1).largest[0]!;
  expect(forward.states).toEqual(['a', 'b', 'c']);
  expect(forward.affinity).toBeCloseTo(3 * Math.log(4), 12);
  const turned = trianglesTest(graphOf([['a', 'c', 0], ...round]), 1).largest[0]!;
  expect(turned.states).toEqual(['a', 'c', 'b']);
  expect(turned.affinity).toBeCloseTo(-3 * Math.log(4), 12);
});

it('rejections and self-transitions change neither', () => {
  const edges = kindTable('scattered').edges;
  const extra = edges.map(([from], i): Edge => [from, from, i]);
  const more = graphOf(
    [...edges, ...extra],
    edges.map(([from], i) => [from, 3 * i]),
  );
  expect(trianglesTest(more, 1)).toEqual(trianglesTest(graphOf(edges), 1));
  expect(cyclesTest(more, 5)).toEqual(cyclesTest(graphOf(edges), 5));
});

it('a threshold leaves out triangles and pairs below it', () => {
  const graph = bundled('four.csv');
  expect(trianglesTest(graph, 80).largest.map(({ states }) => states)).toEqual([['a', 'b', 'c']]);
  const none = trianglesTest(graph, 1000);
  expect(none).toMatchObject({ n: 0, chi2: null, largest: [] });
  expect(none.why?.['chi2']).toBeTruthy();
  expect(cyclesTest(graph, 1000)).toMatchObject({ pairs: 0, ndf: 0, chi2: null, p: null });
  const tree = cyclesTest(graph, 90);
  expect(tree).toMatchObject({ pairs: 2, states: 3, components: 1, ndf: 0, chi2: 0, p: null });
  expect(tree.why?.['p']).toMatch(/no cycle/);
});

it('counts over twelve decades still give the minimum', () => {
  const edges: Edge[] = [
    ['a', 'b', 1e12],
    ['b', 'a', 7],
    ['b', 'c', 9],
    ['c', 'b', 1e12],
    ['c', 'a', 3e11],
    ['a', 'c', 1e12],
  ];
  const affinity = Math.log(((1e12 / 7) * (9 / 1e12) * 3e11) / 1e12);
  const variance = edges.reduce((sum, [, , count]) => sum + 1 / count, 0);
  expect(cyclesTest(graphOf(edges), 5).chi2).toBeCloseTo(affinity ** 2 / variance, 6);
});
