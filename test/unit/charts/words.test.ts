/** Numbers, colours, tables as text: formats, CSV with awkward names, and the tokens behind the theme. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal, figures, percent, shortened } from '../../../src/charts/format';
import { rowText, tableCsv } from '../../../src/charts/picture';
import { colourAt, themeFrom } from '../../../src/charts/theme';

it('writes numbers with a true minus and never "-0"', () => {
  expect(decimal(-1.239)).toBe('−1.24');
  expect(decimal(-0.001)).toBe('0.00');
  expect(decimal(null)).toBe('–');
  expect(figures(0.00012)).toBe('1.2×10⁻⁴');
  expect(figures(0.05)).toBe('0.05');
  expect(percent(0.0382)).toBe('3.8%');
  expect(shortened('ACCUMULATE', 6)).toBe('ACCUM…');
});

it('exports full precision and defuses texts that a spreadsheet would run', () => {
  const table = {
    columns: [{ title: 'state' }, { title: 'V', show: (v: number) => v.toFixed(1) }],
    rows: [
      ['=SUM(A1)', 1 / 3],
      ['a,"b"', null],
    ],
  };
  expect(tableCsv(table)).toBe(`state,V\r\n'=SUM(A1),${String(1 / 3)}\r\n"a,""b""",\r\n`);
  expect(rowText(table, 0)).toBe('state =SUM(A1); V 0.3');
});

it('mixes colours along a map', () => {
  expect(colourAt(['#000000', '#ffffff'], 0.5)).toEqual([128, 128, 128]);
  expect(colourAt(['#000000', '#ffffff'], 2)).toEqual([255, 255, 255]);
});

describe('design tokens', () => {
  const css = readFileSync('src/app/design/tokens.css', 'utf8');
  const block = (opening: string): Map<string, string> => {
    const start = css.indexOf(opening);
    const body = css.slice(start, css.indexOf('}', start));
    return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1]!, m[2]!]));
  };
  const light = block("[data-theme='light'] {");
  const dark = block("[data-theme='dark'] {");
  const system = block(':root:not([data-theme]) {');

  it('are the same whether dark is chosen or the system says so', () => {
    expect([...system]).toEqual([...dark]);
  });

  it('hold every colour of the charts in both themes', () => {
    const fonts = block(':root {');
    for (const tokens of [light, dark]) {
      const missing: string[] = [];
      themeFrom((name) => {
        const value = tokens.get(name) ?? fonts.get(name);
        if (value === undefined) missing.push(name);
        return value ?? '';
      });
      expect(missing).toEqual([]);
    }
  });

  it.each([
    ['light', light],
    ['dark', dark],
  ])('have WCAG AA contrast for text and marks, %s', (_, tokens) => {
    for (const surface of ['--paper', '--raised', '--sunk']) {
      for (const text of [
        'ink',
        'soft',
        'muted',
        'accent',
        'down-text',
        'up-text',
        'good',
        'warn',
        'bad',
      ]) {
        expect(contrast(tokens.get(`--${text}`)!, tokens.get(surface)!), text).toBeGreaterThan(4.5);
      }
      for (const mark of ['down', 'up', 'focus']) {
        expect(contrast(tokens.get(`--${mark}`)!, tokens.get(surface)!), mark).toBeGreaterThan(3);
      }
    }
    expect(contrast(tokens.get('--on-accent')!, tokens.get('--accent')!)).toBeGreaterThan(4.5);
  });

  it.each([
    ['light', light],
    ['dark', dark],
  ])('have maps of even steps of lightness, %s', (_, tokens) => {
    const lightness = (name: string) => oklabLightness(tokens.get(name)!);
    const steps = Array.from(
      { length: 8 },
      (_, i) => lightness(`--seq-${String(i + 1)}`) - lightness(`--seq-${String(i)}`),
    );
    const mean = steps.reduce((a, b) => a + b, 0) / 8;
    for (const step of steps) expect(step / mean).toBeCloseTo(1, 0);
    for (let i = 0; i < 4; i++) {
      expect(lightness(`--div-${String(i)}`)).toBeCloseTo(lightness(`--div-${String(8 - i)}`), 1);
    }
  });
});

function linear(hex: string): [number, number, number] {
  return [1, 3, 5].map((i) => {
    const v = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
}

function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
  }) as [number, number];
  return Math.max(x, y) / Math.min(x, y);
}

function oklabLightness(hex: string): number {
  const [r, g, b] = linear(hex);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}
