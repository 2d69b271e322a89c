/** The published picture of detailed balance: log ratios of transitions against differences of potential. */
import type { ChartConfiguration, ChartDataset, Plugin } from 'chart.js';
import { amounts, counted, decimal, whole } from './format';
import type { Picture } from './picture';
import type { ChartInput } from './rates';
import { type ChartTheme, linearAxis } from './theme';

const Z95 = 1.959964;

/** One pair of states seen both ways, named so that `from` is the higher one. */
export interface BalancePoint {
  from: string;
  to: string;
  /** V_f - V_g, nats. */
  drop: number;
  /** ln(T_fg / T_gf), nats. */
  logRatio: number;
  /** Standard error of the log ratio, nats. */
  standardError: number;
  forth: number;
  back: number;
}

/**
 * Pairs inside one component with both counts at least `minPairCount`. Standard error of the log ratio
 * by the delta method: 1/N_fg + 1/N_gf, less 1/N_f + 1/N_g where the rows' trials are given (multinomial rows).
 */
export function balancePoints({ graph, result, rates }: ChartInput): BalancePoint[] {
  const points: BalancePoint[] = [];
  const { V, component } = result.potential;
  const least = graph.exact ? 0 : Math.max(1, result.options.minPairCount);
  for (let f = 0; f < graph.names.length; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      const back = g > f ? edgeOf(graph, g, f) : -1;
      if (back < 0 || graph.count[k]! < least || graph.count[back]! < least) continue;
      const names = [graph.names[f]!, graph.names[g]!] as const;
      const drop = (V[names[0]] ?? NaN) - (V[names[1]] ?? NaN);
      if (component[names[0]] !== component[names[1]] || !Number.isFinite(drop)) continue;
      const sign = drop < 0 ? -1 : 1;
      points.push({
        from: sign > 0 ? names[0] : names[1],
        to: sign > 0 ? names[1] : names[0],
        drop: Math.abs(drop),
        logRatio: sign * Math.log(rates.weight[k]! / rates.weight[back]!),
        standardError: graph.exact
          ? 0
          : Math.sqrt(
              variance(graph.count[k]!, rates.trials[f]!) +
                variance(graph.count[back]!, rates.trials[g]!),
            ),
        forth: sign > 0 ? graph.count[k]! : graph.count[back]!,
        back: sign > 0 ? graph.count[back]! : graph.count[k]!,
      });
    }
  }
  return points.sort((a, b) => b.drop - a.drop);
}

/** Variance of the log of a share of a multinomial row. */
const variance = (count: number, trials: number): number =>
  trials > count ? 1 / count - 1 / trials : 1 / count;

function edgeOf(graph: ChartInput['graph'], from: number, to: number): number {
  let low = graph.rowStart[from]!;
  let high = graph.rowStart[from + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (graph.target[middle]! === to) return middle;
    if (graph.target[middle]! < to) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The plot with its identity line and the published quantities n, r and slope, named as such. */
export function balancePlot(input: ChartInput, theme: ChartTheme): Picture {
  const points = balancePoints(input);
  const { pairs } = input.result.tests;
  const reach = reachOf(points);
  const published = `published: n = ${counted(pairs.n, 'pair')}, r = ${decimal(pairs.r)}, slope = ${decimal(pairs.slope)}`;
  const configuration = {
    type: 'scatterWithErrorBars',
    data: { datasets: datasets(points, reach, theme) },
    options: {
      maintainAspectRatio: false,
      layout: { padding: { top: 8, right: 12 } },
      scales: {
        x: {
          ...linearAxis(theme, 'V(f) − V(g)  (nats)'),
          min: -reach,
          max: reach,
          ticks: ticks(theme),
        },
        y: {
          ...linearAxis(theme, 'ln(T(f→g) / T(g→f))  (nats)'),
          min: -reach,
          max: reach,
          ticks: ticks(theme),
        },
      },
    },
    plugins: [wordsPlugin(published, theme)],
  } as unknown as ChartConfiguration;
  const beyond = points.filter((p) => Math.abs(p.logRatio - p.drop) > Z95 * p.standardError).length;
  return {
    configuration,
    table: {
      columns: [
        { title: 'from f (higher)' },
        { title: 'to g' },
        { title: 'V(f) − V(g) (nats)', show: (v) => decimal(v, 3) },
        { title: 'ln T ratio (nats)', show: (v) => decimal(v, 3) },
        { title: 'standard error', show: (v) => decimal(v, 3) },
        { title: 'N(f→g)', show: amounts(input.graph) },
        { title: 'N(g→f)', show: amounts(input.graph) },
      ],
      rows: points.map((p) => [p.from, p.to, p.drop, p.logRatio, p.standardError, p.forth, p.back]),
    },
    summary:
      points.length === 0
        ? 'No pair of states was seen both ways yet, so there is nothing to plot.'
        : `Log ratios against potential differences; ${published}. ${beyondText(beyond, points.length, input)} A high r alone is not detailed balance.`,
    rowOf: (dataset, index) => (dataset === 0 ? null : index),
    elementOf: (row) => ({ datasetIndex: 2, index: row }),
  };
}

function beyondText(beyond: number, points: number, { graph }: ChartInput): string {
  return graph.exact
    ? 'The kernel is exact: no point has an interval.'
    : `${whole(beyond)} of ${counted(points, 'pair')} are further from the line of detailed balance than their 95% interval.`;
}

/** Half the range of both axes: all points, and their intervals up to 1.6 times as far. */
function reachOf(points: readonly BalancePoint[]): number {
  let widest = 0.3;
  let furthest = 0;
  for (const { drop, logRatio, standardError } of points) {
    widest = Math.max(widest, drop, Math.abs(logRatio));
    furthest = Math.max(furthest, Math.abs(logRatio) + Z95 * standardError);
  }
  return 1.06 * Math.min(1.6 * widest, Math.max(widest, furthest));
}

function ticks(theme: ChartTheme): object {
  const text = (value: number | string): string =>
    String(Number(Number(value).toFixed(2))).replace('-', '−');
  const font = { family: theme.fontState, size: 11 };
  // The range is as wide as the data; its uneven ends carry no number.
  return { color: theme.soft, font, maxRotation: 0, includeBounds: false, callback: text };
}

function datasets(
  points: readonly BalancePoint[],
  reach: number,
  theme: ChartTheme,
): ChartDataset[] {
  const many = points.length > 250;
  const radius = many ? 1.8 : points.length > 60 ? 2.6 : 4;
  const line = many ? 0.6 : 1.25;
  const bar = many ? `${theme.soft}50` : theme.soft;
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
      data: points.map((p) => ({ x: -p.drop, y: -p.logRatio })),
      pointRadius: radius,
      pointHoverRadius: radius + 1,
      backgroundColor: theme.paper,
      borderColor: theme.muted,
      borderWidth: many ? 0.6 : 1,
    },
    {
      type: 'scatter',
      data: points.map((p) => ({ x: p.drop, y: p.logRatio })),
      pointRadius: radius,
      pointHoverRadius: radius + 3,
      backgroundColor: theme.down,
      borderColor: theme.paper,
      borderWidth: many ? 0 : 0.75,
      hoverBorderColor: theme.ink,
    },
    // The last one is drawn first: the intervals lie under the points.
    {
      type: 'scatterWithErrorBars',
      data: points.map((p) => ({
        x: p.drop,
        y: p.logRatio,
        yMin: p.logRatio - Z95 * p.standardError,
        yMax: p.logRatio + Z95 * p.standardError,
      })),
      radius: 0,
      hoverRadius: 0,
      errorBarColor: bar,
      errorBarLineWidth: line,
      errorBarWhiskerColor: bar,
      errorBarWhiskerLineWidth: line,
      errorBarWhiskerSize: many ? 2 : 8,
      errorBarWhiskerRatio: 0,
    },
  ] as unknown as ChartDataset[];
}

/** Direct labels: what the marks are, the published numbers, and what they do not say. */
function wordsPlugin(published: string, theme: ChartTheme): Plugin {
  return {
    id: 'words',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area } = chart;
      const write = (
        text: string,
        x: number,
        y: number,
        align: CanvasTextAlign,
        colour: string,
      ): void => {
        ctx.textAlign = align;
        ctx.strokeStyle = theme.paper;
        ctx.lineWidth = 4;
        ctx.lineJoin = 'round';
        ctx.strokeText(text, x, y);
        ctx.fillStyle = colour;
        ctx.fillText(text, x, y);
      };
      ctx.save();
      ctx.font = `11.5px ${theme.fontState}`;
      const [counts, ...rest] = published.split(', ');
      write(counts!, area.left + 8, area.top + 16, 'left', theme.ink);
      write(rest.join(', '), area.left + 8, area.top + 31, 'left', theme.ink);
      ctx.font = `italic 12.5px ${theme.fontRead}`;
      write(
        'a high r alone is not detailed balance',
        area.left + 8,
        area.top + 48,
        'left',
        theme.soft,
      );
      write('dashed: detailed balance', area.right - 8, area.bottom - 40, 'right', theme.soft);
      write(
        'filled: each pair, downhill, 95% interval',
        area.right - 8,
        area.bottom - 24,
        'right',
        theme.soft,
      );
      write(
        'hollow: the same pair the other way',
        area.right - 8,
        area.bottom - 8,
        'right',
        theme.soft,
      );
      ctx.restore();
    },
  };
}
