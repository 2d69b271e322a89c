/** Paints the flows: ribbons that taper from source to target, solid downhill, dashed uphill. */
import {
  type ArcMark,
  arcCurve,
  curvePoint,
  type LandscapeLayout,
  type LevelMark,
  type Point,
} from './landscape-marks';
import type { ChartTheme } from './theme';

const STEPS = 48;

/** Draws weak flows first; with a state in focus only its own flows keep their strength. */
export function paintArcs(
  ctx: CanvasRenderingContext2D,
  layout: LandscapeLayout,
  theme: ChartTheme,
  focus: string | null,
): void {
  const levels = new Map(layout.levels.map((level) => [level.id, level]));
  const shown = focus === null ? layout.arcs : [...layout.arcs, ...spareArcs(layout, focus)];
  for (let i = shown.length - 1; i >= 0; i--) {
    const arc = shown[i]!;
    const from = levels.get(arc.from);
    const to = levels.get(arc.to);
    if (!from || !to) continue;
    const mine = focus === null || arc.from === focus || arc.to === focus;
    const strength = focus === null ? arc.alpha : mine ? Math.max(arc.alpha, 0.9) : 0.07;
    ctx.globalAlpha = strength * Math.min(from.alpha, to.alpha);
    ctx.fillStyle = arc.direction === 'down' ? theme.down : theme.up;
    const points = samples(from, to, arc.direction, layout.field);
    ctx.beginPath();
    if (arc.direction === 'down') ribbon(ctx, points, arc.width, 0, STEPS);
    else dashes(ctx, points, arc.width);
    ctx.fill();
  }
}

/** Flows of the state in focus that the picture leaves out otherwise. */
export function spareArcs(layout: LandscapeLayout, focus: string): ArcMark[] {
  return layout.spare.filter((arc) => arc.from === focus || arc.to === focus);
}

function samples(
  from: LevelMark,
  to: LevelMark,
  direction: 'down' | 'up',
  field: LandscapeLayout['field'],
): Point[] {
  const curve = arcCurve(from, to, direction, field);
  return Array.from({ length: STEPS + 1 }, (_, i) => curvePoint(curve, i / STEPS));
}

/** Adds the ribbon between two samples to the path; full width at the source, a third at the target. */
function ribbon(
  ctx: CanvasRenderingContext2D,
  points: readonly Point[],
  width: number,
  first: number,
  last: number,
): void {
  const edge = (i: number, side: number): [number, number] => {
    const before = points[Math.max(0, i - 1)]!;
    const after = points[Math.min(points.length - 1, i + 1)]!;
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    const half = (side * width * (1 - (0.68 * i) / STEPS)) / 2;
    const at = points[i]!;
    return [
      at.x - ((after.y - before.y) / length) * half,
      at.y + ((after.x - before.x) / length) * half,
    ];
  };
  ctx.moveTo(...edge(first, 1));
  for (let i = first + 1; i <= last; i++) ctx.lineTo(...edge(i, 1));
  for (let i = last; i >= first; i--) ctx.lineTo(...edge(i, -1));
  ctx.closePath();
}

/** The ribbon in dashes of about even length, however long the curve is. */
function dashes(ctx: CanvasRenderingContext2D, points: Point[], width: number): void {
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    length += Math.hypot(points[i]!.x - points[i - 1]!.x, points[i]!.y - points[i - 1]!.y);
  }
  const period = 9 + width * 1.1;
  const count = Math.max(2, Math.round(length / period));
  const fine = resample(points, count * 3, length);
  for (let i = 0; i < count; i++) {
    const share = (i * 3) / (fine.length - 1);
    ribbonOf(ctx, fine.slice(i * 3, i * 3 + 3), width * (1 - 0.68 * share));
  }
}

function ribbonOf(ctx: CanvasRenderingContext2D, piece: readonly Point[], width: number): void {
  const first = piece[0]!;
  const last = piece[piece.length - 1]!;
  const length = Math.hypot(last.x - first.x, last.y - first.y) || 1;
  const nx = (-(last.y - first.y) / length) * (width / 2);
  const ny = ((last.x - first.x) / length) * (width / 2);
  piece.forEach((p, i) => {
    if (i === 0) ctx.moveTo(p.x + nx, p.y + ny);
    else ctx.lineTo(p.x + nx, p.y + ny);
  });
  for (const p of piece.toReversed()) ctx.lineTo(p.x - nx, p.y - ny);
  ctx.closePath();
}

/** `n + 1` points at even distances along a polyline. */
function resample(points: readonly Point[], n: number, length: number): Point[] {
  const out: Point[] = [points[0]!];
  let walked = 0;
  let next = length / n;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const piece = Math.hypot(b.x - a.x, b.y - a.y);
    while (walked + piece >= next && out.length < n) {
      const t = (next - walked) / piece;
      out.push({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
      next += length / n;
    }
    walked += piece;
  }
  out.push(points[points.length - 1]!);
  return out;
}
