/** The colour scale of the matrix with its legend, and the diagonal that stands for staying. */
import type { Chart, Plugin } from 'chart.js';
import { superscript } from './format';
import { type ChartTheme, colourAt } from './theme';

/** Place of a value on the colour map: logarithmic, never so low that it could pass for empty paper. */
export function logShare(value: number, low: number, high: number): number {
  if (!(high > low)) return 1;
  const share = Math.log(value / low) / Math.log(high / low);
  return 0.08 + 0.92 * Math.min(1, Math.max(0, share));
}

/** Powers of ten from `low` to `high`; both ends where there are fewer than two. */
export function decades(low: number, high: number): { value: number; text: string }[] {
  const ticks: { value: number; text: string }[] = [];
  for (let k = Math.ceil(Math.log10(low) - 1e-9); 10 ** k <= high * (1 + 1e-9); k++) {
    ticks.push({
      value: 10 ** k,
      text: k >= -2 ? String(Number((10 ** k).toFixed(2))) : `10${superscript(k)}`,
    });
  }
  if (ticks.length >= 2) return ticks;
  return [low, high].map((value) => ({ value, text: value.toPrecision(1) }));
}

/** A bar of the map to the right of the matrix. */
export function colourLegend(
  scale: { title: string; low: number; high: number },
  theme: ChartTheme,
): Plugin {
  return {
    id: 'colour-legend',
    afterDraw(chart: Chart) {
      if (!(scale.high > 0)) return;
      const { ctx, chartArea: area } = chart;
      const left = area.right + 14;
      const height = Math.min(220, area.height - 64);
      const top = area.top + 6;
      ctx.save();
      for (let i = 0; i < height; i++) {
        const [r, g, b] = colourAt(theme.sequential, 0.08 + 0.92 * (1 - i / height));
        ctx.fillStyle = `rgb(${String(r)}, ${String(g)}, ${String(b)})`;
        ctx.fillRect(left, top + i, 12, 1.5);
      }
      ctx.strokeStyle = theme.ruleStrong;
      ctx.strokeRect(left, top, 12, height);
      ctx.font = `10.5px ${theme.fontState}`;
      ctx.fillStyle = theme.soft;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      const span = Math.log(scale.high / scale.low) || 1;
      for (const tick of decades(scale.low, scale.high)) {
        const y = top + height * (1 - Math.log(tick.value / scale.low) / span);
        if (y < top - 1 || y > top + height + 1) continue;
        ctx.fillRect(left + 12, y - 0.5, 4, 1);
        ctx.fillText(tick.text, left + 18, y);
      }
      // Two things the map does not say: staying, and a transition never seen.
      for (const [i, word] of ['staying', 'not seen'].entries()) {
        const y = top + height + 16 + i * 19;
        ctx.fillStyle = i === 0 ? theme.ground : theme.paper;
        ctx.fillRect(left, y, 12, 12);
        ctx.strokeRect(left, y, 12, 12);
        ctx.fillStyle = theme.soft;
        ctx.fillText(word, left + 18, y + 6);
      }
      ctx.translate(left + 58, top + height / 2);
      ctx.rotate(Math.PI / 2);
      ctx.textAlign = 'center';
      ctx.font = `italic 13px ${theme.fontRead}`;
      ctx.fillText(`${scale.title}, log scale`, 0, 0);
      ctx.restore();
    },
  };
}

/** The diagonal in the colour of the ground: staying, self-transitions and rejections, is not a transition. */
export function stayingPlugin(n: number, theme: ChartTheme): Plugin {
  return {
    id: 'staying',
    beforeDatasetsDraw(chart: Chart) {
      const { ctx, chartArea: area } = chart;
      const w = area.width / Math.max(1, n);
      const h = area.height / Math.max(1, n);
      ctx.save();
      ctx.fillStyle = theme.ground;
      for (let i = 0; i < n; i++) ctx.fillRect(area.left + i * w, area.top + i * h, w, h);
      ctx.restore();
    },
  };
}
