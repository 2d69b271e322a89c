/** Paints the landscape's axis with its breaks, the key above the picture, and the words round it. */
import type { KeyMark, LandscapeLayout } from './landscape-marks';
import type { ChartTheme } from './theme';

export function paintAxis(
  ctx: CanvasRenderingContext2D,
  layout: LandscapeLayout,
  theme: ChartTheme,
): void {
  const { axis, field, breaks } = layout;
  const x = field.left - 4;
  const top = breaks.some((y) => y < axis.top) ? field.top : axis.top - 8;
  const bottom = breaks.some((y) => y > axis.bottom) ? field.bottom : axis.bottom;
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.ruleStrong;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  ctx.textAlign = 'right';
  ctx.font = `11px ${theme.fontState}`;
  for (const tick of layout.ticks) {
    ctx.globalAlpha = tick.alpha;
    ctx.strokeStyle = theme.ruleStrong;
    ctx.beginPath();
    ctx.moveTo(x - 5, tick.y);
    ctx.lineTo(x, tick.y);
    ctx.stroke();
    ctx.fillStyle = theme.soft;
    ctx.fillText(tick.text, x - 8, tick.y + 3.5);
    ctx.globalAlpha = tick.alpha * 0.6;
    ctx.strokeStyle = theme.rule;
    ctx.setLineDash([1, 4]);
    ctx.beginPath();
    ctx.moveTo(x, tick.y);
    ctx.lineTo(field.right, tick.y);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  ctx.globalAlpha = 1;
  for (const y of breaks) paintBreak(ctx, x, y, field.right, theme);
  ctx.save();
  ctx.translate(field.left < 60 ? 12 : 16, (field.top + field.bottom) / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.textAlign = 'center';
  ctx.font = `italic 13.5px ${theme.fontRead}`;
  ctx.fillStyle = theme.soft;
  ctx.fillText(axis.title, 0, 0, field.bottom - field.top + 30);
  ctx.restore();
}

/** Two slanted strokes on the axis, and a line of dashes across: what is beyond has no finite height. */
function paintBreak(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  right: number,
  theme: ChartTheme,
): void {
  ctx.fillStyle = theme.paper;
  ctx.fillRect(x - 2, y - 4, 4, 8);
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  for (const dy of [-4, 4]) {
    ctx.moveTo(x - 6, y + dy + 3);
    ctx.lineTo(x + 6, y + dy - 3);
  }
  ctx.stroke();
  ctx.strokeStyle = theme.ruleStrong;
  ctx.setLineDash([2, 5]);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x + 10, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

export function paintTexts(
  ctx: CanvasRenderingContext2D,
  layout: LandscapeLayout,
  theme: ChartTheme,
): void {
  ctx.globalAlpha = 1;
  ctx.font = `italic 12.5px ${theme.fontRead}`;
  ctx.fillStyle = theme.muted;
  for (const mark of [...layout.texts, ...layout.notes]) {
    ctx.textAlign = mark.align;
    ctx.strokeStyle = theme.paper;
    ctx.lineWidth = 4;
    if (mark.align === 'right') ctx.strokeText(mark.text, mark.x, mark.y);
    ctx.fillText(mark.text, mark.x, mark.y, layout.width);
  }
}

export function paintKey(
  ctx: CanvasRenderingContext2D,
  layout: LandscapeLayout,
  theme: ChartTheme,
): void {
  ctx.globalAlpha = 1;
  ctx.textAlign = 'left';
  for (const item of layout.key) {
    paintKeyMark(ctx, item, theme);
    ctx.font = `12px ${theme.fontControl}`;
    ctx.fillStyle = theme.soft;
    ctx.fillText(item.text, item.x + item.width + 6, item.y);
  }
}

function paintKeyMark(ctx: CanvasRenderingContext2D, item: KeyMark, theme: ChartTheme): void {
  const { x, width } = item;
  const y = item.y - 4;
  ctx.fillStyle = item.kind === 'down' ? theme.down : item.kind === 'up' ? theme.up : theme.muted;
  ctx.beginPath();
  if (item.kind === 'down') wedge(ctx, x, x + width, y, 6, 2);
  else if (item.kind === 'up') {
    for (let i = 0; i < 4; i++) {
      const start = x + width - i * 9;
      wedge(ctx, start - 6, start, y, 6 - (i + 1) * 1.1, 6 - i * 1.1);
    }
  } else if (item.kind === 'width') wedge(ctx, x, x + width, y, 10, 3.4);
  else {
    ctx.strokeStyle = theme.soft;
    ctx.lineWidth = 1.25;
    ctx.moveTo(x + 7, y - 7);
    ctx.lineTo(x + 7, y + 7);
    for (const dy of [-7, 7]) {
      ctx.moveTo(x + 3, y + dy);
      ctx.lineTo(x + 11, y + dy);
    }
    ctx.stroke();
    return;
  }
  ctx.fill();
}

/** A bar that tapers from the thickness at the left to the one at the right. */
function wedge(
  ctx: CanvasRenderingContext2D,
  left: number,
  right: number,
  y: number,
  a: number,
  b: number,
): void {
  ctx.moveTo(left, y - a / 2);
  ctx.lineTo(right, y - b / 2);
  ctx.lineTo(right, y + b / 2);
  ctx.lineTo(left, y + a / 2);
  ctx.closePath();
}
