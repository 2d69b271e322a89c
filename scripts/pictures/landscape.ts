/** The pictures of the counts, the kernel and the landscape. */
import * as Plot from '@observablehq/plot';
import { analyse } from '../../src/analysis/analyse';
import { prepare } from '../../src/analysis/prepare';
import { solveLeastAction } from '../../src/analysis/potential/least-action';
import { bundled } from './data';
import { fitOf } from './fit';
import { INK, uprights, word, zeroX, type Picture } from './paper';

const quick = { replicas: 0 };

function counts(): Picture {
  const graph = bundled('four.csv');
  const parts = graph.names.flatMap((from, f) => [
    ...Array.from({ length: graph.rowStart[f + 1]! - graph.rowStart[f]! }, (_, j) => {
      const k = graph.rowStart[f]! + j;
      return { from, to: graph.names[graph.target[k]!]!, count: graph.count[k]!, moved: true };
    }),
    { from, to: 'rejected', count: graph.rejected[f]!, moved: false },
  ]);
  const stacked = Plot.stackX({
    y: 'from',
    x: 'count',
    fill: (d: (typeof parts)[0]) => (d.moved ? '#cfe3f1' : INK.paper),
    stroke: INK.text,
    strokeWidth: 0.75,
  });
  return {
    name: 'counts',
    title:
      'What became of the 1,000 attempts from each state of the golden example: moves to each other state and rejections',
    plot: {
      x: { label: 'attempts' },
      y: { label: 'from' },
      marks: [
        Plot.barX(parts, stacked),
        Plot.text(parts, {
          ...Plot.stackX({ y: 'from', x: 'count' }),
          text: (d: (typeof parts)[0]) => `${d.to}${d.count > 100 ? `\n${d.count}` : ''}`,
          fill: INK.text,
        } as Plot.TextOptions),
      ],
    },
  };
}

function kernel(): Picture {
  const graph = bundled('four.csv');
  const cells = (['attempts', 'accepted'] as const).flatMap((normalisation) => {
    const { weight } = prepare(graph, { normalisation }).kernel;
    return graph.names.flatMap((from, f) =>
      Array.from({ length: graph.rowStart[f + 1]! - graph.rowStart[f]! }, (_, j) => {
        const k = graph.rowStart[f]! + j;
        return { normalisation, from, to: graph.names[graph.target[k]!]!, T: weight[k]! };
      }),
    );
  });
  return {
    name: 'kernel',
    title:
      'The kernel of the golden example under the normalisations attempts and accepted, row by row',
    plot: {
      marginLeft: 40,
      marginTop: 40,
      fx: { label: null, padding: 0.12, domain: ['attempts', 'accepted'] },
      x: { label: 'to', axis: 'bottom', domain: graph.names },
      y: { label: 'from', domain: graph.names },
      color: { range: ['#ffffff', '#7fb6d9'], domain: [0, 0.7] },
      marks: [
        Plot.frame({ stroke: INK.rule }),
        Plot.cell(cells, { fx: 'normalisation', x: 'to', y: 'from', fill: 'T', stroke: INK.rule }),
        Plot.text(cells, {
          fx: 'normalisation',
          x: 'to',
          y: 'from',
          text: (d: { T: number }) => d.T.toFixed(2),
          fill: INK.text,
        }),
      ],
    },
  };
}

function potential(): Picture {
  const { V, standardError } = analyse(bundled('pocket-food.csv'), quick).potential;
  const sorted = Object.entries(V).sort((a, b) => a[1] - b[1]);
  const points = sorted.map(([name, v], i) => ({
    name,
    at: i + 1,
    v,
    error: standardError![name]!,
  }));
  const ends = [points[0]!, points.at(-1)!];
  return {
    name: 'potential',
    title: 'Potential of 48 words of food, from lowest to highest, with 95% intervals',
    plot: {
      x: { label: 'rank of the word', domain: [0, points.length + 1] },
      y: { label: 'V (nats)', grid: true },
      marks: [
        Plot.ruleX(points, {
          x: 'at',
          y1: (d: (typeof points)[0]) => d.v - 1.96 * d.error,
          y2: (d: (typeof points)[0]) => d.v + 1.96 * d.error,
          stroke: INK.soft,
        }),
        Plot.dot(points, { x: 'at', y: 'v', r: 3, fill: INK.first }),
        word(ends[0]!.name, ends[0]!.at, ends[0]!.v, { dx: 8 }),
        word(ends[1]!.name, ends[1]!.at, ends[1]!.v, { dx: -8, textAnchor: 'end' }),
      ],
    },
  };
}

function components(): Picture {
  const { bounds } = analyse(bundled('claude-4.csv'), { ...quick, attemptsPerState: 4000 });
  const rows = bounds
    .map(({ above, below, atLeast }) => ({ pair: `${above} above ${below}`, atLeast }))
    .sort((a, b) => b.atLeast - a.atLeast);
  const end = Math.max(...rows.map(({ atLeast }) => atLeast)) + 2;
  return {
    name: 'components',
    title: 'Lower bounds on differences between components in the published counts of Claude-4',
    plot: {
      marginLeft: 196,
      x: { label: 'V difference, at least (nats)', domain: [0, end], grid: true },
      y: { label: null, domain: rows.map(({ pair }) => pair) },
      marks: [
        zeroX(),
        Plot.arrow(rows, {
          y1: 'pair',
          y2: 'pair',
          x1: 'atLeast',
          x2: end - 0.2,
          stroke: INK.first,
          strokeWidth: 1.5,
          headLength: 6,
        }),
        Plot.tickX(rows, { y: 'pair', x: 'atLeast', stroke: INK.first, strokeWidth: 3, inset: 12 }),
        Plot.text(rows, {
          y: 'pair',
          x: 'atLeast',
          text: (d: { atLeast: number }) => d.atLeast.toFixed(2),
          dy: -14,
          dx: 5,
          textAnchor: 'start',
        }),
      ],
    },
  };
}

function reversible(): Picture {
  const pairs = fitOf(bundled('four.csv'));
  const rows = pairs.flatMap(({ f, g, forward, both, p, deviation }) => [
    { way: `${f}→${g}`, seen: forward, expected: both * p, deviation },
    { way: `${g}→${f}`, seen: both - forward, expected: both * (1 - p), deviation },
  ]);
  const bands = rows.map(({ way, expected, deviation }) => ({
    at: way,
    low: expected - 1.96 * deviation,
    high: expected + 1.96 * deviation,
  }));
  return {
    name: 'reversible',
    title:
      'Counts of each direction in the golden example beside those that the reversible fit expects',
    plot: {
      x: { label: 'direction', domain: rows.map(({ way }) => way) },
      y: { label: 'transitions', domain: [0, 240], grid: true },
      marks: [
        ...uprights(bands, INK.soft),
        Plot.dot(rows, { x: 'way', y: 'expected', r: 5, stroke: INK.first, fill: INK.paper }),
        Plot.dot(rows, { x: 'way', y: 'seen', r: 3.5, fill: INK.second }),
        word('filled: seen', 'b→a', 232, { dx: 40 }),
        word('open: expected, with its 95% band', 'b→a', 218, { dx: 40 }),
      ],
    },
  };
}

function standardErrors(): Picture {
  const graph = bundled('pocket-food.csv');
  const { standardError } = analyse(graph, quick).potential;
  const seen = new Float64Array(graph.names.length);
  graph.names.forEach((_, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      seen[f]! += graph.count[k]!;
      seen[graph.target[k]!]! += graph.count[k]!;
    }
  });
  const points = graph.names.flatMap((name, f) => {
    const error = standardError![name];
    return error ? [{ name, seen: seen[f]!, error }] : [];
  });
  return {
    name: 'standard-errors',
    title: 'Standard errors of the potential of 48 words against the transitions from and to each',
    plot: {
      x: { label: 'transitions from and to the word', grid: true },
      y: {
        label: 'standard error of V (nats)',
        grid: true,
        domain: [0, Math.max(...points.map((d) => d.error)) * 1.1],
      },
      marks: [
        Plot.dot(points, { x: 'seen', y: 'error', r: 3.5, fill: INK.first, fillOpacity: 0.75 }),
      ],
    },
  };
}

/** The largest Newton step after each iteration, from runs that are stopped there. */
function computation(): Picture {
  const { leastAction } = prepare(bundled('pocket-food.csv'), quick);
  const points: { iteration: number; step: number }[] = [];
  for (let iteration = 1; iteration < 30; iteration++) {
    const { lastStep, converged } = solveLeastAction(leastAction, 'softplus', {
      maxIterations: iteration,
    });
    points.push({ iteration, step: Math.max(lastStep, 1e-12) });
    if (converged) break;
  }
  return {
    name: 'computation',
    title:
      'Largest Newton step after each iteration on the walk between words of food: convergence is quadratic at the end',
    plot: {
      x: {
        label: 'iteration',
        ticks: points.map(({ iteration }) => iteration),
        tickFormat: 'd',
        inset: 16,
      },
      y: {
        label: 'largest step in V (nats)',
        type: 'log',
        grid: true,
        domain: [1e-12, 10],
        tickFormat: (v: number) => v.toExponential(0),
        ticks: [1e-12, 1e-9, 1e-6, 1e-3, 1],
      },
      marks: [
        Plot.ruleY([1e-8], { stroke: INK.second, strokeDasharray: '5 3' }),
        word('converged below this', points[0]!.iteration, 1e-8, { dy: -9, dx: 0 }),
        Plot.line(points, { x: 'iteration', y: 'step', stroke: INK.first, strokeWidth: 2 }),
        Plot.dot(points, { x: 'iteration', y: 'step', r: 4, fill: INK.first }),
      ],
    },
  };
}

export const landscapePictures = [
  counts,
  kernel,
  potential,
  components,
  reversible,
  standardErrors,
  computation,
];
