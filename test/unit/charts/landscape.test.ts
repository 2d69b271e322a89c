/** The landscape's layout: heights, zones, words without overlap, flows and their direction, motion, words. */
import { describe, expect, it } from 'vitest';
import { landscape } from '../../../src/charts/landscape';
import type { LandscapeLayout } from '../../../src/charts/landscape-marks';
import { between } from '../../../src/charts/landscape-motion';
import { placeStates } from '../../../src/charts/landscape-order';
import {
  landscapeSummary,
  landscapeTable,
  readingText,
  readState,
} from '../../../src/charts/landscape-words';
import { chain, claude, claudeResult, four, fourResult } from './cases';

const wide = { width: 1100, height: 560 };
const phone = { width: 358, height: 460 };

const level = (layout: LandscapeLayout, id: string) => layout.levels.find((l) => l.id === id)!;

describe('heights', () => {
  it('puts the states of "four" at the height of their golden potential', () => {
    const layout = landscape(four, fourResult, wide);
    expect(layout.order).toEqual(['d', 'c', 'b', 'a']);
    const a = level(layout, 'a').y;
    const d = level(layout, 'd').y;
    const share = (id: string) => (a - level(layout, id).y) / (a - d);
    expect(share('b')).toBeCloseTo(0.337822 / 0.901532, 9);
    expect(share('c')).toBeCloseTo(0.543265 / 0.901532, 9);
    expect(layout.axis.title).toBe('potential V (nats, 1 nat = a factor e)');
    const tick = layout.ticks.find((t) => t.text.startsWith('0.0') || t.text === '0')!;
    expect(tick.y).toBeCloseTo(a, 9);
  });

  it('draws 95% intervals of 1.96 standard errors', () => {
    const layout = landscape(four, fourResult, wide);
    const pixels = (level(layout, 'a').y - level(layout, 'd').y) / 0.901532;
    const { whisker, y } = level(layout, 'b');
    expect(y - whisker!.top).toBeCloseTo(1.959964 * 0.0649 * pixels, 6);
    expect(whisker!.bottom - y).toBeCloseTo(1.959964 * 0.0649 * pixels, 6);
  });

  it('shows no interval and no number where there is no standard error', () => {
    const { standardError, ...potential } = fourResult.potential;
    expect(standardError).toBeDefined();
    const layout = landscape(four, { ...fourResult, potential }, wide);
    expect(layout.levels.every((l) => l.whisker === null)).toBe(true);
  });
});

it('says so when the heights did not converge', () => {
  const potential = { ...fourResult.potential, converged: false };
  const loose = { ...fourResult, potential };
  expect(landscape(four, loose, wide).notes[0]!.text).toBe('the heights did not converge');
  expect(landscape(four, fourResult, wide).notes).toEqual([]);
  expect(landscapeSummary(four, loose)).toContain('The heights did not converge.');
});

describe('zones', () => {
  it('stands unbounded states above a break with their bound, and unasked ones aside', () => {
    const layout = landscape(claude, claudeResult, wide);
    expect(layout.breaks).toHaveLength(1);
    for (const id of ['BUZZY', 'TURKEY']) {
      expect(level(layout, id).zone).toBe('above');
      expect(level(layout, id).y).toBeLessThan(layout.breaks[0]!);
    }
    expect(level(layout, 'BUZZY').y).toBeLessThan(level(layout, 'TURKEY').y);
    expect(level(layout, 'BUZZY').bound).toBe('≥ 7.2');
    expect(level(layout, 'PROBLEMS').y).toBeGreaterThan(layout.breaks[0]!);
    expect(level(layout, 'NEW').zone).toBe('never');
    expect(layout.texts.map((t) => t.text)).toContain('seen, not yet asked from (1):');
  });

  it('puts everything aside before the first result', () => {
    const zones = placeStates(four, null).map((place) => place.zone);
    expect(zones).toEqual(['aside', 'aside', 'aside', 'aside']);
    expect(landscape(four, null, wide).arcs).toEqual([]);
  });

  it('takes a state that is only reached as having no lower bound', () => {
    const graph = { ...claude, attempts: Float64Array.from(claude.attempts, (n) => n || 4) };
    const result = {
      ...claudeResult,
      bounds: [...claudeResult.bounds, { above: 'ATTITUDE', below: 'NEW', atLeast: -0.5 }],
    };
    const layout = landscape(graph, result, wide);
    expect(level(layout, 'NEW').zone).toBe('below');
    expect(level(layout, 'NEW').bound).toBe('↓ ≥ −0.5');
    expect(layout.breaks).toHaveLength(2);
  });
});

describe('flows', () => {
  it('are downhill to the right and widest for the largest count', () => {
    const { arcs } = landscape(four, fourResult, wide);
    expect(arcs).toHaveLength(10);
    expect(arcs[0]).toMatchObject({ from: 'b', to: 'a', direction: 'down' });
    expect(arcs.find((arc) => arc.from === 'a' && arc.to === 'd')?.direction).toBe('up');
    const width = (from: string, to: string) =>
      arcs.find((arc) => arc.from === from && arc.to === to)!.width;
    expect(width('c', 'd') / width('b', 'a')).toBeCloseTo(Math.sqrt(50 / 200), 9);
  });

  it('are thinned at many states, both directions kept, and the picture says so', () => {
    const { graph, result } = chain(300);
    const layout = landscape(graph, result, wide);
    expect(layout.arcs.length).toBeLessThan(300);
    for (const direction of ['down', 'up']) {
      expect(layout.arcs.some((arc) => arc.direction === direction)).toBe(true);
    }
    expect(layout.notes[0]!.text).toMatch(
      /^strongest \d+ of 1,788 flows drawn \([\d.]+% of transitions\)/,
    );
  });
});

describe.each([
  ['wide', wide],
  ['phone', phone],
])('words on a %s screen', (_, size) => {
  it.each([5, 12, 50, 300])('do not overlap with %i states', (n) => {
    const { graph, result } = chain(n);
    const layout = landscape(graph, result, size);
    const named = layout.levels.filter((l) => l.label !== '');
    expect(named.length).toBeGreaterThan(3);
    expect(named.at(-1)!.id).toBe('WORD0');
    for (let i = 1; i < named.length; i++) {
      const left = named[i - 1]!;
      const right = named[i]!;
      const dx = right.x - left.x;
      const dy = right.labelY - left.labelY;
      const length = 0.605 * layout.fontSize * Math.max(left.label.length, right.label.length);
      if (layout.angle === 90) expect(dx).toBeGreaterThanOrEqual(layout.fontSize * 0.98);
      if (layout.angle === 45) expect((dx + dy) * Math.SQRT1_2).toBeGreaterThan(layout.fontSize);
      if (layout.angle === 0) expect(dx >= length || dy >= layout.fontSize).toBe(true);
    }
    for (const l of layout.levels) {
      expect(l.x).toBeGreaterThanOrEqual(layout.field.left);
      expect(l.x).toBeLessThanOrEqual(layout.field.right);
      expect(l.y).toBeGreaterThan(layout.field.top);
      expect(l.y).toBeLessThan(layout.field.bottom);
    }
  });
});

describe('motion', () => {
  it('starts where it was, ends where it belongs, and passes half way', () => {
    const a = landscape(four, fourResult, wide);
    const V = { ...fourResult.potential.V, a: 0.9, d: 0 };
    const b = landscape(four, { ...fourResult, potential: { ...fourResult.potential, V } }, wide);
    const middle = between(a, b, 0.5);
    expect(between(a, b, 1)).toBe(b);
    expect(level(middle, 'a').x).toBeCloseTo((level(a, 'a').x + level(b, 'a').x) / 2, 9);
    expect(level(between(a, b, 0), 'a').y).toBe(level(a, 'a').y);
  });

  it('keeps the order of states of nearly equal height, but not the direction of their flow', () => {
    const before = landscape(four, fourResult, wide);
    const V = { a: 0, b: 0.337822, c: 0.337821, d: 0.901532 };
    const result = { ...fourResult, potential: { ...fourResult.potential, V } };
    const after = landscape(four, result, wide, before);
    expect(after.order).toEqual(['d', 'c', 'b', 'a']);
    const arc = after.arcs.find((a) => a.from === 'b' && a.to === 'c')!;
    expect(arc.direction).toBe('down');
    expect(landscape(four, result, wide).order).toEqual(['d', 'b', 'c', 'a']);
  });
});

describe('in words', () => {
  it('reads one state', () => {
    expect(readingText(readState(four, fourResult, 'b')!)).toBe(
      'b: V = 0.34 ± 0.13 nats (95%); 1,000 attempts, 29% accepted; to a 200, c 90; from c 140, a 120',
    );
    expect(readState(claude, claudeResult, 'BUZZY')!.potential).toBe(
      'at least 7.16 nats above ATTITUDE (95%)',
    );
    expect(readState(four, fourResult, 'nowhere')).toBeNull();
  });

  it('says the whole picture', () => {
    expect(landscapeSummary(four, fourResult)).toBe(
      '4 states, 1,060 transitions. In the largest connected part (4 states) d is highest, 0.90 nats above a, the lowest.',
    );
    expect(landscapeSummary(claude, claudeResult)).toContain('2 states above with no upper bound');
  });

  it('gives every state a row', () => {
    const { rows } = landscapeTable(claude, claudeResult);
    expect(rows.map((row) => row[0])).toEqual([
      'BUZZY',
      'TURKEY',
      'PROBLEMS',
      'PERSONAL',
      'ATTITUDE',
      'NEW',
    ]);
    expect(rows[0]![1]).toBeNull();
    expect(rows[3]![1]).toBe(4.0737);
  });
});
