/** The comparison of experiments: SciPy on the nine kinds, properties, and what has no number. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { compare, comparing, type Experiment } from '../../../src/analysis/comparison/compare';
import type {
  Comparison,
  PairComparison,
} from '../../../src/analysis/comparison/comparison-result';
import { holmAdjusted } from '../../../src/analysis/statistics/false-discoveries';
import { pearson, spearman } from '../../../src/analysis/comparison/rank-correlation';
import fixture from '../../fixtures/comparison.json';
import { bundled, graphOf, type Edge } from '../helpers/graphs';
import { kindGraph, kindTable } from '../helpers/kinds';

vi.setConfig({ testTimeout: 60_000 });

/** The second experiment of make_comparison.py. */
function second(kind: string) {
  const { edges, rejected } = kindTable(kind);
  const index = (name: string) => Number(name.slice(1));
  const renamed = (name: string) => (index(name) === 0 ? 'renamed' : name);
  return graphOf(
    edges.map(([f, g, n]): Edge => {
      const ratio = 3 + ((7 * index(f) + 13 * index(g)) % 5);
      return [renamed(f), renamed(g), n === 0 ? 0 : 1 + Math.floor((n * ratio) / 4)];
    }),
    rejected.map(([f, n]) => [renamed(f), n + (index(f) % 7)]),
  );
}

function pairOf(one: Experiment, two: Experiment, options = {}): PairComparison {
  return compare([one, two], { replicas: 0, ...options }).pairs[0]!;
}

function near(found: number | null, expected: number) {
  expect(found).not.toBeNull();
  expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(expected)));
}

describe('correlation with ties, against SciPy', () => {
  it.each(fixture.lists)('$x.length numbers', ({ x, y, ...expected }) => {
    near(pearson(x, y), expected.pearson);
    near(spearman(x, y), expected.spearman);
  });
});

describe.each(fixture.pairs)('against dense algebra and SciPy: $kind', (expected) => {
  const pair = pairOf(
    { name: 'one', graph: kindGraph(expected.kind) },
    { name: 'two', graph: second(expected.kind) },
  );
  const { correlation, potentials, kernels } = pair;

  it('common states and the rows of the kernels', () => {
    expect(pair.common).toBe(expected.common);
    near(kernels.chi2, expected.kernels.chi2);
    expect(kernels.ndf).toBe(expected.kernels.ndf);
    near(kernels.p, expected.kernels.p);
  });

  if (expected.pearson === undefined)
    it('says why there is no correlation and no test', () => {
      expect(correlation.pearson).toMatchObject({ value: null, interval: null });
      expect(correlation.pearson.why?.['value']).toMatch(/one state in common/);
      expect(potentials.p).toBeNull();
      expect(potentials.why?.['p']).toMatch(/3 are needed/);
    });
  else
    it('correlations', () => {
      near(correlation.pearson.value, expected.pearson);
      near(correlation.spearman.value, expected.spearman);
    });

  if (expected.statistic !== undefined)
    it("Wald's test, the difference, the slope, the reliabilities", () => {
      near(potentials.statistic, expected.statistic);
      expect(potentials.ndf).toBe(expected.ndf);
      near(potentials.p, expected.p);
      near(potentials.difference, expected.difference);
      near(correlation.slope.value, expected.slope);
      correlation.reliability.forEach((share, e) => near(share, expected.reliability[e]!));
      const byName = [...pair.states].sort((a, b) => (a.state < b.state ? -1 : 1));
      expected.standardised.forEach((z, k) => near(byName[k]!.standardised, z));
    });
  else if (expected.pearson !== undefined)
    it('says that a component is too large for covariances', () => {
      expect(potentials).toMatchObject({ statistic: null, p: null });
      expect(potentials.why?.['p']).toMatch(/600 states/);
      expect(correlation.pearson.interval).toBeNull();
    });
});

describe('properties', () => {
  const food = bundled('pocket-food.csv');
  const four = bundled('four.csv');

  it('a copy cannot be told from itself, and the verdict has its power', () => {
    const { pairs, verdict } = compare([
      { name: 'one', graph: food },
      { name: 'copy', graph: food },
    ]);
    const { potentials, kernels, correlation } = pairs[0]!;
    expect(potentials).toMatchObject({ statistic: 0, p: 1, difference: 0 });
    expect(kernels).toMatchObject({ chi2: 0, p: 1 });
    expect(correlation.pearson).toMatchObject({ interval: null });
    expect(correlation.pearson.why?.['interval']).toMatch(/copies/);
    expect(verdict.code).toBe('not-told-apart');
    expect(verdict.text).toMatch(/0\.112 nats in a typical state would have been seen/);
  });

  it('two experiments the other way round say the same', () => {
    const there = pairOf(
      { name: 'a', graph: kindGraph('sparse') },
      { name: 'b', graph: second('sparse') },
    );
    const back = pairOf(
      { name: 'b', graph: second('sparse') },
      { name: 'a', graph: kindGraph('sparse') },
    );
    near(back.potentials.statistic, there.potentials.statistic!);
    near(back.correlation.pearson.value, there.correlation.pearson.value!);
    near(back.correlation.slope.value, 1 / there.correlation.slope.value!);
  });

  it('the test of all at once is that of the pair where two of three are copies', () => {
    // Copies pooled: twice the counts, half the covariance.
    const one = kindGraph('driven');
    const two = second('driven');
    const three = compare(
      [
        { name: 'a', graph: one },
        { name: 'b', graph: two },
        { name: 'c', graph: two },
      ],
      { replicas: 0 },
    );
    const doubled = {
      ...two,
      ...Object.fromEntries(
        (['count', 'attempts', 'rejected', 'selfTransitions'] as const).map((key) => [
          key,
          two[key].map((n) => 2 * n),
        ]),
      ),
    };
    const pair = pairOf({ name: 'a', graph: one }, { name: 'bc', graph: doubled });
    near(three.overall!.potentials.statistic, pair.potentials.statistic!);
    expect(three.overall!.potentials.ndf).toBe(20);
    expect(three.pairs.map(({ experiments }) => experiments)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(three.pairs[1]!.kernels.pAdjusted).toBeCloseTo(
      Math.min(1, 3 * three.pairs[1]!.kernels.p!),
      20,
    );
  });

  it('intervals hold what they are about, and repeat with their seed', () => {
    const options = { replicas: 400, seed: 5 };
    const experiments = [
      { name: 'a', graph: kindGraph('sparse') },
      { name: 'b', graph: second('sparse') },
    ];
    const once = compare(experiments, options);
    expect(compare(experiments, options)).toEqual(once);
    const { pearson: r, spearman: rho, slope } = once.pairs[0]!.correlation;
    for (const { value, interval } of [rho, slope]) {
      expect(interval![0]).toBeLessThan(value!);
      expect(interval![1]).toBeGreaterThan(value!);
    }
    // Noise takes from r: the interval reaches above it, never above 1.
    expect(r.interval![0]).toBeGreaterThan(0.5);
    expect(r.interval![1]).toBeGreaterThan(r.value!);
    expect(r.interval![1]).toBeLessThanOrEqual(1);
  });

  it('names the states that differ', () => {
    const moved: Edge[] = [];
    const plain: Edge[] = [];
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const f of names)
      for (const g of names)
        if (f !== g) {
          plain.push([f, g, 400]);
          moved.push([f, g, f === 'c' ? 200 : 400]);
        }
    const rest = (n: number): [string, number][] => names.map((f) => [f, f === 'c' ? n : 1000]);
    const comparison = compare([
      { name: 'plain', graph: graphOf(plain, rest(1000)) },
      { name: 'moved', graph: graphOf(moved, rest(2000)) },
    ]);
    const c = comparison.pairs[0]!.states.find(({ state }) => state === 'c')!;
    expect(c.standsOut).toBe(true);
    // Leaving half as often: lower by ln 2 than the other five, in the gauge of mean 0.
    expect(c.difference).toBeCloseTo((-5 / 6) * Math.log(2), 8);
    expect(comparison.verdict.code).toBe('potentials-differ');
    expect(comparison.verdict.text).toMatch(/Most of all, in moved: c \(0\.578 nats lower\)/);
    expect(comparison.pairs[0]!.kernels.largest[0]).toMatchObject({ source: 'c', standsOut: true });
  });

  it('yields, so that it can be stopped', () => {
    const steps = [
      ...comparing([
        { name: 'a', graph: four },
        { name: 'b', graph: bundled('pocket-food.csv') },
      ]),
    ];
    expect(steps.length).toBeGreaterThan(2);
    for (const { done, total } of steps) expect(done).toBeLessThanOrEqual(total);
    expect(() => compare([{ name: 'a', graph: four }])).toThrow(RangeError);
  });

  it('gives no p where states rest on a count or two', () => {
    const bare = graphOf(
      [
        ['a', 'b', 9],
        ['b', 'c', 1],
        ['c', 'a', 1],
      ],
      ['a', 'b', 'c'].map((f) => [f, 9]),
    );
    const { potentials } = pairOf({ name: 'bare', graph: bare }, { name: 'bare', graph: bare });
    expect(potentials).toMatchObject({ statistic: 0, p: null, pAdjusted: null });
    expect(potentials.why?.['p']).toMatch(/not valid there/);
  });

  it('warns where the test is on the safe side', () => {
    const thin = graphOf(
      [
        ['a', 'b', 3],
        ['b', 'c', 1],
        ['c', 'a', 2],
        ['b', 'a', 2],
      ],
      ['a', 'b', 'c'].map((f) => [f, 3]),
    );
    const experiments = [thin, four].map((graph, e) => ({ name: `e${e}`, graph }));
    expect(compare(experiments, { replicas: 0 }).warnings?.[0]).toMatch(/^e0 and e1: some states/);
    const [, plenty] = experiments;
    expect(compare([plenty!, plenty!], { replicas: 0 }).warnings).toBeUndefined();
  });

  it('Holm', () => {
    const found = holmAdjusted([0.01, null, 0.04, 0.03]);
    expect(found.map((p) => p && Number(p.toFixed(12)))).toEqual([0.03, null, 0.06, 0.06]);
  });
});

/** Every number is finite, every null has its reason. */
function sound(comparison: Comparison) {
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
    else if (value !== null && typeof value === 'object')
      for (const [key, one] of Object.entries(value)) walk(one, `${path}.${key}`);
  };
  walk(comparison, '');
  for (const { correlation, potentials, kernels } of comparison.pairs) {
    for (const one of [correlation.pearson, correlation.spearman, correlation.slope]) {
      if (one.value === null) expect(one.why?.['value']).toBeTruthy();
      if (one.interval === null) expect(one.why?.['interval']).toBeTruthy();
    }
    if (correlation.corrected === null) expect(correlation.why?.['corrected']).toBeTruthy();
    if (potentials.p === null) expect(potentials.why?.['p']).toBeTruthy();
    if (kernels.p === null) expect(kernels.why?.['p']).toBeTruthy();
  }
}

describe('any two tables of counts', () => {
  const edge = fc.tuple(
    fc.constantFrom('a', 'b', '__proto__', 'd'),
    fc.constantFrom('a', 'b', '__proto__', 'd'),
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(5000, 1e9)),
  );
  const table = fc.array(edge, { minLength: 1, maxLength: 20 });

  it.each(['attempts', 'accepted', 'uniform', 'dirichlet'] as const)('%s', (normalisation) => {
    fc.assert(
      fc.property(table, table, fc.constantFrom(undefined, 1, 20000), (one, two, perState) => {
        const experiments = [one, two].map((edges, e) => ({
          name: `e${e}`,
          graph: graphOf(edges, [['a', 3]]),
          ...(perState === undefined || e === 0 ? {} : { attemptsPerState: perState }),
        }));
        sound(compare(experiments, { normalisation, replicas: 50 }));
        sound(compare([...experiments, experiments[0]!], { normalisation, replicas: 0 }));
      }),
      { numRuns: 40 },
    );
  });
});
