/** The potentials of two experiments against each other: their common states with 95% intervals both ways. */
import type { ChartConfiguration, ChartDataset, Plugin } from 'chart.js';
import type { ComparedState, PairComparison } from '../analysis/comparison/comparison-result';
import { counted, decimal, shortened, whole } from './format';
import type { Picture } from './picture';
import { type ChartTheme, linearAxis } from './theme';

const Z95 = 1.959964;
/** Up to this many states carry their names. */
const MOST_LABELS = 26;

/** The plot of one pair; `names` are those of its two experiments. */
export function comparisonPlot(
  pair: Pick<PairComparison, 'states' | 'correlation'>,
  names: readonly [string, string],
  theme: ChartTheme,
): Picture {
  const { states } = pair;
  const reach = reachOf(states);
  const axis = (name: string) => ({
    ...linearAxis(theme, ''),
    title: {
      display: true,
      text: [shortened(name, 44), 'V in nats, mean 0 on the common states'],
      color: theme.soft,
      font: { family: theme.fontRead, size: 13, style: 'italic' },
    },
    min: -reach,
    max: reach,
    ticks: {
      color: theme.soft,
      font: { family: theme.fontState, size: 11 },
      maxRotation: 0,
      includeBounds: false,
      callback: (value: number | string) =>
        String(Number(Number(value).toFixed(2))).replace('-', '−'),
    },
  });
  const configuration = {
    type: 'scatterWithErrorBars',
    data: { datasets: datasets(states, reach, theme) },
    options: {
      maintainAspectRatio: false,
      layout: { padding: { top: 8, right: 12 } },
      scales: { x: axis(names[0]), y: axis(names[1]) },
    },
    plugins: [namesPlugin(states, theme)],
  } as unknown as ChartConfiguration;
  const apart = states.filter(({ standsOut }) => standsOut).length;
  const number = (v: number) => decimal(v, 3);
  return {
    configuration,
    table: {
      columns: [
        { title: 'state' },
        { title: `V, ${names[0]} (nats)`, show: number },
        { title: 'standard error', show: number },
        { title: `V, ${names[1]} (nats)`, show: number },
        { title: 'standard error', show: number },
        { title: 'difference (nats)', show: number },
        { title: 'in standard errors', show: (v) => decimal(v, 1) },
        { title: 'stands out' },
      ],
      rows: states.map((one) => [
        one.state,
        one.V[0],
        one.standardError[0],
        one.V[1],
        one.standardError[1],
        one.difference,
        one.standardised,
        one.standsOut ? 'yes' : 'no',
      ]),
    },
    summary:
      states.length === 0
        ? 'The two experiments have too few states in common to plot.'
        : `Potential of ${counted(states.length, 'common state')} in ${names[1]} against ${names[0]}; r = ${decimal(pair.correlation.pearson.value)}. ${whole(apart)} stand out from the line of equality at a false discovery rate of 5%.`,
    rowOf: (dataset, index) => (dataset === 0 ? null : index),
    elementOf: (row) => ({ datasetIndex: 1, index: row }),
  };
}

/** Half the range of both axes: all points, and their intervals up to 1.5 times as far. */
function reachOf(states: readonly ComparedState[]): number {
  let widest = 0.3;
  let furthest = 0;
  for (const { V, standardError } of states)
    V.forEach((value, e) => {
      widest = Math.max(widest, Math.abs(value));
      furthest = Math.max(furthest, Math.abs(value) + Z95 * (standardError[e] ?? 0));
    });
  return 1.08 * Math.min(1.5 * widest, Math.max(widest, furthest));
}

function datasets(
  states: readonly ComparedState[],
  reach: number,
  theme: ChartTheme,
): ChartDataset[] {
  const many = states.length > 150;
  const radius = many ? 2 : states.length > 60 ? 3 : 4.5;
  const bar = many ? `${theme.soft}50` : theme.soft;
  const line = many ? 0.6 : 1.1;
  const ends = (value: number, error: number | null) => {
    const half = Z95 * (error ?? 0);
    return [value - half, value + half] as const;
  };
  return [
    {
      type: 'line',
      data: [
        { x: -reach, y: -reach },
        { x: reach, y: reach },
      ],
      borderColor: theme.ink,
      borderWidth: 1.25,
      borderDash: [6, 4],
      pointRadius: 0,
      pointHitRadius: 0,
    },
    {
      type: 'scatter',
      data: states.map(({ V }) => ({ x: V[0], y: V[1] })),
      pointRadius: states.map(({ standsOut }) => (standsOut ? radius + 1.5 : radius)),
      pointHoverRadius: radius + 3,
      pointStyle: states.map(({ standsOut }) => (standsOut ? 'rectRot' : 'circle')),
      backgroundColor: states.map(({ standsOut }) => (standsOut ? theme.up : theme.down)),
      borderColor: theme.paper,
      borderWidth: many ? 0 : 0.75,
      hoverBorderColor: theme.ink,
    },
    // The last one is drawn first: the intervals lie under the points.
    {
      type: 'scatterWithErrorBars',
      data: states.map(({ V, standardError }) => {
        const [xMin, xMax] = ends(V[0], standardError[0]);
        const [yMin, yMax] = ends(V[1], standardError[1]);
        return { x: V[0], y: V[1], xMin, xMax, yMin, yMax };
      }),
      radius: 0,
      hoverRadius: 0,
      errorBarColor: bar,
      errorBarLineWidth: line,
      errorBarWhiskerColor: bar,
      errorBarWhiskerLineWidth: line,
      errorBarWhiskerSize: many ? 2 : 6,
      errorBarWhiskerRatio: 0,
    },
  ] as unknown as ChartDataset[];
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Direct labels: what the line is, and the states' names where they are few and do not collide. */
function namesPlugin(states: readonly ComparedState[], theme: ChartTheme): Plugin {
  return {
    id: 'names',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales } = chart;
      const write = (text: string, x: number, y: number, colour: string): void => {
        ctx.strokeStyle = theme.paper;
        ctx.lineWidth = 4;
        ctx.lineJoin = 'round';
        ctx.strokeText(text, x, y);
        ctx.fillStyle = colour;
        ctx.fillText(text, x, y);
      };
      ctx.save();
      ctx.font = `italic 12.5px ${theme.fontRead}`;
      ctx.textAlign = 'right';
      write('dashed: the same potential', area.right - 8, area.bottom - 24, theme.soft);
      const standing = states.some(({ standsOut }) => standsOut);
      write(
        standing ? 'diamonds: states that stand out' : 'no state stands out',
        area.right - 8,
        area.bottom - 8,
        theme.soft,
      );
      ctx.font = `11px ${theme.fontState}`;
      ctx.textAlign = 'left';
      const taken: Box[] = states.map(({ V }) => {
        const x = scales['x']!.getPixelForValue(V[0]);
        const y = scales['y']!.getPixelForValue(V[1]);
        return { left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 };
      });
      const points = [...taken];
      taken.push({
        left: area.right - 190,
        right: area.right,
        top: area.bottom - 38,
        bottom: area.bottom,
      });
      for (const k of labelled(states)) {
        const { left, bottom } = points[k]!;
        const name = shortened(states[k]!.state, 16);
        const width = ctx.measureText(name).width;
        const place = [
          { x: left + 12, y: bottom - 8 },
          { x: left + 12, y: bottom + 10 },
          { x: left - width - 4, y: bottom - 8 },
          { x: left - width - 4, y: bottom + 10 },
        ].find(({ x, y }) => {
          const box = { left: x, right: x + width, top: y - 9, bottom: y + 2 };
          return (
            box.left >= area.left &&
            box.right <= area.right &&
            box.top >= area.top &&
            box.bottom <= area.bottom &&
            taken.every((other) => apart(box, other))
          );
        });
        if (!place) continue;
        taken.push({
          left: place.x,
          right: place.x + width,
          top: place.y - 9,
          bottom: place.y + 2,
        });
        write(name, place.x, place.y, theme.ink);
      }
      ctx.restore();
    },
  };
}

/** Indices of the states that carry names, those that stand out first. */
function labelled(states: readonly ComparedState[]): number[] {
  const order = states.map((_, k) => k);
  const size = (k: number) => Math.abs(states[k]!.standardised ?? 0);
  order.sort((a, b) => size(b) - size(a));
  return order.slice(0, MOST_LABELS);
}

const apart = (a: Box, b: Box): boolean =>
  a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
