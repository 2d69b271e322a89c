/** Paints the ground under the levels: a tint, and waterlines as on engraved charts, fading with depth. */
import type { LandscapeLayout, LevelMark } from './landscape-marks';
import type { ChartTheme } from './theme';

const LINES = 7;

export function paintGround(
  ctx: CanvasRenderingContext2D,
  layout: LandscapeLayout,
  theme: ChartTheme,
): void {
  const levels = layout.levels
    .filter((level) => level.zone === 'main' || level.zone === 'above' || level.zone === 'below')
    .toSorted((a, b) => a.x - b.x);
  if (levels.length === 0) return;
  const { left, right, bottom } = layout.field;
  const end = Math.min(right, levels[levels.length - 1]!.x + 60);
  ctx.save();
  ctx.globalAlpha = 1;
  surface(ctx, levels, left, right, 0);
  ctx.lineTo(right, bottom + 8);
  ctx.lineTo(left, bottom + 8);
  ctx.closePath();
  const highest = Math.min(...levels.map((level) => level.y));
  const tint = ctx.createLinearGradient(0, highest, 0, bottom + 8);
  tint.addColorStop(0, theme.ground);
  tint.addColorStop(1, transparent(theme.ground));
  ctx.fillStyle = tint;
  ctx.globalAlpha = 0.75;
  ctx.fill();
  ctx.clip();
  let depth = 0;
  for (let i = 1; i <= LINES; i++) {
    depth += 4 + i * 1.5;
    surface(ctx, levels, left, Math.max(end, right), depth);
    ctx.globalAlpha = 0.5 * (1 - i / (LINES + 1));
    ctx.lineWidth = 0.75;
    ctx.strokeStyle = theme.ruleStrong;
    ctx.stroke();
  }
  ctx.restore();
  surface(ctx, levels, left, right, 0);
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.muted;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** The line through all levels: flat on each, smooth between them. */
function surface(
  ctx: CanvasRenderingContext2D,
  levels: readonly LevelMark[],
  left: number,
  right: number,
  depth: number,
): void {
  ctx.beginPath();
  ctx.moveTo(left, levels[0]!.y + depth);
  levels.forEach((level, i) => {
    const before = levels[i - 1];
    const y = level.y + depth;
    const start = level.x - level.half;
    if (before) {
      const from = before.x + before.half;
      const middle = (from + start) / 2;
      ctx.bezierCurveTo(middle, before.y + depth, middle, y, Math.max(from, start), y);
    } else {
      ctx.lineTo(start, y);
    }
    ctx.lineTo(level.x + level.half, y);
  });
  ctx.lineTo(right, levels[levels.length - 1]!.y + depth);
}

const transparent = (hex: string): string => `${hex.trim().slice(0, 7)}00`;
