/** Cycles of largest affinity (method.md 5.6): golden numbers, NetworkX, what must not change them. */
import { describe, expect, it, vi } from 'vitest';
import { largestAffinities } from '../../../src/analysis/balance/affinities';
import { analyse } from '../../../src/analysis/analyse';
import { forwardLists } from '../../../src/analysis/balance/forward-lists';
import { shortestCycles } from '../../../src/analysis/balance/shortest-cycles';
import fixture from '../../fixtures/cycles.json';
import kinds from '../../fixtures/kinds.json';
import { bundled, graphOf, steady, type Edge } from '../helpers/graphs';

// Large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = (f: number) => `s${String(f).padStart(4, '0')}`;

/** Edges of a case of the fixture, every state first named in order. */
function edgesOf(one: (typeof fixture)[number]): Edge[] {
  const edges = one.edges ?? kinds.find(({ kind }) => kind === one.kind)!.edges;
  const states = Math.max(...edges.flatMap(([f, g]) => [f!, g!])) + 1;
  const known = Array.from({ length: states }, (_, f): Edge => [name(f), name(f), 0]);
  return [...known, ...edges.map(([f, g, count]): Edge => [name(f!), name(g!), count!])];
}

/** The other order of the edges, drawn. */
function shuffled(edges: Edge[], random: () => number): Edge[] {
  return edges
    .map((edge): [number, Edge] => [random(), edge])
    .sort((a, b) => a[0] - b[0])
    .map(([, edge]) => edge);
}

describe('four', () => {
  const { affinities } = analyse(bundled('four.csv')).tests;

  it('has cycle acb with the affinity of section 5.2, the way in which it is positive', () => {
    expect(affinities![0]!.states).toEqual(['a', 'c', 'b']);
    expect(affinities![0]!.affinity).toBeCloseTo(0.729515, 6);
    const six = [120, 200, 90, 140, 100, 80];
    const variance = six.reduce((sum, count) => sum + 1 / count, 0);
    expect(affinities![0]!.sigma ** 2).toBeCloseTo(variance, 12);
  });

  it('has its two triangles and the square, once each', () => {
    expect(affinities!.map(({ states }) => states.join(''))).toEqual(['acb', 'acd', 'adcb']);
    expect(affinities![2]!.affinity).toBeCloseTo(0.7295148247 - 0.3566749439, 9);
  });

  it('leaves out pairs below the threshold', () => {
    expect(largestAffinities(bundled('four.csv'), 80).map(({ states }) => states)).toEqual([
      ['a', 'c', 'b'],
    ]);
    expect(largestAffinities(bundled('four.csv'), 1000)).toEqual([]);
  });
});

describe.each(fixture)('against NetworkX: $kind', (one) => {
  const edges = edgesOf(one);
  const graph = graphOf(edges);

  it('largest of the triangles and of the cycles that pairs close with the forest', () => {
    const found = largestAffinities(graph, 1);
    expect(found).toHaveLength(one.affinities.length);
    one.affinities.forEach((expected, i) => {
      const [states, affinity, sigma] = expected as [number[], number, number];
      expect(found[i]!.affinity).toBeCloseTo(affinity, 9);
      // Without any affinity all cycles are equal.
      if (affinity < 1e-9) return;
      expect(found[i]!.states).toEqual(states.map(name));
      expect(found[i]!.sigma / sigma).toBeCloseTo(1, 9);
    });
  });

  it('the same whatever the order of the rows', () => {
    const other = largestAffinities(graphOf(shuffled(edges, steady(5))), 1);
    const same = largestAffinities(graph, 1);
    if (one.kind === 'balanced') return expect(other).toHaveLength(same.length);
    expect(other.map(({ states }) => states)).toEqual(same.map(({ states }) => states));
  });

  it('shortest cycle through a pair, of smallest variance', () => {
    const through = one.shortest.map(([f, g]): [number, number] => [f!, g!]);
    const found = shortestCycles(forwardLists(graph, 1), through, 1000);
    expect(found).toHaveLength(one.shortest.length);
    one.shortest.forEach(([f, g, states, variance], i) => {
      const cycle = found[i]!;
      expect(cycle).toHaveLength(states!);
      expect([cycle[0], cycle.at(-1)]).toEqual([g, f]);
      const sum = cycle.reduce((total, u, at) => {
        const v = cycle[(at + 1) % cycle.length]!;
        const counts = edges.filter(
          ([a, b]) => (a === name(u) && b === name(v)) || (a === name(v) && b === name(u)),
        );
        expect(counts).toHaveLength(2);
        return total + counts.reduce((part, [, , count]) => part + 1 / count, 0);
      }, 0);
      expect(sum / variance!).toBeCloseTo(1, 9);
    });
  });
});

it('a cycle through a flagged pair is looked at too', () => {
  // The forest is the heavy path from a to f; two light pairs close cycles with it, and one together.
  const heavy = ['a', 'b', 'c', 'd', 'e', 'f'];
  const edges = heavy.slice(1).flatMap((g, i): Edge[] => [
    [heavy[i]!, g, 1000],
    [g, heavy[i]!, 1000],
  ]);
  edges.push(['a', 'f', 30], ['f', 'a', 20], ['b', 'e', 40], ['e', 'b', 10]);
  const graph = graphOf(edges);
  const ring = ['a', 'b', 'e', 'f'];
  const without = largestAffinities(graph, 1).map(({ states }) => [...states].sort());
  expect(without).not.toContainEqual(ring);
  const flagged = [{ states: ['f', 'a'] as [string, string], residual: -4 }];
  const found = largestAffinities(graph, 1, flagged);
  const through = found.find(({ states }) => [...states].sort().join() === ring.join());
  expect(through!.affinity).toBeCloseTo(Math.log(4) - Math.log(1.5), 12);
  // a pair that was seen one way only has no affinity
  const oneWay = [{ states: ['a', 'c'] as [string, string], residual: 9 }];
  expect(largestAffinities(graphOf([...edges, ['a', 'c', 50]]), 1, oneWay)).toHaveLength(2);
});

it('a walk driven round a ring of 40 states is found, and a ring of 1,001 is too long', () => {
  const ring = (n: number) =>
    graphOf(
      Array.from({ length: n }, (_, f): Edge[] => [
        [name(f), name((f + 1) % n), 90],
        [name((f + 1) % n), name(f), 30],
      ]).flat(),
    );
  const [found] = largestAffinities(ring(40), 1);
  expect(found!.states).toEqual(Array.from({ length: 40 }, (_, f) => name(f)));
  expect(found!.affinity).toBeCloseTo(40 * Math.log(3), 9);
  expect(largestAffinities(ring(1000), 1)).toHaveLength(1);
  expect(largestAffinities(ring(1001), 1)).toEqual([]);
});

it('rejections, self-transitions and names that look like code change nothing', () => {
  const edges = edgesOf(fixture.find(({ kind }) => kind === 'mixed')!);
  const more = graphOf(
    [...edges, ...edges.map(([f], i): Edge => [f, f, i])],
    edges.map(([f], i) => [f, 3 * i]),
  );
  expect(largestAffinities(more, 1)).toEqual(largestAffinities(graphOf(edges), 1));
  const odd = graphOf([
    ['__proto__', 'constructor', 9],
    ['constructor', '__proto__', 3],
    ['constructor', '', 4],
    ['', 'constructor', 4],
    ['', '__proto__', 5],
    ['__proto__', '', 5],
  ]);
  expect(largestAffinities(odd, 1)[0]!.states).toEqual(['', '__proto__', 'constructor']);
});

it('100,000 pairs take a second or so', () => {
  const random = steady(1);
  const edges = Array.from({ length: 100_000 }, (_, i): Edge[] => {
    const [f, g] = [name(i % 30_000), name(Math.floor(30_000 * random()))];
    if (f === g) return [];
    const n = 1 + Math.floor(20 * random());
    return [
      [f, g, n],
      [g, f, 21 - n],
    ];
  }).flat();
  const graph = graphOf(edges);
  const start = performance.now();
  expect(largestAffinities(graph, 1)).toHaveLength(10);
  expect(performance.now() - start).toBeLessThan(10_000);
});
