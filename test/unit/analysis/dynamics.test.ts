/** Stationary distribution, entropy production and downhill shares: golden numbers, SciPy, properties. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { closedKernel } from '../../../src/analysis/graph/closed-kernel';
import { arrowOfTime, entropyProduction } from '../../../src/analysis/dynamics/entropy-production';
import type { DynamicsResult } from '../../../src/analysis/result';
import { stationary } from '../../../src/analysis/dynamics/stationary';
import { gridPairs, problemFromPairs, randomPairs } from '../../cases/graphs';
import fixture from '../../fixtures/dynamics.json';
import kinds from '../../fixtures/kinds.json';
import { bundled, graphOf, type Edge } from '../helpers/graphs';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = (f: number) => `s${String(f).padStart(4, '0')}`;

describe('four', () => {
  const dynamics = analyse(bundled('four.csv')).dynamics!;
  const { entropyProduction: entropy } = dynamics;

  it('has the entropy production of section 5.8', () => {
    expect(entropy.plugIn).toBeCloseTo(0.005503428, 9);
    expect(entropy.lowerBound).toBeCloseTo(0.005471012, 9);
    expect(entropy.oneWayPairs).toBe(0);
    expect(Math.round(arrowOfTime(entropy.plugIn!))).toBe(535);
  });

  it('has a null near 1.7 to 2 times ndf / attempts, which the data exceed', () => {
    expect(entropy.nullMean! / (2 / 4000)).toBeGreaterThan(1.5);
    expect(entropy.nullMean! / (2 / 4000)).toBeLessThan(2.4);
    expect(entropy.nullInterval![0]).toBeGreaterThan(0);
    expect(entropy.nullInterval![1]).toBeLessThan(entropy.plugIn!);
  });

  it('has the same null for the same seed, and says why there is none without replicas', () => {
    expect(analyse(bundled('four.csv')).dynamics).toEqual(dynamics);
    const other = analyse(bundled('four.csv'), { seed: 2 }).dynamics!.entropyProduction;
    expect(other.nullMean).not.toBe(entropy.nullMean);
    expect(other.nullMean! / entropy.nullMean!).toBeCloseTo(1, 0);
    const none = analyse(bundled('four.csv'), { replicas: 0 }).dynamics!.entropyProduction;
    expect(none).toMatchObject({ plugIn: entropy.plugIn, nullMean: null, nullInterval: null });
    expect(none.why?.['nullMean']).toBeTruthy();
  });

  it('has as many modes as states', () => {
    expect(dynamics.eigenvalueModuli).toHaveLength(4);
    expect(dynamics.eigenvalueModuli[0]).toBeCloseTo(1, 12);
    expect(dynamics.relaxationTimes).toHaveLength(3);
    expect(dynamics.relaxationTimes[0]).toBeCloseTo(
      -1 / Math.log(dynamics.eigenvalueModuli[1]!),
      12,
    );
  });
});

describe.each(fixture)('against SciPy: $kind', (one) => {
  const { edges, rejected } = kinds.find(({ kind }) => kind === one.kind)!;
  const graph = graphOf(
    edges.map(([f, g, count]): Edge => [name(f!), name(g!), count!]),
    rejected.map((count, f) => [name(f), count]),
  );
  const dynamics = analyse(graph, { replicas: 0 }).dynamics!;

  it('stationary distribution of the largest component', () => {
    expect(Object.keys(dynamics.stationary).sort()).toEqual(one.members.map(name));
    one.members.forEach((f, i) =>
      expect(dynamics.stationary[name(f)]! / one.pi[i]!).toBeCloseTo(1, 8),
    );
  });

  it('entropy production', () => {
    const { plugIn, lowerBound, oneWayPairs } = dynamics.entropyProduction;
    expect(Math.abs(plugIn! - one.plugIn)).toBeLessThan(1e-8);
    expect(Math.abs(lowerBound! - one.lowerBound)).toBeLessThan(1e-8);
    expect(oneWayPairs).toBe(one.oneWayPairs);
  });

  if (!one.moduli)
    it('leading moduli, and how many of how many', () => {
      expect(dynamics.eigenvalueModuli).toHaveLength(10);
      dynamics.eigenvalueModuli.forEach((modulus, k) =>
        expect(Math.abs(modulus - one.leading![k]!)).toBeLessThan(1e-12),
      );
      const { residual, ...rest } = dynamics.spectrum!;
      expect(rest).toEqual({ count: 10, of: 2000, method: 'Arnoldi, shift-invert' });
      expect(residual).toBeLessThan(1e-9);
    });
  else {
    it('spectrum', () => {
      expect(dynamics).not.toHaveProperty('spectrum');
      expect(dynamics.eigenvalueModuli).toHaveLength(one.moduli.length);
      dynamics.eigenvalueModuli.forEach((modulus, k) =>
        expect(Math.abs(modulus - one.moduli[k]!)).toBeLessThan(1e-8),
      );
    });

    it('downhill shares', () => {
      expect(dynamics.downhill.weighted).toBeCloseTo(one.weighted, 12);
      expect(dynamics.downhill.unweighted).toBeCloseTo(one.unweighted, 12);
    });
  }
});

/** max |inflow - outflow| over the flow through the state, and the solution. */
function solved(problem: { rowStart: Int32Array; target: Int32Array; weight: Float64Array }) {
  const n = problem.rowStart.length - 1;
  const every = Int32Array.from({ length: n }, (_, f) => f);
  const kernel = closedKernel(problem.rowStart, problem.target, problem.weight, every);
  const found = stationary(kernel);
  const inflow = new Float64Array(n);
  const outflow = new Float64Array(n);
  for (let f = 0; f < n; f++) {
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++) {
      const flow = found.pi[f]! * kernel.weight[k]!;
      outflow[f]! += flow;
      inflow[kernel.target[k]!]! += flow;
    }
  }
  let worst = 0;
  outflow.forEach((out, f) => {
    if (out > 1e-200) worst = Math.max(worst, Math.abs(inflow[f]! / out - 1));
  });
  return { ...found, kernel, worst };
}

describe('stationary distribution', () => {
  it.each([
    ['a chain of 20,000 states', problemFromPairs(20000, gridPairs(1, 20000, 3), 1)],
    ['a tree with 300 more pairs', problemFromPairs(20000, randomPairs(20000, 300, 5), 2)],
    ['a grid of 40 x 50', problemFromPairs(2000, gridPairs(40, 50, 9), 3)],
  ])('balances every state of %s', (_, problem) => {
    const { converged, worst } = solved(problem);
    expect(converged).toBe(true);
    expect(worst).toBeLessThan(1e-9);
  });

  it('iterates a large core until it settles', () => {
    const { converged, worst } = solved(problemFromPairs(2500, randomPairs(2500, 60000, 5), 4));
    expect(converged).toBe(true);
    expect(worst).toBeLessThan(1e-8);
  });

  it('does not call a slow core settled', () => {
    // Two well-mixing halves, joined by one pair with a chance of 1e-7.
    const half = problemFromPairs(900, randomPairs(900, 30000, 5), 4);
    const m = half.target.length;
    const rowStart = Int32Array.from({ length: 1801 }, (_, f) =>
      f <= 899
        ? half.rowStart[f]!
        : half.rowStart[f - 900]! + m + (f === 900 ? 1 : f === 1800 ? 2 : 1),
    );
    rowStart[900] = m + 1;
    const join = 1e-7;
    const target = Int32Array.from([...half.target, 900, ...half.target.map((g) => g + 900), 899]);
    const weight = Float64Array.from([...half.weight, join, ...half.weight, 3 * join]);
    const { converged, pi } = solved({ rowStart, target, weight });
    expect(converged).toBe(false);
    expect(pi.every(Number.isNaN)).toBe(true);
  });

  it('holds where it spans more than a float64', () => {
    // Uphill, downhill and uphill again: the ends differ by e^-200 from one another, the valley more.
    const n = 1201;
    const edges = new Float64Array(2 * n - 2);
    const target = new Int32Array(2 * n - 2);
    const rowStart = new Int32Array(n + 1);
    let at = 0;
    for (let f = 0; f < n; f++) {
      const climbs = f < 600 ? 0.02 : 0.5;
      if (f > 0) [target[at], edges[at++]] = [f - 1, f - 1 < 600 ? 0.5 : 0.02];
      if (f < n - 1) [target[at], edges[at++]] = [f + 1, climbs];
      rowStart[f + 1] = at;
    }
    const { converged, pi, logPi } = solved({ rowStart, target, weight: edges });
    expect(converged).toBe(true);
    expect(pi[0]).toBeCloseTo(pi[1200]!, 9);
    expect(logPi[0]! - logPi[600]!).toBeCloseTo(600 * Math.log(25), 6);
  });
});

describe('any table of counts', () => {
  const names = ['a', 'b', '__proto__', 'd', 'e', 'f'];
  const edge = fc.tuple(
    fc.constantFrom(...names),
    fc.constantFrom(...names),
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(5000, 1e12)),
  );
  const check = (dynamics: DynamicsResult) => {
    const { stationary: pi, entropyProduction: entropy, why } = dynamics;
    const chances = Object.values(pi);
    expect(chances.every((chance) => chance >= 0)).toBe(true);
    expect(chances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    expect(entropy.plugIn).toBeGreaterThanOrEqual(0);
    if (entropy.oneWayPairs === 0)
      expect(entropy.lowerBound).toBeLessThanOrEqual(entropy.plugIn! + 1e-12);
    for (const key of ['plugIn', 'lowerBound', 'nullMean', 'nullInterval'] as const)
      if (entropy[key] === null) expect(entropy.why?.[key]).toBeTruthy();
    if (dynamics.eigenvalueModuli.length === 0) expect(why?.['eigenvalueModuli']).toBeTruthy();
    else {
      expect(dynamics.eigenvalueModuli).toHaveLength(chances.length);
      expect(dynamics.eigenvalueModuli[0]).toBeCloseTo(1, 9);
    }
    if (dynamics.relaxationTimes.includes(null)) expect(why?.['relaxationTimes']).toBeTruthy();
  };

  it.each(['attempts', 'accepted', 'uniform', 'dirichlet'] as const)(
    '%s: chances add up, bounds hold, every null has its why',
    (normalisation) => {
      fc.assert(
        fc.property(
          fc.array(edge, { minLength: 1, maxLength: 25 }),
          fc.constantFrom({}, { attemptsPerState: 1 }, { attemptsPerState: 20000 }),
          (table, more) => {
            const options = { replicas: 9, normalisation, ...more };
            const { dynamics, components } = analyse(graphOf(table), options);
            const most = Math.max(...components.map(({ states }) => states.length));
            expect(dynamics === null).toBe(most < 2);
            if (dynamics) check(dynamics);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it('the order and the names of the states do not matter', () => {
    const { edges, rejected } = kinds.find(({ kind }) => kind === 'sparse')!;
    const plain = analyse(
      graphOf(edges.map(([f, g, n]): Edge => [name(f!), name(g!), n!])),
    ).dynamics;
    fc.assert(
      fc.property(fc.shuffledSubarray(edges, { minLength: edges.length }), (shuffled) => {
        const other = (f: number) => name(rejected.length - f);
        const table = shuffled.map(([f, g, n]): Edge => [other(f!), other(g!), n!]);
        const found = analyse(graphOf(table), { replicas: 0 }).dynamics!;
        rejected.forEach((_, f) =>
          expect(found.stationary[other(f)]).toBeCloseTo(plain!.stationary[name(f)]!, 10),
        );
        expect(found.entropyProduction.plugIn).toBeCloseTo(plain!.entropyProduction.plugIn!, 10);
        expect(found.downhill).toEqual(plain!.downhill);
        found.eigenvalueModuli.forEach((modulus, k) =>
          expect(modulus).toBeCloseTo(plain!.eigenvalueModuli[k]!, 8),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('a tree is balanced: its entropy production is 0', () => {
    const { kernel, pi } = solved(problemFromPairs(500, randomPairs(500, 0, 5), 2));
    expect(entropyProduction(kernel, pi).plugIn).toBeLessThan(1e-20);
  });

  it('a periodic ring has no relaxation time and says why', () => {
    const ring: Edge[] = [
      ['a', 'b', 40],
      ['b', 'c', 50],
      ['c', 'a', 60],
    ];
    const dynamics = analyse(graphOf(ring)).dynamics!;
    dynamics.eigenvalueModuli.forEach((modulus) => expect(modulus).toBeCloseTo(1, 12));
    expect(dynamics.relaxationTimes).toEqual([null, null]);
    expect(dynamics.why?.['relaxationTimes']).toMatch(/periodic/);
    expect(dynamics.entropyProduction).toMatchObject({ plugIn: 0, oneWayPairs: 3 });
    expect(dynamics.entropyProduction.lowerBound).toBeCloseTo(2, 12);
  });
});
