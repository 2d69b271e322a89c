/** The result's `parametric` on the kinds of count graphs: statsmodels, and what it says of bad features. */
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import type { FeatureTable } from '../../../src/transitions/features-csv';
import type { ParametricResult } from '../../../src/analysis/result';
import type { CountGraph } from '../../../src/transitions/types';
import fixture from '../../fixtures/parametric-result.json';
import { bundled, graphOf } from '../helpers/graphs';
import { kindGraph, stateName } from '../helpers/kinds';

// The chain and simulations, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const explain = (graph: CountGraph, features: FeatureTable) =>
  analyse(graph, { replicas: 0 }, undefined, features);

/** The features of make_parametric_result.py, backwards: the order of the rows is not to matter. */
function twoFeatures(states: number[]): FeatureTable {
  const order = states.toReversed();
  return {
    names: ['seven', 'eleven'],
    states: order.map(stateName),
    values: Float64Array.from(order.flatMap((f) => [f % 7, (f * f) % 11])),
  };
}

interface Expected {
  every: number;
  states: number;
  without: number;
  ndf: number;
  explained: number;
  weights: { weight: number; standardError?: number; interval?: number[] }[];
  chi2?: number;
  p?: number;
  furthest: { state: number; residual: number; standardError?: number }[];
}

const cases = (fixture as { kind: string; fits: Expected[] }[]).flatMap(({ kind, fits }) =>
  fits.map((fit) => [kind, fit.every === 0 ? 'all states' : 'four in five', fit] as const),
);

const close = (found: number | null | undefined, expected: number) =>
  expect(Math.abs(found! - expected) / (Math.abs(expected) || 1)).toBeLessThan(1e-8);

describe.each(cases)('against statsmodels: %s, %s', (kind, _, expected) => {
  const graph = kindGraph(kind);
  const plain = analyse(graph, { replicas: 0 });
  const members = plain.components[plain.reversible!.component]!.states;
  const rows = members
    .filter((_, i) => expected.every === 0 || i % expected.every !== 0)
    .map((name) => graph.names.indexOf(name));
  const { parametric, warnings, ...rest } = explain(graph, twoFeatures(rows));
  const found = parametric!;

  it('states, weights with intervals, explained share, chi2, ndf, p', () => {
    expect(found).toMatchObject({ features: ['seven', 'eleven'], unknown: 0 });
    expect(found.states).toBe(expected.states);
    expect(found.without).toBe(expected.without);
    expect(found.ndf).toBe(expected.ndf);
    close(found.explained, expected.explained);
    found.weights.forEach(({ feature, weight, standardError, interval }, i) => {
      const { weight: w, standardError: error, interval: ends } = expected.weights[i]!;
      expect(feature).toBe(found.features[i]);
      close(weight, w);
      if (error === undefined) {
        expect([standardError, interval]).toEqual([null, null]);
        return;
      }
      close(standardError, error);
      interval!.forEach((end, side) =>
        expect(Math.abs(end - ends![side]!) / error).toBeLessThan(1e-8),
      );
    });
    if (expected.chi2 === undefined) {
      expect(found).toMatchObject({ chi2: null, p: null });
      expect(found.why!['interval']).toMatch(/more than 1500 states.*counts the same/);
      return;
    }
    close(found.chi2, expected.chi2);
    close(found.p, expected.p!);
  });

  it('the states that it misses most', () => {
    expect(found.furthest.map(({ state }) => state)).toEqual(
      expected.furthest.map(({ state }) => stateName(state)),
    );
    found.furthest.forEach(({ residual, standardError }, i) => {
      const { residual: r, standardError: error } = expected.furthest[i]!;
      close(residual, r);
      if (error === undefined) expect(standardError).toBeNull();
      else close(standardError, error);
    });
  });

  it('says who is left out, and changes nothing else', () => {
    const said = warnings?.filter((one) => one.includes('features')) ?? [];
    expect(said.length).toBe(expected.without > 0 ? 1 : 0);
    if (expected.without > 1) expect(said[0]).toMatch(new RegExp(`^${expected.without} states`));
    expect(rest.potential).toEqual(plain.potential);
    expect(rest.reversible).toEqual(plain.reversible);
    expect(rest.verdict).toEqual(plain.verdict);
  });
});

/** A table of one feature. */
const one = (values: Record<string, number>): FeatureTable => ({
  names: ['size'],
  states: Object.keys(values),
  values: Float64Array.from(Object.values(values)),
});

const reason = (found: ParametricResult | undefined) => {
  expect(found).toMatchObject({ weights: [], explained: null, chi2: null, p: null, furthest: [] });
  for (const key of ['weights', 'explained', 'chi2', 'p'])
    expect(found!.why![key]).toBe(found!.why!['weights']);
  return found!.why!['weights'];
};

it('ignores unknown states, and says how many', () => {
  const graph = bundled('four.csv');
  const known = explain(graph, one({ a: 1, b: 2, c: 4, d: 3 }));
  const more = explain(graph, one({ a: 1, x: 9, b: 2, c: 4, __proto: 5, d: 3 }));
  expect(known.warnings).toBeUndefined();
  expect(more.parametric).toEqual({ ...known.parametric, unknown: 2 });
  expect(more.warnings).toEqual([
    '2 rows of the features name no state of these counts: they are ignored.',
  ]);
});

it('tells a state outside the largest component from an unknown one', () => {
  const graph = graphOf([
    ...['ab', 'ba', 'bc', 'cb', 'ac', 'ca'].map((way): [string, string, number] => [
      way[0]!,
      way[1]!,
      5,
    ]),
    ['c', 'out', 2],
  ]);
  const { parametric } = explain(graph, one({ a: 1, b: 2, c: 4, out: 3, nowhere: 1 }));
  expect(parametric).toMatchObject({ states: 3, without: 0, unknown: 1 });
});

it('knows states and features by any name', () => {
  const graph = graphOf(
    [
      ['__proto__', 'constructor', 5],
      ['constructor', '__proto__', 9],
      ['constructor', 'toString', 4],
      ['toString', 'constructor', 3],
      ['toString', '__proto__', 6],
      ['__proto__', 'toString', 6],
    ],
    [
      ['__proto__', 7],
      ['toString', 4],
    ],
  );
  const { parametric } = explain(graph, {
    names: ['__proto__'],
    states: ['toString', '__proto__', 'constructor'],
    values: Float64Array.from([1, 2, 5]),
  });
  expect(parametric).toMatchObject({ states: 3, without: 0, unknown: 0 });
  expect(parametric!.weights[0]!.feature).toBe('__proto__');
  expect(parametric!.weights[0]!.weight).toSatisfy(Number.isFinite);
});

it('says why there is no fit: constant, dependent, too many features, no rows, no component', () => {
  const graph = kindGraph('driven');
  const table = (columns: Record<string, (f: number) => number>): FeatureTable => ({
    names: Object.keys(columns),
    states: graph.names,
    values: Float64Array.from(
      graph.names.flatMap((_, f) => Object.values(columns).map((column) => column(f))),
    ),
  });
  const whyOf = (features: FeatureTable) => reason(explain(graph, features).parametric);
  expect(whyOf(table({ a: (f) => f, same: () => 0.1 }))).toBe('The feature "same" does not vary.');
  expect(whyOf(table({ a: (f) => f, b: (f) => f * f, c: (f) => 3 * f - f * f + 7 }))).toBe(
    'The features depend on each other: "c" follows from those before it.',
  );
  const powers = Array.from(
    { length: 11 },
    (_, i) => [`f${i}`, (f: number) => +(f === i)] as const,
  );
  expect(whyOf(table(Object.fromEntries(powers)))).toMatch(/too few states/);
  expect(whyOf(one({ nothing: 1 }))).toMatch(/too few states/);
  expect(reason(explain(graphOf([['a', 'b', 3]]), one({ a: 1, b: 2 })).parametric)).toBe(
    'No two states lead to each other.',
  );
});

it('of an exact kernel: least squares without intervals, and exact where the features are the height', () => {
  const V = [0, 0.4, 1.1, 0.3, 0.9];
  const graph = graphOf([]);
  const names = V.map((_, f) => stateName(f));
  const edges = V.flatMap((v, f) =>
    V.flatMap((u, g): [string, string, number][] =>
      f === g ? [] : [[names[f]!, names[g]!, Math.min(1, Math.exp(v - u)) / V.length]],
    ),
  );
  const exact = {
    ...graph,
    ...graphOf(edges),
    attempts: new Float64Array(V.length).fill(1),
    exact: true,
  };
  const { parametric } = explain(
    exact,
    one(Object.fromEntries(names.map((n, f) => [n, 2 * V[f]!]))),
  );
  expect(parametric!.weights[0]!.weight).toBeCloseTo(0.5, 8);
  expect(parametric!.weights[0]!.interval).toBeNull();
  expect(parametric!.explained).toBeCloseTo(1, 8);
  expect(parametric).toMatchObject({ chi2: null, p: null, ndf: 3 });
  for (const key of ['interval', 'standardError', 'chi2', 'p'])
    expect(parametric!.why![key]).toMatch(/^An exact kernel has no sampling noise\./);
});
