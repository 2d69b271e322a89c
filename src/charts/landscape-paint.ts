/** Paints a landscape layout on a 2D canvas: ground, flows, levels, words, axis, key, walker. */
import { paintArcs, spareArcs } from './landscape-paint-arcs';
import { paintAxis, paintKey, paintTexts } from './landscape-paint-axis';
import { paintGround } from './landscape-paint-ground';
import type { LandscapeLayout, LevelMark, Point } from './landscape-marks';
import type { ChartTheme } from './theme';

export interface PaintOptions {
  /** The state whose flows stand out, all others step back. */
  focus?: string | null;
  /** Where the walker is, and how its last attempt ended. */
  walker?: { at: Point; state: 'moving' | 'resting' | 'refused'; trail: readonly Point[] } | null;
}

/** Draws one frame; `ctx` is scaled so that one unit is one CSS pixel. The canvas is cleared, not filled. */
export function paintLandscape(
  ctx: CanvasRenderingContext2D,
  layout: LandscapeLayout,
  theme: ChartTheme,
  options: PaintOptions = {},
): void {
  ctx.clearRect(0, 0, layout.width, layout.height);
  ctx.lineJoin = 'round';
  ctx.textBaseline = 'alphabetic';
  const focus = options.focus ?? null;
  const near = focus === null ? null : neighbours(layout, focus);
  paintGround(ctx, layout, theme);
  paintAxis(ctx, layout, theme);
  paintArcs(ctx, layout, theme, focus);
  for (const level of layout.levels) paintLevel(ctx, level, theme, focus, near);
  for (const level of layout.levels) paintLabel(ctx, level, layout, theme, focus, near);
  paintKey(ctx, layout, theme);
  paintTexts(ctx, layout, theme);
  if (options.walker) paintWalker(ctx, options.walker, theme);
  ctx.globalAlpha = 1;
}

/** States with a drawn flow from or to the state in focus. */
function neighbours(layout: LandscapeLayout, focus: string): Set<string> {
  const near = new Set([focus]);
  for (const arc of [...layout.arcs, ...spareArcs(layout, focus)]) {
    if (arc.from === focus) near.add(arc.to);
    if (arc.to === focus) near.add(arc.from);
  }
  return near;
}

const dimmed = (id: string, near: Set<string> | null): number =>
  near === null || near.has(id) ? 1 : 0.4;

function paintLevel(
  ctx: CanvasRenderingContext2D,
  level: LevelMark,
  theme: ChartTheme,
  focus: string | null,
  near: Set<string> | null,
): void {
  ctx.globalAlpha = level.alpha * dimmed(level.id, near);
  if (level.zone === 'never' || level.zone === 'aside') {
    ctx.beginPath();
    ctx.arc(level.x, level.y - 4, 3.5, 0, 2 * Math.PI);
    ctx.lineWidth = 1.25;
    ctx.strokeStyle = level.id === focus ? theme.accent : theme.muted;
    ctx.stroke();
    return;
  }
  const { whisker } = level;
  if (whisker && whisker.bottom - whisker.top > 1.5) {
    const cap = Math.min(4.5, Math.max(1, level.half * 0.7));
    const crowded = level.half < 1.6;
    ctx.strokeStyle = theme.soft;
    ctx.lineWidth = crowded ? 0.6 : level.half < 4 ? 0.75 : 1.25;
    if (crowded) ctx.globalAlpha *= 0.5;
    ctx.beginPath();
    ctx.moveTo(level.x, whisker.top);
    ctx.lineTo(level.x, whisker.bottom);
    for (const end of ['top', 'bottom'] as const) {
      if (crowded || (end === 'top' ? whisker.openTop : whisker.openBottom)) continue;
      ctx.moveTo(level.x - cap, whisker[end]);
      ctx.lineTo(level.x + cap, whisker[end]);
    }
    ctx.stroke();
  }
  ctx.globalAlpha = level.alpha * dimmed(level.id, near);
  ctx.strokeStyle = level.id === focus ? theme.accent : theme.ink;
  ctx.lineCap = 'butt';
  ctx.lineWidth = level.id === focus ? 4.5 : level.half < 4 ? 1.75 : 3;
  ctx.beginPath();
  const half = Math.max(level.half, level.id === focus ? 5 : 0);
  ctx.moveTo(level.x - half, level.y);
  ctx.lineTo(level.x + half, level.y);
  ctx.stroke();
}

function paintLabel(
  ctx: CanvasRenderingContext2D,
  level: LevelMark,
  layout: LandscapeLayout,
  theme: ChartTheme,
  focus: string | null,
  near: Set<string> | null,
): void {
  const chosen = level.id === focus;
  const text = level.label || (chosen ? level.id : '');
  if (text === '') return;
  const shelf = level.zone === 'never' || level.zone === 'aside';
  const size = shelf ? 11.5 : layout.fontSize;
  ctx.font = `${chosen ? '700' : '500'} ${String(size)}px ${theme.fontState}`;
  ctx.globalAlpha = level.alpha * dimmed(level.id, near);
  const colour = chosen ? theme.accent : shelf ? theme.soft : theme.ink;
  if (shelf) {
    ctx.textAlign = 'left';
    write(ctx, text, level.x + 8, level.y, colour, theme.paper, 0);
    return;
  }
  const y = level.label ? level.labelY : level.y + 8;
  if (layout.angle === 0) {
    ctx.textAlign = level.labelAside ? 'right' : 'center';
    write(ctx, text, level.x - (level.labelAside ? 8 : 0), y + size * 0.8, colour, theme.paper);
    ctx.textAlign = 'center';
    ctx.font = `italic ${String(size - 1)}px ${theme.fontState}`;
    if (level.bound) write(ctx, level.bound, level.x, y + size * 2, theme.soft, theme.paper);
    return;
  }
  ctx.save();
  ctx.translate(level.x, y);
  ctx.rotate(layout.angle === 45 ? -Math.PI / 4 : -Math.PI / 2);
  ctx.textAlign = 'right';
  write(ctx, level.bound ? `${text} ${level.bound}` : text, 0, size * 0.36, colour, theme.paper);
  ctx.restore();
}

/** Text with a halo of paper, so that it stays legible over flows. */
function write(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  halo: string,
  width = 4,
): void {
  if (width > 0) {
    ctx.strokeStyle = halo;
    ctx.lineWidth = width;
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

function paintWalker(
  ctx: CanvasRenderingContext2D,
  walker: NonNullable<PaintOptions['walker']>,
  theme: ChartTheme,
): void {
  walker.trail.forEach((point, i) => {
    ctx.globalAlpha = (0.4 * (i + 1)) / (walker.trail.length + 1);
    ctx.fillStyle = theme.walker;
    ctx.beginPath();
    ctx.arc(point.x, point.y, 2 + (3 * i) / walker.trail.length, 0, 2 * Math.PI);
    ctx.fill();
  });
  const { x, y } = walker.at;
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.arc(x, y, 7, 0, 2 * Math.PI);
  ctx.fillStyle = walker.state === 'refused' ? theme.paper : theme.walker;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = theme.ink;
  ctx.stroke();
  if (walker.state !== 'refused') return;
  ctx.beginPath();
  ctx.moveTo(x - 3, y - 3);
  ctx.lineTo(x + 3, y + 3);
  ctx.moveTo(x + 3, y - 3);
  ctx.lineTo(x - 3, y + 3);
  ctx.stroke();
}
