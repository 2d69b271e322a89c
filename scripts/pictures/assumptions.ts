/** The pictures of what the test assumes, from walks that are drawn with fixed seeds. */
import * as Plot from '@observablehq/plot';
import { assumptionsTest } from '../../src/analysis/order/assumptions';
import type { Attempt } from '../../src/transitions/types';
import { metropolis, steady, walk, type Kernel } from './data';
import { INK, uprights, word, type Picture } from './paper';

const STATES = ['a', 'b', 'c', 'd', 'e', 'f'];
const HILLS = [0, 0.7, 0.2, 1.1, 0.5, 0.9];
const kernel: Kernel = metropolis(HILLS);
const turned: Kernel = metropolis(HILLS.map((v) => 0.4 * v));
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

/** p-values of two kinds of log, one row a kind. */
function strip(
  name: string,
  title: string,
  kinds: Record<string, (seed: number) => number | null>,
): Picture {
  const points = Object.entries(kinds).flatMap(([kind, p]) =>
    SEEDS.map((seed) => ({ kind, p: p(seed) })),
  );
  return {
    name,
    title,
    plot: {
      marginLeft: 150,
      x: { label: 'p of the test', domain: [0, 1], grid: true },
      y: { label: null, domain: Object.keys(kinds) },
      marks: [
        Plot.ruleX([0.05], { stroke: INK.second, strokeDasharray: '5 3' }),
        word('5%', 0.05, Object.keys(kinds)[0]!, { dy: -68 }),
        Plot.tickX(points, {
          x: 'p',
          y: 'kind',
          stroke: INK.first,
          strokeWidth: 2,
          inset: 30,
          strokeOpacity: 0.75,
        }),
      ],
    },
  };
}

const halvesOf = (log: Attempt[]) => assumptionsTest(log).halves.p;
const halves = (): Picture =>
  strip(
    'halves',
    'P-value of the halves test for logs from one kernel and for logs whose kernel changes half way',
    {
      'one kernel': (seed) => halvesOf(walk(STATES, 3000, seed, (_, at) => kernel[at]!, false)),
      'changed half way': (seed) =>
        halvesOf(walk(STATES, 3000, seed, (i, at) => (i < 1500 ? kernel : turned)[at]!, false)),
    },
  );

/** A row that comes back to where it was less often. */
function shy(at: string, before: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(kernel[at]!).map(([to, p]) => [to, to === before ? 0.4 * p : p]),
  );
}

const orderOf = (log: Attempt[]) => assumptionsTest(log).order?.p ?? null;
const order = (): Picture =>
  strip(
    'order',
    'P-value of the order test for chains without memory and for chains that avoid the state they came from',
    {
      'without memory': (seed) => orderOf(walk(STATES, 3000, seed, (_, at) => kernel[at]!)),
      'avoids where it was': (seed) =>
        orderOf(walk(STATES, 3000, seed, (_, at, before) => shy(at, before))),
    },
  );

/** A log whose answers come, for a share of its batches, three at a time. */
function batched(share: number, seed: number): Attempt[] {
  const plain = walk(STATES, 6000, seed, (_, at) => kernel[at]!, false);
  const random = steady(seed + 1000);
  const log: Attempt[] = [];
  for (let i = 0; log.length < 6000; i++) {
    const times = random() < share / (3 - 2 * share) ? 3 : 1;
    for (let k = 0; k < times; k++) log.push({ ...plain[i % plain.length]!, i: log.length });
  }
  return log.slice(0, 6000);
}

function designEffect(): Picture {
  const points = [0, 0.1, 0.2, 0.3, 0.4, 0.5].flatMap((share) =>
    SEEDS.slice(0, 6).map((seed) => ({
      share,
      effect: assumptionsTest(batched(share, seed)).designEffect,
    })),
  );
  return {
    name: 'design-effect',
    title:
      'Design effect of simulated logs against the share of answers that come in batches of three',
    plot: {
      x: { label: 'share of answers in batches of three', tickFormat: '.0%', inset: 10 },
      y: { label: 'design effect', grid: true, domain: [0.9, 2.2] },
      marks: [
        Plot.ruleY([1.2], { stroke: INK.second, strokeDasharray: '5 3' }),
        word('a reservation above this', 0, 1.2, { dy: -9, dx: 0 }),
        Plot.ruleY([1], { stroke: INK.soft }),
        Plot.dot(points, { x: 'share', y: 'effect', r: 3.5, stroke: INK.first, fill: INK.paper }),
      ],
    },
  };
}

function chapmanKolmogorov(): Picture {
  const slow = metropolis([0, 1.4, 0.2, 2.2, 1.8, 2.4]);
  const log = walk(STATES, 8000, 4, (_, at) => slow[at]!);
  const { lags } = assumptionsTest(log).chapmanKolmogorov!;
  const state = lags[0]!.returns[0]!.state;
  const points = lags.flatMap(({ steps, returns }) => {
    const one = returns.find((candidate) => candidate.state === state);
    return one ? [{ steps: String(steps), ...one }] : [];
  });
  return {
    name: 'chapman-kolmogorov',
    title:
      'Chance of being back in a state after k steps: predicted from the first half of a chain, and seen in the second half with 95% intervals',
    plot: {
      x: { label: 'k, in steps', domain: points.map(({ steps }) => steps) },
      y: { label: 'chance of being back', domain: [0, 1], grid: true },
      marks: [
        Plot.line(points, { x: 'steps', y: 'predicted', stroke: INK.first, strokeWidth: 2 }),
        ...uprights(points.map(({ steps, interval: [low, high] }) => ({ at: steps, low, high }))),
        Plot.dot(points, { x: 'steps', y: 'seen', r: 4.5, fill: INK.second }),
        word('line: predicted, dots: seen', points[0]!.steps, 0.12, { dx: -10 }),
      ],
    },
  };
}

export const assumptionPictures = [halves, designEffect, order, chapmanKolmogorov];
