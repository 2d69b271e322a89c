/** The pictures of pairs, triangles, cycles and the decomposition of the log ratios. */
import * as Plot from '@observablehq/plot';
import { analyse } from '../../src/analysis/analyse';
import { bundled, drivenRing } from './data';
import { INK, levels, word, zeroX, type Picture } from './paper';

const quick = { replicas: 0 };

/** Forty states on three hills, driven round: a high r, and no balance. */
export const ringOfForty = () => drivenRing(40, 0.25, 1000);

function pairsPlot(): Picture {
  const graph = ringOfForty();
  const result = analyse(graph, quick);
  const { V } = result.potential;
  const counts = new Map<string, number>();
  graph.names.forEach((from, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      counts.set(`${from} ${graph.names[graph.target[k]!]!}`, graph.count[k]! / graph.attempts[f]!);
  });
  const points = [...counts].map(([pair, T]) => {
    const [f, g] = pair.split(' ') as [string, string];
    return { x: V[f]! - V[g]!, y: Math.log(T / counts.get(`${g} ${f}`)!) };
  });
  return {
    name: 'pairs-plot',
    title:
      'Log ratios against potential differences for a ring of forty states that is driven round: r is 0.97 although balance is rejected beyond doubt',
    plot: {
      x: { label: 'V difference (nats)', grid: true },
      y: { label: 'ln(T forward / T back) (nats)', grid: true },
      marks: [
        Plot.line([-1.8, 1.8], { x: (d: number) => d, y: (d: number) => d, stroke: INK.soft }),
        Plot.dot(points, { x: 'x', y: 'y', r: 3, stroke: INK.first, fill: INK.paper }),
        word(`r = ${result.tests.pairs.r!.toFixed(2)}`, -1.6, 1.5),
        word(`p = 1e${Math.floor(Math.log10(result.tests.balance.pAsymptotic!))}`, -1.6, 1.2),
      ],
    },
  };
}

function triangles(): Picture {
  const rows = analyse(bundled('four.csv'), quick).tests.triangles.largest.map(
    ({ states, affinity, sigma }) => ({
      at: [...states, states[0]].join(' → '),
      affinity,
      low: affinity - 1.96 * sigma,
      high: affinity + 1.96 * sigma,
    }),
  );
  return {
    name: 'triangles',
    title: 'Affinities of the triangles of the golden example with 95% intervals; zero is balance',
    plot: {
      marginLeft: 120,
      x: { label: 'affinity (nats)', grid: true },
      y: { label: null, domain: rows.map(({ at }) => at), tickSize: 0 },
      marks: [
        zeroX(),
        ...levels(rows),
        Plot.dot(rows, { y: 'at', x: 'affinity', r: 5, fill: INK.first }),
        word('balance', 0, rows[0]!.at, { dy: -60 }),
      ],
    },
  };
}

/** A cycle by its first states and their number. */
function cycleName(states: string[]): string {
  const [first, second] = states;
  return states.length > 3 ? `${first} → ${second} … (${states.length} words)` : states.join(' → ');
}

function affinities(): Picture {
  const rows = analyse(bundled('pocket-food.csv'), quick).tests.affinities!.map(
    ({ states, affinity, sigma }, i) => ({
      at: `${i + 1}. ${cycleName(states)}`,
      affinity,
      low: affinity - 1.96 * sigma,
      high: affinity + 1.96 * sigma,
    }),
  );
  return {
    name: 'affinities',
    title:
      'Affinities of the cycles furthest from balance in the walk between words of food, with 95% intervals',
    plot: {
      marginLeft: 222,
      x: {
        label: 'affinity (nats)',
        grid: true,
        domain: [0, Math.max(...rows.map(({ high }) => high))],
      },
      y: { label: null, domain: rows.map(({ at }) => at), tickSize: 0 },
      marks: [
        zeroX(),
        ...levels(rows),
        Plot.dot(rows, { y: 'at', x: 'affinity', r: 4.5, fill: INK.first }),
      ],
    },
  };
}

function thresholdCycles(): Picture {
  const graph = bundled('pocket-food.csv');
  const counts = new Map<string, number>();
  graph.names.forEach((_, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      counts.set(`${f} ${graph.target[k]!}`, graph.count[k]!);
  });
  const seen = new Map<string, { low: number; high: number; pairs: number }>();
  for (const [edge, count] of counts) {
    const [f, g] = edge.split(' ').map(Number) as [number, number];
    const back = counts.get(`${g} ${f}`) ?? 0;
    if (back > 0 && g < f) continue;
    const [low, high] = [Math.min(count, back), Math.max(count, back)];
    const key = `${low} ${high}`;
    seen.set(key, { low, high, pairs: (seen.get(key)?.pairs ?? 0) + 1 });
  }
  const points = [...seen.values()];
  return {
    name: 'threshold-cycles',
    title:
      'Pairs of the walk between words of food that the threshold form uses and those that it leaves out, by their smaller count',
    plot: {
      x: { label: 'smaller count of the pair', grid: true, inset: 10, ticks: [0, 5, 10, 15, 20] },
      y: { label: 'larger count of the pair', grid: true, domain: [0, 75] },
      r: { domain: [0, 100], range: [1.5, 12], clamp: true },
      marks: [
        Plot.ruleX([4.5], { stroke: INK.second, strokeDasharray: '5 3' }),
        word('used', 4.5, 72),
        word('left out', 4.5, 72, { dx: -6, textAnchor: 'end' }),
        Plot.dot(
          points.filter(({ low }) => low < 5),
          { x: 'low', y: 'high', r: 'pairs', stroke: INK.soft },
        ),
        Plot.dot(
          points.filter(({ low }) => low >= 5),
          { x: 'low', y: 'high', r: 'pairs', fill: INK.first },
        ),
      ],
    },
  };
}

function decomposition(): Picture {
  const sets = {
    'golden example': bundled('four.csv'),
    'walk between words': bundled('pocket-food.csv'),
    'driven ring': ringOfForty(),
  };
  const parts = ['gradient', 'curl', 'harmonic'] as const;
  const fills = { gradient: '#cfe3f1', curl: '#f3cfae', harmonic: INK.paper };
  const rows = Object.entries(sets).flatMap(([set, graph]) => {
    const shares = analyse(graph, quick).tests.decomposition!;
    return parts.map((part) => ({ set, part, share: shares[part] ?? 0 }));
  });
  return {
    name: 'decomposition',
    title:
      'Shares of gradient, curl and harmonic part for the golden example, the walk between words and a driven ring',
    plot: {
      marginLeft: 152,
      x: { label: 'share of the log ratios', tickFormat: '.0%', domain: [0, 1] },
      y: { label: null, domain: Object.keys(sets) },
      color: { type: 'identity' },
      marks: [
        Plot.barX(
          rows,
          Plot.stackX({
            y: 'set',
            x: 'share',
            fill: (d: (typeof rows)[0]) => fills[d.part],
            stroke: INK.text,
            strokeWidth: 0.75,
          }),
        ),
        Plot.text(
          rows,
          Plot.stackX({
            y: 'set',
            x: 'share',
            text: (d: (typeof rows)[0]) =>
              d.share < 0.1 ? '' : `${d.part}\n${(100 * d.share).toFixed(0)}%`,
          } as Plot.TextOptions),
        ),
        word('white: harmonic', 1, 'driven ring', { dy: -38, dx: 0, textAnchor: 'end' }),
      ],
    },
  };
}

export const cyclePictures = [pairsPlot, triangles, affinities, thresholdCycles, decomposition];
