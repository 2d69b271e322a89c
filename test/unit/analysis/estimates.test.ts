/** Potentials, errors and the test against a second, dense implementation (make_estimates.py). */
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { estimatedLeverages, exactLeverages } from '../../../src/analysis/leverages';
import { splitBlocks } from '../../../src/analysis/neighbour-graph';
import { prepare } from '../../../src/analysis/prepare';
import { pseudoInverse } from '../../../src/analysis/pseudo-inverse';
import type { ActionKernel } from '../../../src/analysis/result';
import fixture from '../../fixtures/estimates.json';
import { graphOf, steady, type Edge } from '../helpers/graphs';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = (f: number) => `s${String(f).padStart(2, '0')}`;

function fixtureGraph(one: (typeof fixture)[number]) {
  const edges: Edge[] = [];
  one.counts.forEach((row, f) =>
    row.forEach((count, g) => {
      if (count > 0 || f === g) edges.push([name(f), name(g), count]);
    }),
  );
  return graphOf(
    edges,
    one.rejected.map((count, f) => [name(f), count]),
  );
}

/** To the mean gauge, in the fixture's order. */
function centred(record: Record<string, number>, n: number): number[] {
  const values = Array.from({ length: n }, (_, f) => record[name(f)]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return values.map((value) => value - mean);
}

function expectClose(found: number[], expected: number[], tolerance: number) {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance));
}

describe.each(fixture)('a random table of counts', (one) => {
  const n = one.counts.length;
  const graph = fixtureGraph(one);

  it.each(['softplus', 'exp'] as ActionKernel[])('least action, %s', (action) => {
    const { potential } = analyse(graph, { action, replicas: 0 });
    expectClose(centred(potential.V, n), one[action as 'softplus' | 'exp'].V, 1e-8);
    const errors = Array.from({ length: n }, (_, f) => potential.standardError![name(f)]!);
    expectClose(errors, one[action as 'softplus' | 'exp'].standardError, 1e-8);
  });

  it('reversible fit', () => {
    const { reversible } = analyse(graph, { replicas: 0 });
    expectClose(centred(reversible!.V, n), one.reversible.V, 1e-8);
    const errors = Array.from({ length: n }, (_, f) => reversible!.standardError![name(f)]!);
    expectClose(errors, one.reversible.standardError, 1e-8);
  });

  it('balance', () => {
    const { balance } = analyse(graph, { replicas: 0 }).tests;
    expect(balance.ndf).toBe(one.balance.ndf);
    expect(balance.pairs).toBe(one.balance.pairs);
    for (const key of ['X2', 'G2', 'medianExpected', 'information', 'tau'] as const)
      expect(balance[key]).toBeCloseTo(one.balance[key], 6);
  });
});

describe('leverages', () => {
  const random = steady(5);
  const edges: Edge[] = [];
  for (let f = 0; f < 300; f++) {
    edges.push([name(f), name((f + 1) % 300), 1 + Math.floor(9 * random())]);
    for (let k = 0; k < 3; k++) {
      const g = Math.floor(300 * random());
      if (g !== f) edges.push([name(f), name(g), 1 + Math.floor(9 * random())]);
    }
  }
  const { graph } = splitBlocks(prepare(graphOf(edges)).counts)[0]!;
  const weights = graph.out.map((count, k) => count + graph.back[k]!);
  const exact = exactLeverages(graph, weights, pseudoInverse(graph, weights));

  it('add up to states - 1', () => {
    expect(exact.reduce((sum, h) => sum + h, 0) / 2).toBeCloseTo(299, 8);
  });

  it('are estimated without bias on large blocks', () => {
    const estimated = estimatedLeverages(graph, weights);
    let off = 0;
    let found = 0;
    let expected = 0;
    exact.forEach((h, k) => {
      off = Math.max(off, Math.abs(estimated[k]! - h));
      found += weights[k]! * (1 - estimated[k]!);
      expected += weights[k]! * (1 - h);
    });
    expect(found / expected).toBeCloseTo(1, 1);
    expect(off).toBeLessThan(0.7);
  });
});
