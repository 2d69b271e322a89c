/** A potential on named features (method.md 6): statsmodels, coverage, what must not change it. */
import { describe, expect, it, vi } from 'vitest';
import {
  parametricPotential,
  type Features,
} from '../../../src/analysis/potential/parametric-potential';
import { hessianInverse, localValues } from '../../../src/analysis/potential/potential-result';
import { prepare } from '../../../src/analysis/prepare';
import { splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { solveLeastAction } from '../../../src/analysis/potential/least-action';
import { reversibleCovariance } from '../../../src/analysis/potential/reversible-covariance';
import { reversibleErrors } from '../../../src/analysis/potential/standard-errors';
import { studentQuantile } from '../../../src/analysis/statistics/student';
import type { CountGraph } from '../../../src/transitions/types';
import fixture from '../../fixtures/parametric.json';
import { bundled, graphOf, steady, type Edge } from '../helpers/graphs';

// Simulations, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** V of the reversible fit, its covariance and the attempts, of a graph of one component. */
function reversible(graph: CountGraph) {
  const prepared = prepare(graph);
  const [block] = splitBlocks(prepared.counts);
  const theta = localValues(block!, solveLeastAction(prepared.counts, 'softplus').V);
  const inverse = hessianInverse(block!, 'softplus', theta)!;
  const { attempts } = prepared.graph;
  const V = theta.map((value, f) => value - Math.log(attempts[f]!));
  return { V, inverse, attempts, covariance: reversibleCovariance(inverse, attempts) };
}

const named = (values: ArrayLike<number>, count: number): Features => ({
  names: Array.from({ length: count }, (_, i) => `phi${i}`),
  values: Float64Array.from(values),
});

describe.each(fixture.cases.map((one, index) => [index, one] as const))(
  'against statsmodels: %i',
  (_, one) => {
    const V = Float64Array.from(one.V);
    const covariance = Float64Array.from(one.covariance);
    const found = parametricPotential(V, covariance, named(one.features, one.count));

    it('weights, errors, intervals, chi2 and explained share', () => {
      expect(found.ndf).toBe(one.ndf);
      expect(found.chi2! / one.chi2).toBeCloseTo(1, 8);
      expect(found.p! / one.p).toBeCloseTo(1, 8);
      expect(found.explained).toBeCloseTo(one.explained, 9);
      expect(found.weights.map(({ feature }) => feature)).toEqual(named([], one.count).names);
      found.weights.forEach(({ weight, standardError, interval }, i) => {
        expect(weight / one.weights[i]!).toBeCloseTo(1, 8);
        expect(standardError! / one.standardErrors[i]!).toBeCloseTo(1, 8);
        interval!.forEach((end, side) =>
          expect(Math.abs(end - one.intervals[i]![side]!) / standardError!).toBeLessThan(1e-8),
        );
      });
    });

    it('a constant added to V or to a feature changes nothing, and units go with the weight', () => {
      const k = one.count;
      const other = parametricPotential(
        V.map((value) => value + 7),
        covariance,
        named(
          one.features.map((value, at) => (at % k === 0 ? 1000 * value + 1e6 : value)),
          k,
        ),
      );
      expect(other.chi2! / found.chi2!).toBeCloseTo(1, 7);
      expect((1000 * other.weights[0]!.weight) / found.weights[0]!.weight).toBeCloseTo(1, 7);
    });
  },
);

it.each(fixture.student)('Student: %f within, %i degrees of freedom', (p, ndf, expected) => {
  expect(studentQuantile(p!, ndf!) / expected!).toBeCloseTo(1, 9);
});

it('the covariance of the reversible fit has its errors on the diagonal and rows that sum to 0', () => {
  const { inverse, attempts, covariance } = reversible(bundled('four.csv'));
  const errors = reversibleErrors(inverse, attempts);
  errors.forEach((error, f) => {
    expect(covariance[f * 4 + f]).toBeCloseTo(error ** 2, 12);
    const row = covariance.subarray(4 * f, 4 * f + 4);
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    row.forEach((value, g) => expect(value).toBeCloseTo(covariance[g * 4 + f]!, 12));
  });
});

it('covers the true weight of simulated counts 95 times in a hundred, and fits as well as it should', () => {
  const random = steady(42);
  const n = 12;
  const logs = 200;
  let covered = 0;
  let misfits = 0;
  for (let log = 0; log < logs; log++) {
    const phi = Float64Array.from({ length: 2 * n }, () => random());
    const height = (f: number) => 1.5 * phi[2 * f]! - 0.7 * phi[2 * f + 1]!;
    const count = new Map<string, number>();
    const rejected = new Map<string, number>();
    for (let i = 0; i < n * 400; i++) {
      const f = i % n;
      const g = Math.floor(n * random());
      const from = `s${f + 10}`;
      if (g !== f && random() < 1 / (1 + Math.exp(height(g) - height(f)))) {
        const key = `${from} s${g + 10}`;
        count.set(key, (count.get(key) ?? 0) + 1);
      } else rejected.set(from, (rejected.get(from) ?? 0) + 1);
    }
    const known = Array.from({ length: n }, (_, f): Edge => [`s${f + 10}`, `s${f + 10}`, 0]);
    const edges = [...count].map(([key, times]): Edge => {
      const [from, to] = key.split(' ');
      return [from!, to!, times];
    });
    const { V, covariance } = reversible(graphOf([...known, ...edges], [...rejected]));
    const found = parametricPotential(V, covariance, named(phi, 2));
    const [low, high] = found.weights[0]!.interval!;
    if (low < 1.5 && 1.5 < high) covered++;
    if (found.p! < 0.05) misfits++;
  }
  expect(covered / logs).toBeGreaterThan(0.91);
  expect(misfits / logs).toBeLessThan(0.09);
  expect(misfits / logs).toBeGreaterThan(0.01);
});

it('says why there is nothing: too few states, features that depend on each other, no covariance', () => {
  const { V, covariance } = reversible(bundled('four.csv'));
  const reason = (values: number[], count: number, of = covariance) => {
    const found = parametricPotential(V, of, named(values, count));
    expect(found).toMatchObject({ weights: [], explained: null, chi2: null, p: null });
    return found.why!['weights'];
  };
  expect(reason([1, 2, 3, 4, 5, 6, 7, 9, 1, 2, 8, 4], 3)).toMatch(/too few states/);
  expect(reason([1, 2, 2, 4, 3, 6, 5, 10], 2)).toMatch(/depend on each other: "phi1"/);
  expect(reason([1, 3, 2, 3, 5, 3, 9, 3], 2)).toBe('The feature "phi1" does not vary.');
  // Of one value but for rounding.
  expect(reason([0.3, 0.1 + 0.2, 0.3, 0.3], 1)).toMatch(/does not vary/);
  expect(reason([1, 2, 3, 5], 1, new Float64Array(16))).toMatch(/no inverse/);
  const flat = parametricPotential(new Float64Array(4), covariance, named([1, 2, 3, 5], 1));
  expect(flat.explained).toBeNull();
  expect(flat.why?.['explained']).toBeTruthy();
});

it('has the same fit in units of any size, and says where a weight is too large to be written', () => {
  const { V, covariance } = reversible(bundled('four.csv'));
  const at = (unit: number) =>
    parametricPotential(V, covariance, named([1 * unit, 2 * unit, 3 * unit, 5 * unit], 1));
  const { weights, chi2 } = at(1);
  for (const unit of [1e-300, 1e-9, 1e9, 3e307]) {
    const scaled = at(unit);
    expect(scaled.chi2! / chi2!).toBeCloseTo(1, 9);
    expect((scaled.weights[0]!.weight * unit) / weights[0]!.weight).toBeCloseTo(1, 9);
  }
  expect(at(1e-315).why!['weights']).toMatch(/no weight can be written/);
});

it('without a covariance: ordinary least squares, no interval and no test', () => {
  const V = Float64Array.from([0, 1, 3, 2]);
  const found = parametricPotential(V, null, named([0, 1, 2, 3], 1));
  // By hand: slope 4 / 5, residual sum of squares 5 - 16 / 5.
  expect(found.weights).toEqual([
    { feature: 'phi0', weight: expect.closeTo(0.8, 12), standardError: null, interval: null },
  ]);
  expect(found.explained).toBeCloseTo(16 / 25, 12);
  expect(found).toMatchObject({ chi2: null, p: null, ndf: 2 });
  for (const key of ['interval', 'standardError', 'chi2', 'p'])
    expect(found.why![key]).toMatch(/noise/);
});
