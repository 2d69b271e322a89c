/** A large matrix as one bitmap: a pixel a cell, or a pixel a block of cells where there are too many. */
import type { Chart, Plugin } from 'chart.js';
import { logShare } from './matrix-legend';
import { type ChartTheme, colourAt } from './theme';

/** Filled cells by rank. */
export interface Cells {
  from: Int32Array;
  to: Int32Array;
  count: Float64Array;
  value: Float64Array;
  low: number;
  high: number;
}

const LARGEST = 1200;

/** RGBA pixels, `size` by `size`; a block of several cells shows its largest value. */
export function matrixPixels(
  cells: Cells,
  n: number,
  stops: readonly string[],
): { size: number; pixels: Uint8ClampedArray<ArrayBuffer> } {
  const size = Math.min(n, LARGEST);
  const pixels = new Uint8ClampedArray(new ArrayBuffer(size * size * 4));
  const shown = new Float64Array(size * size);
  for (let i = 0; i < cells.value.length; i++) {
    const row = Math.floor((cells.from[i]! * size) / n);
    const column = Math.floor((cells.to[i]! * size) / n);
    const at = row * size + column;
    if (shown[at]! >= cells.value[i]!) continue;
    shown[at] = cells.value[i]!;
    const [r, g, b] = colourAt(stops, logShare(cells.value[i]!, cells.low, cells.high));
    pixels.set([r, g, b, 255], at * 4);
  }
  return { size, pixels };
}

/** Draws the bitmap into the field of the chart, with sharp cells. */
export function bitmapPlugin(cells: Cells, n: number, theme: ChartTheme): Plugin {
  let bitmap: HTMLCanvasElement | null = null;
  return {
    id: 'bitmap',
    beforeDatasetsDraw(chart: Chart) {
      const { ctx, chartArea: area } = chart;
      if (!bitmap) {
        const { size, pixels } = matrixPixels(cells, n, theme.sequential);
        bitmap = document.createElement('canvas');
        bitmap.width = bitmap.height = Math.max(1, size);
        if (size > 0)
          bitmap.getContext('2d')?.putImageData(new ImageData(pixels, size, size), 0, 0);
      }
      ctx.save();
      ctx.imageSmoothingEnabled = bitmap.width > area.width;
      ctx.drawImage(bitmap, area.left, area.top, area.width, area.height);
      ctx.restore();
    },
  };
}
