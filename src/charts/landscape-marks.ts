/** The drawable marks of the landscape: plain data between the layout, the motion and the painter. */
import type { Zone } from './landscape-order';

/** How the words are set: along the level, slanted, or upright. */
export type LabelAngle = 0 | 45 | 90;

/** One state. Lengths in CSS pixels, y downwards. */
export interface LevelMark {
  id: string;
  state: number;
  zone: Zone;
  x: number;
  y: number;
  /** Half the width of the level. */
  half: number;
  /** Ends of the 95% interval; null where there is no standard error. */
  whisker: { top: number; bottom: number; openTop: boolean; openBottom: boolean } | null;
  /** The word as shown; empty where it was thinned out. */
  label: string;
  /** Second line: the bound of a state beyond a break. */
  bound: string;
  labelY: number;
  /** The word stands left of its interval instead of below it. */
  labelAside: boolean;
  alpha: number;
}

/** One drawn flow. Its curve follows from its two levels. */
export interface ArcMark {
  id: string;
  from: string;
  to: string;
  /** Downhill arcs run above the ground and are solid, uphill arcs run below it and are dashed. */
  direction: 'down' | 'up';
  width: number;
  alpha: number;
}

export interface TickMark {
  text: string;
  y: number;
  alpha: number;
}

export interface TextMark {
  text: string;
  x: number;
  y: number;
  align: 'left' | 'right' | 'center';
}

/** An item of the key above the picture. */
export interface KeyMark {
  kind: 'down' | 'up' | 'width' | 'whisker' | 'words';
  text: string;
  x: number;
  y: number;
  width: number;
}

export interface LandscapeLayout {
  width: number;
  height: number;
  /** The field of the picture, without axis, key and shelf. */
  field: { left: number; right: number; top: number; bottom: number };
  /** The main slope's axis, without the bands beyond the breaks. */
  axis: { top: number; bottom: number; title: string };
  /** y of the breaks of the axis, at most one above and one below. */
  breaks: number[];
  levels: LevelMark[];
  arcs: ArcMark[];
  /** Flows left out of the picture, drawn only when one of their states is in focus. */
  spare: ArcMark[];
  ticks: TickMark[];
  key: KeyMark[];
  /** Words beside the bands and before the shelf. */
  texts: TextMark[];
  notes: TextMark[];
  angle: LabelAngle;
  fontSize: number;
  /** Names from left to right, to keep the order steady at the next layout. */
  order: string[];
}

export interface Point {
  x: number;
  y: number;
}

/**
 * Cubic curve of a flow: leaps to the right through the air, or to the left through the ground.
 * It keeps inside the field from top to bottom.
 */
export function arcCurve(
  from: Pick<LevelMark, 'x' | 'y' | 'half'>,
  to: Pick<LevelMark, 'x' | 'y' | 'half'>,
  direction: 'down' | 'up',
  field: { top: number; bottom: number },
): [Point, Point, Point, Point] {
  const side = direction === 'down' ? -1 : 1;
  const way = to.x >= from.x ? 1 : -1;
  const start = { x: from.x + way * from.half * 0.5, y: from.y + side * 2 };
  const end = { x: to.x - way * to.half * 0.35, y: to.y + side * 4 };
  const span = Math.abs(end.x - start.x);
  const lift = Math.min(110, 12 + 0.17 * span);
  const crest =
    side < 0
      ? Math.max(Math.min(start.y, end.y) - lift, field.top - 2)
      : Math.min(Math.max(start.y, end.y) + lift, field.bottom + 6);
  return [
    start,
    { x: start.x + way * span * 0.38, y: crest },
    { x: end.x - way * span * 0.04, y: crest },
    end,
  ];
}

/** The point of a cubic curve at `t` in [0, 1]. */
export function curvePoint(curve: readonly [Point, Point, Point, Point], t: number): Point {
  const u = 1 - t;
  const weights = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  let x = 0;
  let y = 0;
  for (let i = 0; i < 4; i++) {
    x += weights[i]! * curve[i]!.x;
    y += weights[i]! * curve[i]!.y;
  }
  return { x, y };
}
