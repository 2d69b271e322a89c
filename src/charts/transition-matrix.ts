/** The transition matrix, states ordered by potential: what each state leads to, in one picture. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { MatrixDataPoint } from 'chartjs-chart-matrix';
import { amounts, counted, decimal, figures, shortened, whole } from './format';
import { placeStates } from './landscape-order';
import { bitmapPlugin, type Cells } from './matrix-bitmap';
import { colourLegend, logShare, stayingPlugin } from './matrix-legend';
import type { Picture } from './picture';
import { type ChartInput, RATE_NAMES } from './rates';
import { type ChartTheme, colourAt, linearAxis } from './theme';

/** Above this many states the cells are drawn as one bitmap. */
export const CELLS_AS_ELEMENTS = 64;

/**
 * Cells T_fg of the result's normalisation on a logarithmic colour scale; row = from, column = to, both
 * from the highest potential to the lowest. Downhill is right of the diagonal, which is left out.
 */
export function transitionMatrix(input: ChartInput, theme: ChartTheme): Picture {
  const { graph, result } = input;
  const order = placeStates(graph, result);
  const rank = new Int32Array(graph.names.length);
  order.forEach((place, i) => {
    rank[place.state] = i;
  });
  const cells = cellsOf(input, rank);
  const n = order.length;
  const names = order.map((place) => place.name);
  const long = names.some((name) => name.length > 3);
  const legend = {
    title: `T, ${RATE_NAMES[result.options.normalisation]}`,
    low: cells.low,
    high: cells.high,
  };
  const small = n <= CELLS_AS_ELEMENTS;
  const dataset = small
    ? elements(cells, n, theme)
    : ({ type: 'scatter', data: [] } as ChartDataset);
  const axis = (title: string, upright: boolean): object => {
    const base = linearAxis(theme, title);
    return {
      ...base,
      min: -0.5,
      max: Math.max(0.5, n - 0.5),
      offset: false,
      grid: { display: false },
      afterBuildTicks: (scale: { ticks: { value: number }[]; width: number; height: number }) => {
        const room = upright ? scale.width : scale.height;
        const every = Math.max(1, Math.ceil((13 * n) / Math.max(60, room)));
        scale.ticks = names
          .map((_, value) => ({ value }))
          .filter(({ value }) => value % every === 0);
      },
      ticks: {
        ...base.ticks,
        autoSkip: false,
        ...(upright && long ? { minRotation: 90, maxRotation: 90 } : {}),
        callback(this: { chart: { width: number } }, value: number) {
          return shortened(names[value] ?? '', this.chart.width < 420 ? 8 : 12);
        },
      },
    };
  };
  const configuration = {
    type: small ? 'matrix' : 'scatter',
    data: { datasets: [dataset] },
    options: {
      maintainAspectRatio: false,
      layout: { padding: { right: 82, top: 10 } },
      scales: {
        x: axis('to state', true),
        y: { ...axis('from state (by potential)', false), reverse: true },
      },
    },
    plugins: [
      stayingPlugin(n, theme),
      ...(small ? [] : [bitmapPlugin(cells, n, theme)]),
      colourLegend(legend, theme),
    ],
  } as unknown as ChartConfiguration;

  const rows = Array.from(cells.from, (from, i) => {
    const to = cells.to[i]!;
    return [names[from]!, names[to]!, cells.count[i]!, cells.value[i]!];
  });
  const rowAtCell = new Map(Array.from(cells.from, (from, i) => [from * n + cells.to[i]!, i]));
  const falls = rows.filter((_, i) => cells.to[i]! > cells.from[i]!).length;
  return {
    configuration,
    table: {
      columns: [
        { title: 'from' },
        { title: 'to' },
        { title: graph.exact ? 'chance' : 'transitions', show: amounts(graph) },
        { title: `T (${RATE_NAMES[result.options.normalisation]})`, show: figures },
      ],
      rows,
    },
    summary:
      `Transition matrix of ${counted(n, 'state')}, ordered by potential: ${counted(rows.length, 'cell')} filled, ` +
      `${whole(falls)} of them downhill, values from ${figures(cells.low)} to ${figures(cells.high)} (${RATE_NAMES[result.options.normalisation]}). ` +
      heaviest(rows),
    rowAt: (x, y) => rowAtCell.get(Math.round(y) * n + Math.round(x)) ?? null,
    ...(small
      ? {
          elementOf: (row: number) => ({ datasetIndex: 0, index: row }),
        }
      : {}),
  };
}

function heaviest(rows: (string | number)[][]): string {
  const top = rows.toSorted((a, b) => (b[3] as number) - (a[3] as number))[0];
  return top
    ? `The largest is ${String(top[0])} to ${String(top[1])}, ${decimal(top[3] as number, 3)}.`
    : 'No transition was seen yet.';
}

/** Filled cells by rank, row by row. */
function cellsOf({ graph, rates }: ChartInput, rank: Int32Array): Cells {
  const edges: { from: number; to: number; k: number }[] = [];
  for (let f = 0; f < graph.names.length; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      if (rates.weight[k]! > 0) edges.push({ from: rank[f]!, to: rank[graph.target[k]!]!, k });
    }
  }
  edges.sort((a, b) => a.from - b.from || a.to - b.to);
  const value = Float64Array.from(edges, (edge) => rates.weight[edge.k]!);
  return {
    from: Int32Array.from(edges, (edge) => edge.from),
    to: Int32Array.from(edges, (edge) => edge.to),
    count: Float64Array.from(edges, (edge) => graph.count[edge.k]!),
    value,
    low: value.reduce((a, b) => Math.min(a, b), Infinity),
    high: value.reduce((a, b) => Math.max(a, b), 0),
  };
}

function elements(cells: Cells, n: number, theme: ChartTheme): ChartDataset {
  const colours = Array.from(cells.value, (value) => {
    const [r, g, b] = colourAt(theme.sequential, logShare(value, cells.low, cells.high));
    return `rgb(${String(r)}, ${String(g)}, ${String(b)})`;
  });
  const side = (area: 'width' | 'height') => (context: { chart: { chartArea?: DOMRect } }) => {
    const size = (context.chart.chartArea?.[area] ?? 0) / n;
    return Math.max(1, size - (size > 8 ? 1 : 0));
  };
  return {
    type: 'matrix',
    data: Array.from(cells.from, (from, i): MatrixDataPoint => ({ x: cells.to[i]!, y: from })),
    backgroundColor: colours,
    hoverBackgroundColor: colours,
    borderWidth: 0,
    hoverBorderWidth: 2,
    hoverBorderColor: theme.ink,
    width: side('width'),
    height: side('height'),
  } as unknown as ChartDataset;
}
