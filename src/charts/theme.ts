/** The one theme of all pictures: colours and faces as the design tokens name them, and the axes they share. */
import type { ScaleOptionsByType } from 'chart.js';

/** What a picture needs to know of the page's look. Colours are CSS colours, faces are font stacks. */
export interface ChartTheme {
  paper: string;
  ground: string;
  ink: string;
  soft: string;
  muted: string;
  rule: string;
  ruleStrong: string;
  accent: string;
  down: string;
  up: string;
  downText: string;
  upText: string;
  walker: string;
  /** Okabe-Ito, eight colours. */
  categories: string[];
  /** Nine stops from little to much. */
  sequential: string[];
  /** Nine stops, the middle one is nought. */
  diverging: string[];
  fontRead: string;
  fontControl: string;
  fontState: string;
}

/** Builds a theme from the tokens; `token` returns the value of one custom property, such as `--ink`. */
export function themeFrom(token: (name: string) => string): ChartTheme {
  const many = (prefix: string, first: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => token(`--${prefix}-${String(first + i)}`));
  return {
    paper: token('--raised'),
    ground: token('--ground'),
    ink: token('--ink'),
    soft: token('--soft'),
    muted: token('--muted'),
    rule: token('--rule'),
    ruleStrong: token('--rule-strong'),
    accent: token('--accent'),
    down: token('--down'),
    up: token('--up'),
    downText: token('--down-text'),
    upText: token('--up-text'),
    walker: token('--walker'),
    categories: many('cat', 1, 8),
    sequential: many('seq', 0, 9),
    diverging: many('div', 0, 9),
    fontRead: token('--font-read'),
    fontControl: token('--font-control'),
    fontState: token('--font-state'),
  };
}

/** A linear axis in the house style: hairline grid, a named quantity with its unit. */
export function linearAxis(
  theme: ChartTheme,
  title: string,
): Partial<ScaleOptionsByType<'linear'>> {
  return {
    type: 'linear',
    title: {
      display: true,
      text: title,
      color: theme.soft,
      font: { family: theme.fontRead, size: 14, style: 'italic' },
    },
    ticks: { color: theme.soft, font: { family: theme.fontState, size: 11 }, maxRotation: 0 },
    grid: { color: theme.rule, lineWidth: 1, tickColor: theme.ruleStrong, tickLength: 5 },
    border: { color: theme.ruleStrong },
  } as Partial<ScaleOptionsByType<'linear'>>;
}

/** The colour at `t` in [0, 1] of a map given by evenly spaced `#rrggbb` stops. */
export function colourAt(stops: readonly string[], t: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  const share = place - i;
  const low = channels(stops[i]!);
  const high = channels(stops[i + 1]!);
  return [0, 1, 2].map((c) => Math.round(low[c]! + share * (high[c]! - low[c]!))) as [
    number,
    number,
    number,
  ];
}

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.trim().slice(1, 7), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
