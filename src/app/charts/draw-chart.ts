/** Draws chart pictures with Chart.js; loaded only when a chart is on the page. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
} from 'chart.js';
import { PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import { asAsked, kernelOf } from '../../analysis/prepare';
import { balancePlot } from '../../charts/balance-plot';
import type { Picture } from '../../charts/picture';
import type { ChartInput } from '../../charts/rates';
import type { ChartTheme } from '../../charts/theme';
import { transitionMatrix } from '../../charts/transition-matrix';

Chart.register(
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  ScatterWithErrorBarsController,
  PointWithErrorBar,
  MatrixController,
  MatrixElement,
);

const KINDS = { 'transition-matrix': transitionMatrix, 'balance-plot': balancePlot };

/** A chart that a card can show. A new one is a function in `src/charts/` and a line in `KINDS`. */
export type ChartKind = keyof typeof KINDS;

/** Builds the picture of a kind from counts and their result. */
export function buildPicture(
  kind: ChartKind,
  input: Omit<ChartInput, 'rates'>,
  theme: ChartTheme,
): Picture {
  const { options } = input.result;
  const rates = kernelOf(input.graph, options);
  const graph = input.graph.exact ? asAsked(input.graph, options) : input.graph;
  return KINDS[kind]({ ...input, graph, rates }, theme);
}

/** Puts a picture on a canvas that follows the size of its parent. Destroy it before the next one. */
export function drawPicture(canvas: HTMLCanvasElement, picture: Picture): Chart {
  const { configuration } = picture;
  return new Chart(canvas, {
    ...configuration,
    options: {
      ...configuration.options,
      animation: false,
      devicePixelRatio: Math.max(2, devicePixelRatio),
    },
  });
}

/** A picture for a file: opaque, twice the size in CSS pixels. */
export function paintPicture(
  picture: Picture,
  size: { width: number; height: number },
  paper: string,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const chart = new Chart(canvas, {
    ...picture.configuration,
    options: {
      ...picture.configuration.options,
      animation: false,
      responsive: false,
      devicePixelRatio: 2,
    },
  });
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const ctx = copy.getContext('2d');
  if (ctx) {
    ctx.fillStyle = paper;
    ctx.fillRect(0, 0, copy.width, copy.height);
    ctx.drawImage(canvas, 0, 0);
  }
  chart.destroy();
  return copy;
}

/** The table row under the pointer; null where there is nothing near. */
export function rowUnder(chart: Chart, picture: Picture, event: PointerEvent): number | null {
  const { chartArea: area, scales } = chart;
  const { offsetX: x, offsetY: y } = event;
  if (x < area.left || x > area.right || y < area.top || y > area.bottom) return null;
  if (picture.rowAt) {
    const across = scales['x']?.getValueForPixel(x);
    const down = scales['y']?.getValueForPixel(y);
    return across === undefined || down === undefined ? null : picture.rowAt(across, down);
  }
  const [near] = chart.getElementsAtEventForMode(event, 'nearest', { intersect: false }, false);
  if (!near || Math.hypot(near.element.x - x, near.element.y - y) > 24) return null;
  return picture.rowOf?.(near.datasetIndex, near.index) ?? null;
}

/** Marks the element of a row, or none. */
export function markRow(chart: Chart, picture: Picture, row: number | null): void {
  const element = row === null ? null : picture.elementOf?.(row);
  chart.setActiveElements(element ? [element] : []);
  chart.update('none');
}
