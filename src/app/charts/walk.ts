/** The walker's motion over the landscape: one hop at a time, where it is at a given moment. */
import {
  arcCurve,
  curvePoint,
  type LandscapeLayout,
  type LevelMark,
  type Point,
} from '../../charts/landscape-marks';
import type { PaintOptions } from '../../charts/landscape-paint';
import { ease } from '../../charts/landscape-motion';

/** One attempt as the picture shows it; a new object for every attempt. */
export interface Walker {
  from: string;
  /** The state reached; null or `from` where the attempt was rejected. */
  to: string | null;
  accepted: boolean;
}

const HOP_MS = 560;
const ABOVE = 9;

/** Follows the newest attempt; attempts that come during a hop are skipped but for the last. */
export class Walk {
  #hop: (Walker & { start: number }) | null = null;
  #next: Walker | null = null;
  #trail: Point[] = [];

  /** Takes a new attempt, or null at the end of the run. */
  follow(walker: Walker | null, now: number, still: boolean): void {
    if (!walker) {
      this.#hop = this.#next = null;
      this.#trail = [];
    } else if (still) this.#hop = { ...walker, start: -Infinity };
    else if (this.#hop && now - this.#hop.start < HOP_MS) this.#next = walker;
    else this.#begin(walker, now);
  }

  get moving(): boolean {
    return this.#hop !== null && (this.#hop.start > -Infinity || this.#next !== null);
  }

  /** The mark to paint at time `now` in milliseconds over `layout`. */
  mark(layout: LandscapeLayout, now: number): PaintOptions['walker'] {
    if (!this.#hop) return null;
    if (now - this.#hop.start >= HOP_MS && this.#next) this.#begin(this.#next, now);
    const hop = this.#hop;
    const from = layout.levels.find((level) => level.id === hop.from);
    const to = layout.levels.find((level) => level.id === hop.to) ?? from;
    if (!from || !to) return null;
    const t = (now - hop.start) / HOP_MS;
    if (t >= 1) {
      if (!this.#next) hop.start = -Infinity;
      this.#trail = [];
      return {
        at: rest(hop.accepted ? to : from),
        state: hop.accepted ? 'resting' : 'refused',
        trail: [],
      };
    }
    const at = hop.accepted ? along(from, to, ease(t), layout.field) : bounce(from, t);
    this.#trail = [...this.#trail.slice(-9), at];
    const state = hop.accepted || t < 0.5 ? 'moving' : 'refused';
    return { at, state, trail: this.#trail };
  }

  #begin(walker: Walker, now: number): void {
    this.#hop = { ...walker, start: now };
    this.#next = null;
    this.#trail = [];
  }
}

const rest = (level: LevelMark): Point =>
  level.zone === 'never' || level.zone === 'aside'
    ? { x: level.x, y: level.y - 4 }
    : { x: level.x, y: level.y - ABOVE };

function along(from: LevelMark, to: LevelMark, t: number, field: LandscapeLayout['field']): Point {
  const direction = to.x >= from.x || to.zone === 'never' ? 'down' : 'up';
  const at = curvePoint(arcCurve(from, to, direction, field), t);
  // From its seat on the level onto the curve, and back to a seat at the end.
  const a = rest(from);
  const b = rest(to);
  const near = Math.max(0, 1 - t * 5);
  const far = Math.max(0, 1 - (1 - t) * 5);
  const stay = 1 - near - far;
  return { x: a.x * near + b.x * far + at.x * stay, y: a.y * near + b.y * far + at.y * stay };
}

const bounce = (level: LevelMark, t: number): Point => {
  const seat = rest(level);
  return { x: seat.x, y: seat.y - 22 * 4 * t * (1 - t) };
};
