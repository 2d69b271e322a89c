/** The golden numbers of method.md, sections 3 to 5. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { oneWayBound } from '../../../src/analysis/potential/bounds';
import { noncentralityForPower } from '../../../src/analysis/statistics/special';
import { bundled, graphOf } from '../helpers/graphs';

describe('four', () => {
  const graph = bundled('four.csv');
  const result = analyse(graph);

  it('has the potential of section 3', () => {
    const { V } = result.potential;
    expect(V['a']).toBe(0);
    expect(V['b']).toBeCloseTo(0.337822, 6);
    expect(V['c']).toBeCloseTo(0.543265, 6);
    expect(V['d']).toBeCloseTo(0.901532, 6);
    expect(result.potential.converged).toBe(true);
    expect(result.potential.lastStep).toBeLessThanOrEqual(1e-8);
  });

  it('has the same reversible potential, since the attempts are equal', () => {
    for (const name of 'abcd')
      expect(result.reversible?.V[name]).toBeCloseTo(result.potential.V[name]!, 9);
    const pi = Object.values(result.reversible?.pi ?? {});
    expect(pi.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });

  it('has the test, effect size and power of sections 5.3 to 5.5', () => {
    const test = result.tests.balance;
    expect(test.X2).toBeCloseTo(9.942699, 6);
    expect(test.G2).toBeCloseTo(9.887788, 6);
    expect(test.ndf).toBe(2);
    expect(test.pairs).toBe(5);
    expect(test.information).toBeCloseTo(92.784577, 6);
    expect(test.tau).toBeCloseTo(0.292581, 6);
    expect(test.tauDetectable).toBeCloseTo(0.32224, 5);
    expect(noncentralityForPower(2)).toBeCloseTo(9.63469, 5);
    expect(test.method).toBe('asymptotic');
    expect(test.p).toBeCloseTo(Math.exp(-test.X2! / 2), 12);
    expect(result.verdict.code).toBe('rejected');
  });

  it('keeps the tests when only the normalisation changes', () => {
    for (const normalisation of ['accepted', 'uniform', 'dirichlet'] as const)
      expect(analyse(graph, { normalisation }).tests.balance).toEqual(result.tests.balance);
  });
});

it('between attempts and accepted a balanced kernel shifts by exactly -ln a_f', () => {
  const graph = graphOf(
    [
      ['a', 'b', 40],
      ['b', 'a', 20],
      ['a', 'c', 80],
      ['c', 'a', 20],
      ['b', 'c', 60],
      ['c', 'b', 30],
      ['b', 'b', 7],
    ],
    [
      ['a', 880],
      ['b', 913],
      ['c', 950],
    ],
  );
  const attempts = analyse(graph).potential.V;
  const accepted = analyse(graph, { normalisation: 'accepted' }).potential.V;
  expect(attempts['b']! - attempts['c']!).toBeCloseTo(Math.log(2), 9);
  const shift = (name: string) => accepted[name]! - attempts[name]!;
  expect(shift('a') - shift('c')).toBeCloseTo(-Math.log(0.12 / 0.05), 9);
  expect(shift('b') - shift('c')).toBeCloseTo(-Math.log(0.08 / 0.05), 9);
});

describe('Claude-4', () => {
  const graph = bundled('claude-4.csv');
  const result = analyse(graph, { attemptsPerState: 4000 });

  it('has the differences of section 3 at equal attempts', () => {
    const { V } = result.potential;
    expect(V['PERSONAL']! - V['ATTITUDE']!).toBeCloseTo(Math.log(3879 / 66), 8);
    expect(V['PROBLEMS']! - V['ATTITUDE']!).toBeCloseTo(Math.log(3558 / 20), 8);
    expect(V['PERSONAL']).toBeCloseTo(4.0737, 4);
    expect(V['PROBLEMS']).toBeCloseTo(5.1812, 4);
  });

  it('and with accepted', () => {
    const { V } = analyse(graph, { normalisation: 'accepted' }).potential;
    expect(V['PERSONAL']! - V['ATTITUDE']!).toBeCloseTo(Math.log(86 / 66), 8);
    expect(V['PROBLEMS']! - V['ATTITUDE']!).toBeCloseTo(Math.log(86 / 20), 8);
  });

  it('reports the unbounded states with their bounds', () => {
    expect(result.components.map(({ states }) => states)).toEqual([
      ['BUZZY'],
      ['TURKEY'],
      ['ATTITUDE', 'PERSONAL', 'PROBLEMS'],
    ]);
    expect(result.components.map(({ above }) => above)).toEqual([[1, 2], [2], []]);
    const bound = (above: string, below: string) =>
      result.bounds.find((one) => one.above === above && one.below === below)?.atLeast;
    expect(bound('BUZZY', 'ATTITUDE')).toBeCloseTo(7.1606, 4);
    expect(bound('BUZZY', 'TURKEY')).toBeCloseTo(4.3688, 4);
    expect(result.bounds).toHaveLength(3);
    expect(result.undetermined).toEqual([]);
  });

  it('says that two states have more transitions than the attempts given', () => {
    expect(result.warnings?.join()).toMatch(/2 states have more counts.*BUZZY, TURKEY/);
    expect(analyse(graph, { attemptsPerState: 4200 }).warnings).toBeUndefined();
  });

  it('has nothing to test, and says so', () => {
    expect(result.tests.balance.ndf).toBe(0);
    expect(result.tests.balance.p).toBeNull();
    expect(result.tests.balance.why?.['p']).toMatch(/cycle/);
    expect(result.verdict.code).toBe('nothing-to-test');
  });

  it('takes the published convention too: min(1, N / N0)', () => {
    const { V } = analyse(graph, { normalisation: 'uniform', attemptsPerState: 3700 }).potential;
    expect(V['PERSONAL']! - V['ATTITUDE']!).toBeCloseTo(Math.log(3700 / 66), 8);
  });
});

describe('Gemini-2.5-flash', () => {
  const result = analyse(bundled('gemini-2.5-flash.csv'), { attemptsPerState: 20000 / 13 });

  it('has the three finite differences of section 3, nine states unbounded', () => {
    const { V, component } = result.potential;
    expect(V['DISCIPLINE']! - V['ATTITUDE']!).toBeCloseTo(Math.log(954 / 564), 8);
    expect(V['EXCELLENT']! - V['ATTITUDE']!).toBeCloseTo(Math.log(822 / 7), 8);
    expect(V['BLISSFUL']! - V['ATTITUDE']!).toBeCloseTo(Math.log(353 / 2), 8);
    const alone = Object.keys(V).filter((name) => component[name] !== component['ATTITUDE']);
    expect(alone).toHaveLength(9);
    const below = component['ATTITUDE']!;
    for (const name of alone) expect(result.components[component[name]!]!.above).toContain(below);
  });

  it('lists pairs with no path either way', () => {
    const { component } = result.potential;
    const pair = [component['GRUMPY']!, component['QUARTER']!].sort((a, b) => a - b);
    expect(result.undetermined).toContainEqual(pair);
  });
});

it('the bound is the point where B counts all one way have a chance of 5%', () => {
  expect(oneWayBound(3859, 1, 1)).toBeCloseTo(Math.log(1 / (1 - 0.05 ** (1 / 3859)) - 1), 9);
  expect(oneWayBound(10, 300, 100)).toBeCloseTo(
    Math.log(1 / (1 - 0.05 ** (1 / 10)) - 1) - Math.log(3),
    12,
  );
  expect(Number.isFinite(oneWayBound(1e15, 1, 1))).toBe(true);
});
