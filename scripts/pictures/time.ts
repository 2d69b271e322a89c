/** The pictures of what the walk does in time. */
import * as Plot from '@observablehq/plot';
import { analyse } from '../../src/analysis/analyse';
import { bundled, graphOf } from './data';
import { INK, word, zeroY, type Picture } from './paper';

const quick = { replicas: 0 };
const four = () => analyse(bundled('four.csv'), quick);
const food = () => analyse(bundled('pocket-food.csv'), quick);

function stationary(): Picture {
  const result = four();
  const heights = Object.values(result.reversible!.V);
  const total = heights.reduce((sum, v) => sum + Math.exp(-v), 0);
  const rows = Object.entries(result.dynamics!.stationary).map(([state, share]) => ({
    state,
    share,
    landscape: Math.exp(-result.reversible!.V[state]!) / total,
  }));
  return {
    name: 'stationary',
    title:
      'Stationary shares of the golden example beside those that the landscape alone would give',
    plot: {
      x: { label: 'state', domain: rows.map(({ state }) => state) },
      y: { label: 'share of the steps', tickFormat: '.0%', domain: [0, 0.5], grid: true },
      marks: [
        Plot.barY(rows, {
          x: 'state',
          y: 'share',
          fill: '#cfe3f1',
          stroke: INK.first,
          insetLeft: 14,
          insetRight: 14,
        }),
        Plot.tickY(rows, {
          x: 'state',
          y: 'landscape',
          stroke: INK.second,
          strokeWidth: 3,
          strokeDasharray: '4 2',
        }),
        zeroY(),
        word('bars: stationary', 'b', 0.46, { dx: 20 }),
        word('dashed: in proportion to exp(−V)', 'b', 0.425, { dx: 20 }),
      ],
    },
  };
}

function spectrum(): Picture {
  const points = food().dynamics!.eigenvalueModuli.map((modulus, i) => ({ rank: i + 1, modulus }));
  const second = points[1]!;
  return {
    name: 'spectrum',
    title: 'Moduli of the eigenvalues of the walk between words of food, largest first',
    plot: {
      x: { label: 'rank', inset: 8 },
      y: { label: 'modulus', domain: [0, 1], grid: true },
      marks: [
        Plot.dot(points, { x: 'rank', y: 'modulus', r: 3.5, fill: INK.first }),
        word(
          `second: ${second.modulus.toFixed(3)}, a relaxation time of ${food().dynamics!.relaxationTimes[0]!.toFixed(1)} steps`,
          second.rank,
          second.modulus,
          { dx: 10, dy: -12 },
        ),
      ],
    },
  };
}

function firstPassage(): Picture {
  const { times, target } = food().dynamics!.firstPassage!;
  const points = Object.entries(times)
    .sort((a, b) => a[1] - b[1])
    .map(([state, steps], i) => ({ state, steps, rank: i }));
  const far = points.at(-1)!;
  const near = points[1]!;
  return {
    name: 'first-passage',
    title:
      'Mean first-passage times of the walk between words of food to its most visited word, from the nearest to the farthest state',
    plot: {
      x: { label: `words, the nearest to “${target.join(', ')}” first`, inset: 8 },
      y: { label: `mean steps until “${target.join(', ')}”`, grid: true },
      marks: [
        Plot.ruleX(points, { x: 'rank', y1: 0, y2: 'steps', stroke: INK.rule }),
        Plot.dot(points, { x: 'rank', y: 'steps', r: 3.5, fill: INK.first }),
        word(target.join(', '), 0, 0, { dx: 6, dy: -8 }),
        word(near.state, near.rank, near.steps, { dx: -2, dy: -12 }),
        word(far.state, far.rank, far.steps, { textAnchor: 'end', dx: 4, dy: -13 }),
      ],
    },
  };
}

function committor(): Picture {
  const { chances } = analyse(bundled('four.csv'), { ...quick, source: ['c'], target: ['d'] })
    .dynamics!.committor!;
  const rows = Object.entries(chances)
    .map(([state, q]) => ({ state, q }))
    .sort((x, y) => x.q - y.q);
  return {
    name: 'committor',
    title: 'Committor of the four states of the golden example: the chance to enter d before c',
    plot: {
      x: { label: 'state', domain: rows.map(({ state }) => state) },
      y: { label: 'chance to enter d before c', domain: [0, 1], grid: true },
      marks: [
        Plot.ruleX(rows, { x: 'state', y1: 0, y2: 'q', stroke: INK.first }),
        Plot.dot(rows, { x: 'state', y: 'q', r: 5.5, fill: INK.first }),
        Plot.text(rows, {
          x: 'state',
          y: 'q',
          text: (d: { q: number }) => d.q.toFixed(3),
          dx: 12,
          textAnchor: 'start',
        }),
      ],
    },
  };
}

/** Words in a row between two that are never left. */
function deadEnds() {
  const row = ['safe', 'calm', 'odd', 'sharp', 'harsh', 'rude'];
  const weights = [80, 60, 50, 45];
  return graphOf(
    row.slice(1, 5).flatMap((word, i): [string, string, number][] => [
      [word, row[i]!, weights[i]!],
      [word, row[i + 2]!, 100 - weights[i]!],
    ]),
    [
      ['safe', 100],
      ['rude', 100],
    ],
  );
}

function forbidden(): Picture {
  const graph = deadEnds();
  const { chances } = analyse(graph, { ...quick, forbidden: ['rude'] }).dynamics!.forbidden!;
  const order = ['safe', 'calm', 'odd', 'sharp', 'harsh', 'rude'];
  const rows = order.map((state) => ({ state, chance: chances[state] ?? 0 }));
  return {
    name: 'forbidden',
    title:
      'Chance ever to enter a state that can only be entered, from each state of a small graph with two dead ends',
    plot: {
      x: { label: 'start', domain: order },
      y: { label: 'chance ever to enter “rude”', domain: [0, 1], grid: true, tickFormat: '.0%' },
      marks: [
        Plot.ruleX(rows, { x: 'state', y1: 0, y2: 'chance', stroke: INK.second }),
        Plot.dot(rows, { x: 'state', y: 'chance', r: 5.5, fill: INK.second }),
        Plot.text(rows, {
          x: 'state',
          y: 'chance',
          text: (d: { chance: number }) => `${(100 * d.chance).toFixed(0)}%`,
          dy: -14,
        }),
      ],
    },
  };
}

function downhill(): Picture {
  const graph = bundled('pocket-food.csv');
  const { potential, dynamics } = food();
  const steps: { climb: number; count: number }[] = [];
  graph.names.forEach((from, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const to = graph.names[graph.target[k]!]!;
      if (potential.component[from] !== potential.component[to]) continue;
      steps.push({ climb: potential.V[to]! - potential.V[from]!, count: graph.count[k]! });
    }
  });
  const bins = Array.from({ length: 24 }, (_, i) => {
    const low = -3 + i / 4;
    const inside = steps.filter(({ climb }) => climb >= low && climb < low + 0.25);
    return { low, high: low + 0.25, count: inside.reduce((sum, { count }) => sum + count, 0) };
  }).filter(({ count }) => count > 0);
  const share = dynamics!.downhill.weighted!;
  return {
    name: 'downhill',
    title: 'Transitions of the walk between words of food by the height that they climb or fall',
    plot: {
      x: { label: 'change of height (nats)' },
      y: { label: 'transitions', grid: true },
      marks: [
        Plot.rectY(bins, {
          x1: 'low',
          x2: 'high',
          y: 'count',
          fill: (d: (typeof bins)[0]) => (d.low < 0 ? '#cfe3f1' : INK.paper),
          stroke: (d: (typeof bins)[0]) => (d.low < 0 ? INK.first : INK.second),
        }),
        Plot.ruleX([0], { stroke: INK.text, strokeWidth: 2 }),
        word(`down: ${(100 * share).toFixed(0)}%`, 0, Math.max(...bins.map(({ count }) => count)), {
          textAnchor: 'end',
          dx: -60,
        }),
        word(
          `up: ${(100 - 100 * share).toFixed(0)}%`,
          0,
          Math.max(...bins.map(({ count }) => count)),
          { dx: 60 },
        ),
      ],
      color: { type: 'identity' },
    },
  };
}

export const timePictures = [stationary, spectrum, firstPassage, committor, forbidden, downhill];
