/** The pictures of how far time has a direction, and of two experiments side by side. */
import * as Plot from '@observablehq/plot';
import { analyse } from '../../src/analysis/analyse';
import { arrowOfTime } from '../../src/analysis/dynamics/entropy-production';
import { Counter } from '../../src/transitions/count';
import { bundled, drivenRing, metropolis, walk } from './data';
import { INK, word, zeroY, type Picture } from './paper';

const quick = { replicas: 0 };
const four = () => analyse(bundled('four.csv'), quick);
const food = () => analyse(bundled('pocket-food.csv'), quick);

function entropyProduction(): Picture {
  const points = Array.from({ length: 21 }, (_, i) => {
    const drive = i / 5;
    const { entropyProduction: s } = analyse(drivenRing(6, drive, 1e6, 0), quick).dynamics!;
    return { drive, plugIn: s.plugIn!, bound: s.lowerBound! };
  });
  const last = points.at(-1)!;
  return {
    name: 'entropy-production',
    title:
      'Entropy production of a driven ring against the strength of the drive, with the finite lower bound',
    plot: {
      x: { label: 'drive: log ratio of every step round the ring (nats)' },
      y: { label: 'entropy production (nats a step)', grid: true },
      marks: [
        Plot.line(points, { x: 'drive', y: 'plugIn', stroke: INK.first, strokeWidth: 2 }),
        Plot.line(points, {
          x: 'drive',
          y: 'bound',
          stroke: INK.second,
          strokeWidth: 2,
          strokeDasharray: '7 3',
        }),
        word('plug-in', last.drive, last.plugIn, { textAnchor: 'end', dx: -30 }),
        word('lower bound', last.drive, last.bound, { textAnchor: 'end', dx: -4, dy: 14 }),
      ],
    },
  };
}

function netFlux(): Picture {
  const rows = four().dynamics!.netFlux!.largest.map(({ from, to, net }) => ({
    pair: `${from}→${to}`,
    net: 1000 * net,
  }));
  return {
    name: 'net-flux',
    title:
      'Net fluxes of the pairs of the golden example, in their direction; under balance all are zero',
    plot: {
      x: { label: 'pair, in the direction of its net flux', domain: rows.map(({ pair }) => pair) },
      y: { label: 'net flux (per 1,000 steps)', grid: true, domain: [0, 9] },
      marks: [
        Plot.barY(rows, {
          x: 'pair',
          y: 'net',
          fill: '#cfe3f1',
          stroke: INK.first,
          insetLeft: 10,
          insetRight: 10,
        }),
        Plot.text(rows, {
          x: 'pair',
          y: 'net',
          text: (d: { net: number }) => d.net.toFixed(1),
          dy: -9,
        }),
        zeroY(),
      ],
    },
  };
}

function arrow(): Picture {
  const line = Array.from({ length: 41 }, (_, i) => 10 ** (-3.6 + i / 10)).map((s) => ({
    s,
    steps: arrowOfTime(s),
  }));
  const sets = { 'golden example': four(), 'walk between words': food() };
  const points = Object.entries(sets).map(([set, { dynamics }]) => {
    const { plugIn, lowerBound } = dynamics!.entropyProduction;
    const s = Math.max(plugIn!, lowerBound!);
    return { set, s, steps: arrowOfTime(s) };
  });
  return {
    name: 'arrow-of-time',
    title:
      'Length of film that tells the direction of time with 95% certainty against the entropy production, on logarithmic axes',
    plot: {
      x: {
        label: 'entropy production (nats a step)',
        type: 'log',
        grid: true,
        ticks: [0.001, 0.01, 0.1, 1],
        tickFormat: String,
      },
      y: {
        label: 'steps',
        type: 'log',
        grid: true,
        ticks: [10, 100, 1000, 10000],
        tickFormat: String,
      },
      marks: [
        Plot.line(line, { x: 's', y: 'steps', stroke: INK.first, strokeWidth: 2 }),
        Plot.dot(points, { x: 's', y: 'steps', r: 5, fill: INK.second }),
        ...points.map(({ set, s, steps }) =>
          word(
            `${set}: ${Math.round(steps)}`,
            s,
            steps,
            s > 0.05 ? { dx: -10, dy: 2, textAnchor: 'end' } : { dy: -6, dx: 8 },
          ),
        ),
      ],
    },
  };
}

function comparison(): Picture {
  const heights = [0, 0.8, 0.3, 1.5, 0.6, 1.2, 1.9, 1.0];
  const names = Array.from('abcdefgh');
  const potentials = [1, 2].map((seed) => {
    const kernel = metropolis(heights);
    const counter = new Counter();
    for (const attempt of walk(names, 2400, seed, (_, at) => kernel[at]!, false))
      counter.add(attempt);
    const { V, standardError } = analyse(counter.snapshot(), quick).potential;
    const mean = names.reduce((sum, name) => sum + V[name]!, 0) / names.length;
    return names.map((name) => ({ V: V[name]! - mean, reach: 1.96 * standardError![name]! }));
  });
  const points = names.map((name, f) => ({
    name,
    x: potentials[0]![f]!.V,
    y: potentials[1]![f]!.V,
    across: potentials[0]![f]!.reach,
    up: potentials[1]![f]!.reach,
  }));
  type Point = (typeof points)[0];
  return {
    name: 'comparison',
    title:
      'Potentials of the same states in two simulated experiments with their 95% intervals, and the line of equality',
    plot: {
      x: { label: 'V in the first (nats, mean 0)', grid: true },
      y: { label: 'V in the second (nats, mean 0)', grid: true },
      marks: [
        Plot.line([-1.3, 1.3], { x: (d: number) => d, y: (d: number) => d, stroke: INK.soft }),
        Plot.ruleY(points, {
          y: 'y',
          x1: (d: Point) => d.x - d.across,
          x2: (d: Point) => d.x + d.across,
          stroke: INK.text,
        }),
        Plot.ruleX(points, {
          x: 'x',
          y1: (d: Point) => d.y - d.up,
          y2: (d: Point) => d.y + d.up,
          stroke: INK.text,
        }),
        Plot.dot(points, { x: 'x', y: 'y', r: 4.5, fill: INK.first }),
      ],
    },
  };
}

export const irreversibilityPictures = [entropyProduction, netFlux, arrow, comparison];
