/** The page's table of numbers: what it says of time, and that it never shows a NaN. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse';
import { numberGroups } from '../../src/app/read/number-rows';
import { countAttempts } from '../../src/transitions/count';
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
    expect(value(all, 'the same under balance')).toMatch(/^0\.\d+ \(.+ to 0\.\d+\)$/);
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
