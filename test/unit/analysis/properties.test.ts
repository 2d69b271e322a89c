/** What must hold for every table of counts: no NaN, and what may not matter does not. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import type { Result } from '../../../src/analysis/result';
import { bundled, graphOf, type Edge } from '../helpers/graphs';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const names = ['a', 'b', '__proto__', 'constructor', '<img src=x onerror=alert(1)>', 'f,"g"', ' '];
const edge = fc.tuple(
  fc.constantFrom(...names),
  fc.constantFrom(...names),
  fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(1, 5000, 1e12)),
);
const edges = fc.array(edge, { minLength: 1, maxLength: 30 });
const quick = { replicas: 9 };
/** Attempts as counted, or given: too few for the counts, or plenty. */
const given = fc.constantFrom({}, { attemptsPerState: 1 }, { attemptsPerState: 20000 });

function everyNumber(value: unknown, check: (n: number, path: string) => void, path = ''): void {
  if (typeof value === 'number') check(value, path);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) everyNumber(inner, check, `${path}.${key}`);
}

describe('any table of counts', () => {
  it.each(['attempts', 'accepted', 'uniform', 'dirichlet'] as const)(
    '%s: every number is finite, every null has its why, every name survives JSON',
    (normalisation) => {
      fc.assert(
        fc.property(edges, fc.constantFrom('softplus', 'exp'), given, (table, action, more) => {
          const options = { ...quick, ...more, normalisation, action };
          const result = analyse(graphOf(table as Edge[]), options);
          everyNumber(result, (n, path) => expect(Number.isFinite(n), path).toBe(true));
          const back = JSON.parse(JSON.stringify(result)) as Result;
          const states = new Set((table as Edge[]).flatMap(([from, to]) => [from, to]));
          expect(new Set(Object.keys(back.potential.V))).toEqual(states);
          const { balance, pairs, triangles, cycles } = back.tests;
          for (const key of ['X2', 'G2', 'p', 'pAsymptotic', 'tau', 'tauDetectable'] as const)
            if (balance[key] === null) expect(balance.why?.[key], key).toBeTruthy();
          for (const key of ['r', 'slope', 'chi2Published'] as const)
            if (pairs[key] === null) expect(pairs.why?.[key], key).toBeTruthy();
          for (const key of ['n', 'chi2'] as const)
            if (triangles[key] === null) expect(triangles.why?.[key], key).toBeTruthy();
          for (const key of ['chi2', 'p'] as const)
            if (cycles[key] === null) expect(cycles.why?.[key], key).toBeTruthy();
          const least = new Map<number, number>();
          for (const [name, c] of Object.entries(back.potential.component))
            least.set(c, Math.min(least.get(c) ?? Infinity, back.potential.V[name]!));
          for (const value of least.values()) expect(value).toBe(0);
          expect(back.verdict.text.length).toBeGreaterThan(40);
        }),
        { numRuns: 60 },
      );
    },
  );
});

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

describe('what may not matter', () => {
  const plain = analyse(graphOf(four, even));

  it('the order of the rows and the names of the states', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(four, { minLength: four.length }), (shuffled) => {
        const renamed = shuffled.map(([f, g, n]): Edge => [`x${f}`, `x${g}`, n]);
        const result = analyse(
          graphOf(
            renamed,
            even.map(([name, n]) => [`x${name}`, n]),
          ),
        );
        for (const name of 'abcd') {
          expect(result.potential.V[`x${name}`]).toBeCloseTo(plain.potential.V[name]!, 9);
          expect(result.potential.standardError![`x${name}`]).toBeCloseTo(
            plain.potential.standardError![name]!,
            9,
          );
        }
        expect(result.tests.balance.X2).toBeCloseTo(plain.tests.balance.X2!, 8);
      }),
      { numRuns: 25 },
    );
  });

  it('rejections and self-transitions, to the test', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 8, maxLength: 8 }),
        (n) => {
          const extra = [...'abcd'].map((name, f): Edge => [name, name, n[f]!]);
          const result = analyse(
            graphOf(
              [...four, ...extra],
              [...'abcd'].map((name, f) => [name, n[4 + f]!]),
            ),
          );
          expect(result.tests.balance).toEqual(plain.tests.balance);
          // and the reversible theta = V + ln N_f stays too
          const theta = (one: Result, name: string, attempts: number) =>
            one.reversible!.V[name]! + Math.log(attempts);
          const moved = { a: 260, b: 290, c: 290, d: 220 };
          const shift = (['a', 'b', 'c', 'd'] as const).map(
            (name, f) =>
              theta(result, name, moved[name] + n[f]! + n[4 + f]!) - theta(plain, name, 1000),
          );
          for (const value of shift) expect(value).toBeCloseTo(shift[0]!, 8);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('the scale of the counts, to the potential; it multiplies X2 and C', () => {
    const result = analyse(
      graphOf(
        four.map(([f, g, n]) => [f, g, 7 * n]),
        even.map(([name, n]) => [name, 7 * n]),
      ),
    );
    for (const name of 'abcd')
      expect(result.potential.V[name]).toBeCloseTo(plain.potential.V[name]!, 8);
    expect(result.tests.balance.X2).toBeCloseTo(7 * plain.tests.balance.X2!, 6);
    expect(result.potential.standardError!['a']).toBeCloseTo(
      plain.potential.standardError!['a']! / Math.sqrt(7),
      9,
    );
  });

  it('what another component does', () => {
    const result = analyse(graphOf([...four, ['y', 'z', 3], ['z', 'y', 4], ['z', 'a', 2]], even));
    for (const name of 'abcd')
      expect(result.potential.V[name]).toBeCloseTo(plain.potential.V[name]!, 9);
    expect(result.tests.balance.ndf).toBe(2);
    expect(result.tests.balance.X2).toBeCloseTo(9.942699, 6);
    expect(result.bounds).toHaveLength(1);
  });
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
