/** How the pictures of docs/quantities look: one size, one set of inks, SVG without styles or scripts. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { PICTURE_SIZE } from '../quantity-pages.ts';

/** Paper of its own, so that a picture reads on a dark page too; every colour has a second mark. */
export const INK = {
  paper: '#fffefb',
  text: '#1c2127',
  soft: '#61686f',
  rule: '#d8d2c5',
  first: '#0072b2',
  second: '#d55e00',
} as const;

export interface Picture {
  /** The file's name without its ending. */
  name: string;
  /** What is to be seen, in one sentence. */
  title: string;
  plot: Plot.PlotOptions;
}

/** Whiskers of a vertical or horizontal interval. */
export interface Interval {
  at: string | number;
  low: number;
  high: number;
}

/** Attributes that hold coordinates. */
const COORDINATES = new Set(
  'x y x1 x2 y1 y2 cx cy r dx dy width height d points transform'.split(' '),
);
/** Attributes of a picture inside a page, which say nothing in a file. */
const OF_A_PAGE = ['class', 'aria-hidden', 'aria-label', 'aria-description'];

/** Numbers to a tenth of a pixel: small, and steady against the last bits. */
function tenths(text: string): string {
  return text.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (number) =>
    String(Math.round(+number * 10) / 10 + 0),
  );
}

/** The picture as a file of SVG. */
export function svgOf({ title, plot }: Picture): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    ...PICTURE_SIZE,
    marginTop: 32,
    marginLeft: 56,
    marginRight: 20,
    marginBottom: 44,
    ...plot,
    document,
  });
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const node of [svg, ...svg.querySelectorAll('*')]) {
    for (const name of OF_A_PAGE) node.removeAttribute(name);
    for (const { name, value } of [...node.attributes]) {
      if (COORDINATES.has(name)) node.setAttribute(name, tenths(value));
      if (value === 'currentColor') node.setAttribute(name, INK.text);
      if (value === 'var(--plot-background)') node.setAttribute(name, INK.paper);
    }
  }
  const { width, height } = PICTURE_SIZE;
  const body = svg.innerHTML.replaceAll('><', '>\n<');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" fill="${INK.text}" font-family="'Noto Sans', 'DejaVu Sans', 'Segoe UI', sans-serif" font-size="13" text-anchor="middle">`,
    `<title id="title">${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>`,
    `<rect width="${width}" height="${height}" fill="${INK.paper}" />`,
    body,
    '</svg>',
    '',
  ].join('\n');
}

/** Intervals standing up: a line with caps. */
export function uprights(intervals: Interval[], ink: string = INK.text): Plot.Markish[] {
  return [
    Plot.ruleX(intervals, { x: 'at', y1: 'low', y2: 'high', stroke: ink, strokeWidth: 1.5 }),
    Plot.tickY(
      intervals.flatMap(({ at, low, high }) => [low, high].map((y) => ({ at, y }))),
      { x: 'at', y: 'y', stroke: ink, insetLeft: 12, insetRight: 12 },
    ),
  ];
}

/** Intervals lying down. */
export function levels(intervals: Interval[], ink: string = INK.text): Plot.Markish[] {
  return [Plot.ruleY(intervals, { y: 'at', x1: 'low', x2: 'high', stroke: ink, strokeWidth: 1.5 })];
}

/** A line through zero, or where balance would be. */
export const zeroY = (at = 0): Plot.Markish => Plot.ruleY([at], { stroke: INK.soft });
export const zeroX = (at = 0): Plot.Markish => Plot.ruleX([at], { stroke: INK.soft });

/** A word beside a mark, in the plot's own units. */
export function word(
  text: string,
  x: number | string,
  y: number | string,
  options: Plot.TextOptions = {},
): Plot.Markish {
  return Plot.text([{ x, y, text }], {
    x: 'x',
    y: 'y',
    text: 'text',
    textAnchor: 'start',
    dx: 6,
    fill: INK.text,
    stroke: INK.paper,
    strokeWidth: 4,
    ...options,
  });
}
