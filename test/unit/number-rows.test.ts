/** The page's table of numbers: what it says of time, and that it never shows a NaN. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse';
import { numberGroups } from '../../src/app/read/number-rows';
import { countAttempts } from '../../src/transitions/count';
import { balancedCounts } from '../cases/bootstrap';
import { randomPairs } from '../cases/graphs';
import { bundled, graphOf, type Edge } from './helpers/graphs';

const rows = (graph: ReturnType<typeof graphOf>, replicas = 9) =>
  numberGroups(analyse(graph, { replicas })).flatMap((group) => group.rows);
const value = (all: ReturnType<typeof rows>, name: string) =>
  all.find((row) => row.name === name)?.value;

describe('the table of numbers', () => {
  it('has the dynamics of four', () => {
    const all = rows(bundled('four.csv'));
    expect(value(all, 'most visited state')).toBe('a, 37%');
    expect(value(all, 'entropy production')).toBe('0.0055 nats a step');
    expect(value(all, 'arrow of time')).toBe('about 535 steps');
    expect(value(all, 'second eigenvalue')).toBe('0.764');
    expect(value(all, 'relaxation time')).toBe('3.71 steps');
    expect(value(all, 'downhill')).toBe('62%');
    expect(value(all, 'downhill, each once')).toBe('50%');
    expect(value(all, 'the same under balance')).toMatch(/^[\d.×⁰-⁹¹²³⁻]+ \(.+ to 0\.\d+\)$/);
  });

  it('has the statistics of four: pairs that stand out, triangles, the threshold form', () => {
    const all = rows(bundled('four.csv'));
    expect(value(all, 'pairs that stand out')).toBe('3');
    const { meaning } = all.find(({ name }) => name === 'pairs that stand out')!;
    expect(meaning).toMatch(/^[a-d] to [a-d]: too often by \d\.\d standard errors; /);
    expect(value(all, 'triangles: chi²/n')).toMatch(/^\d+\.\d\d$/);
    expect(value(all, 'cycles: chi²')).toMatch(/^9\.\d\d$/);
    expect(value(all, 'halves: p')).toBeUndefined();
  });

  it('has the exact test of few counts, with what its samples are worth, and the bootstrap beside it', () => {
    const few = balancedCounts(20, randomPairs(20, 60, 1), 900, 2, 8);
    const { balance } = analyse(few, { replicas: 300 }).tests;
    const all = rows(few, 300);
    const meaning = (name: string) => all.find((row) => row.name === name)!.meaning;
    expect(meaning('p')).toMatch(/^exact conditional test/);
    expect(value(all, 'exact p')).toMatch(/^0\.\d+ ± 0\.\d+$/);
    expect(value(all, 'exact p')!.startsWith(value(all, 'p')!)).toBe(true);
    const worth = Math.round(balance.exact!.effectiveSamples!);
    expect(meaning('exact p')).toBe(
      `among tables with the same totals; 300 samples, worth ${worth} independent ones`,
    );
    expect(value(all, 'p of the bootstrap')).toMatch(/^0\.\d+$/);
    expect(value(rows(bundled('four.csv')), 'exact p')).toBeUndefined();
  });

  it('has the landscape of four', () => {
    const all = rows(bundled('four.csv'));
    expect(value(all, 'height of the landscape')).toBe('0.902 nats');
    expect(value(all, 'standard error of V')).toMatch(/^0\.0\d\d nats$/);
    // equal attempts: both estimates are the same
    expect(value(all, 'reversible fit')).toBe('the same');
    expect(value(all, 'unbounded differences')).toBe('0');
  });

  it('has cycles, fluxes and passages of four', () => {
    const options = { replicas: 0, target: ['d'], source: ['c'], forbidden: ['b'] };
    const all = numberGroups(analyse(bundled('four.csv'), options)).flatMap(({ rows }) => rows);
    const meaning = (name: string) => all.find((row) => row.name === name)!.meaning;
    expect(value(all, 'largest cycle affinity')).toBe('0.730 ± 0.456 nats');
    expect(meaning('largest cycle affinity')).toMatch(/3\.1 standard errors.*: a → c → b → a$/);
    const shares = ['gradient', 'curl', 'harmonic'].map((part) => value(all, `${part} share`));
    expect(shares).toEqual(['86%', '14%', '0.0%']);
    expect(meaning('gradient share')).toMatch(/weights: N_fg N_gf/);
    expect(value(all, 'Schnakenberg’s sum')).toBe(value(all, 'entropy production'));
    expect(value(all, 'net flux')).toMatch(/^\d\.\d%$/);
    expect(value(all, 'committor')).toBe('0.233 to 0.339');
    expect(meaning('committor')).toBe('chance to enter d before c; least from b, most from a');
    expect(value(all, 'mean first passage')).toMatch(/^\d+(\.\d+)? steps$/);
    expect(meaning('mean first passage')).toMatch(/^to d, median .* from [abc], the farthest$/);
    expect(value(all, 'Kemeny’s constant')).toMatch(/^\d+(\.\d+)? steps$/);
    expect(value(all, 'chance of the forbidden')).toBe('100%');
  });

  it('has what features explain, where they are given', () => {
    const graph = bundled('four.csv');
    const table = {
      names: ['place'],
      states: ['a', 'b', 'c', 'd'],
      values: Float64Array.of(0, 1, 2, 3),
    };
    const all = numberGroups(analyse(graph, { replicas: 0 }, undefined, table)).flatMap(
      ({ rows }) => rows,
    );
    expect(value(all, 'explained by the features')).toMatch(/^9\d%$/);
    expect(value(all, 'weight of place')).toMatch(/^0\.\d{3} nats \(0\.\d{3} to 0\.\d{3}\)$/);
    expect(value(all, 'what features leave out: p')).toMatch(/^0\.\d+$/);
    expect(value(rows(graph), 'explained by the features')).toBeUndefined();
  });

  it('has order and k steps along a chain', () => {
    let at = 0;
    const log = Array.from({ length: 3000 }, (_, i) => {
      const from = 'abc'[at]!;
      at = (at + 1 + ((i * 7919) % 13 > 7 ? 1 : 0)) % 3;
      return { i, t: i, from, to: 'abc'[at]! };
    });
    const all = numberGroups(analyse(countAttempts(log), { replicas: 0 }, log)).flatMap(
      ({ rows }) => rows,
    );
    expect(value(all, 'order: p')).toBeTruthy();
    expect(value(all, 'Chapman-Kolmogorov, 1 step: p')).toBeTruthy();
    expect(value(all, 'Chapman-Kolmogorov, 2 steps: p')).toBeTruthy();
  });

  it('has what the test assumes where there is a log', () => {
    const log = Array.from({ length: 400 }, (_, i) => {
      const [from, to] = i % 2 === 0 ? ['a', 'bc'[Math.floor(i / 2) % 2]!] : ['b', 'a'];
      return { i, t: i, from, to };
    });
    const all = numberGroups(analyse(countAttempts(log), {}, log)).flatMap((group) => group.rows);
    expect(value(all, 'halves: p')).toBe('1');
    expect(value(all, 'design effect')).toBe('1.00');
  });

  it.each<[string, Edge[]]>([
    ['no transitions', []],
    ['one state', [['a', 'a', 3]]],
    ['one way', [['a', 'b', 3]]],
    [
      'two states',
      [
        ['a', 'b', 3],
        ['b', 'a', 1],
      ],
    ],
    [
      'a periodic ring',
      [
        ['a', 'b', 3],
        ['b', 'c', 4],
        ['c', 'a', 5],
      ],
    ],
  ])('says why where there is no number: %s', (_, edges) => {
    for (const replicas of [0, 9])
      for (const row of rows(graphOf(edges), replicas)) {
        expect(row.value, row.name).not.toMatch(/NaN|undefined|Infinity|–/);
        expect(row.value, row.name).not.toBe('');
      }
  });

  it('has no arrow of time where the entropy production is rounding', () => {
    const edges: Edge[] = [
      ['a', 'b', 3],
      ['b', 'a', 1],
      ['b', 'c', 7],
      ['c', 'b', 2],
    ];
    expect(value(rows(graphOf(edges)), 'arrow of time')).toMatch(/^none: /);
  });
});
