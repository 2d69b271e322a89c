/** Gradient, curl and harmonic shares (method.md 5.9): dense least squares, and graphs of one kind only. */
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { cyclesTest } from '../../../src/analysis/balance/cycles';
import { flowDecomposition } from '../../../src/analysis/balance/decomposition';
import fixture from '../../fixtures/cycles.json';
import kinds from '../../fixtures/kinds.json';
import { bundled, graphOf, steady, type Edge } from '../helpers/graphs';

// Many triangles, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = (f: number) => `s${String(f).padStart(4, '0')}`;

function edgesOf(kind: string): Edge[] {
  const edges =
    fixture.find((one) => one.kind === kind)!.edges ??
    kinds.find((one) => one.kind === kind)!.edges;
  return edges.map(([f, g, count]): Edge => [name(f!), name(g!), count!]);
}

/** Every pair of a complete graph, counts drawn. */
function complete(states: number): Edge[] {
  const random = steady(states);
  return Array.from({ length: states }, (_, f) =>
    Array.from({ length: states }, (_, g): Edge[] =>
      f === g ? [] : [[name(f), name(g), 1 + Math.floor(50 * random())]],
    ).flat(),
  ).flat();
}

describe.each(fixture)('against dense least squares: $kind', ({ kind, decomposition }) => {
  const found = flowDecomposition(graphOf(edgesOf(kind)), 1);

  it('has the same shares, which add up to 1', () => {
    if (kind === 'chain') {
      expect([found.gradient, found.curl]).toEqual([1, 0]);
      expect(found.harmonic).toBeLessThan(1e-12);
      return;
    }
    expect(found.pairs).toBe(decomposition!.pairs);
    expect(found.norm).toBeCloseTo(decomposition!.norm, 9);
    if (kind === 'balanced') {
      expect(found).toMatchObject({ gradient: null, curl: null, harmonic: null });
      for (const key of ['gradient', 'curl', 'harmonic']) expect(found.why?.[key]).toBeTruthy();
      return;
    }
    for (const key of ['gradient', 'curl', 'harmonic'] as const)
      expect(Math.abs(found[key]! - decomposition![key]!)).toBeLessThan(1e-9);
    expect(found.gradient! + found.curl! + found.harmonic!).toBeCloseTo(1, 12);
  });
});

describe('what is left of the potential', () => {
  it('is the chi2 of the threshold form: the same least squares', () => {
    for (const [kind, minimum] of [
      ['sparse', 1],
      ['mixed', 8],
      ['dense', 2],
      ['driven', 5],
    ] as const) {
      const graph = graphOf(edgesOf(kind));
      const { norm, curl, harmonic } = flowDecomposition(graph, minimum);
      expect((norm * (curl! + harmonic!)) / cyclesTest(graph, minimum).chi2!).toBeCloseTo(1, 7);
    }
  });

  it('four: two triangles span its cycles, so nothing is harmonic', () => {
    const { decomposition, cycles } = analyse(bundled('four.csv')).tests;
    expect(decomposition!.harmonic).toBeLessThan(1e-12);
    expect(decomposition!.curl! * decomposition!.norm).toBeCloseTo(cycles.chi2!, 9);
  });

  it('a triangle alone: the share of its affinity', () => {
    const edges: Edge[] = [
      ['a', 'b', 80],
      ['b', 'a', 20],
      ['b', 'c', 70],
      ['c', 'b', 60],
      ['c', 'a', 50],
      ['a', 'c', 40],
    ];
    const affinity = Math.log(((80 / 20) * (70 / 60) * 50) / 40);
    const variance = edges.reduce((sum, [, , count]) => sum + 1 / count, 0);
    const { norm, curl, harmonic } = flowDecomposition(graphOf(edges), 1);
    expect(curl! * norm).toBeCloseTo(affinity ** 2 / variance, 10);
    expect(harmonic).toBeLessThan(1e-12);
  });

  it('a ring of four alone: harmonic, no curl', () => {
    const ring = ['a', 'b', 'c', 'd'].flatMap((f, i): Edge[] => [
      [f, 'bcda'[i]!, 50],
      ['bcda'[i]!, f, 10],
    ]);
    const { gradient, curl, harmonic } = flowDecomposition(graphOf(ring), 1);
    expect(gradient).toBeCloseTo(0, 12);
    expect(curl).toBe(0);
    expect(harmonic).toBeCloseTo(1, 12);
  });
});

it('scaling all counts keeps the shares; rejections and self-transitions too', () => {
  const edges = edgesOf('mixed');
  const found = flowDecomposition(graphOf(edges), 1);
  const scaled = flowDecomposition(graphOf(edges.map(([f, g, n]): Edge => [f, g, 7 * n])), 1);
  expect(scaled.norm / found.norm).toBeCloseTo(7, 9);
  for (const key of ['gradient', 'curl', 'harmonic'] as const)
    expect(scaled[key]).toBeCloseTo(found[key]!, 10);
  const more = graphOf(
    [...edges, ...edges.map(([f], i): Edge => [f, f, i])],
    edges.map(([f], i) => [f, 3 * i]),
  );
  expect(flowDecomposition(more, 1)).toEqual(found);
});

it('names its weights, and what is missing', () => {
  const four = bundled('four.csv');
  expect(flowDecomposition(four, 1).weights).toMatch(/inverse variance/);
  const none = flowDecomposition(four, 1000);
  expect(none).toMatchObject({ pairs: 0, norm: 0, gradient: null, curl: null, harmonic: null });
  expect(none.why?.['gradient']).toMatch(/1000 counts/);
});

it('more than 500,000 triangles: the gradient alone, with the reason', () => {
  const found = flowDecomposition(graphOf(complete(150)), 1);
  expect(found.gradient).toBeGreaterThan(0);
  expect(found).toMatchObject({ curl: null, harmonic: null });
  expect(found.why).toEqual({
    curl: expect.stringMatching(/500000 triangles/) as string,
    harmonic: expect.stringMatching(/500000 triangles/) as string,
  });
});
