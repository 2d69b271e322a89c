/** The words of the landscape: along the level where they fit, slanted, upright, and thinned at many states. */
import { shortened, whole } from './format';
import type { LabelAngle, LevelMark } from './landscape-marks';
import type { Place } from './landscape-order';

export interface LabelPlan {
  angle: LabelAngle;
  fontSize: number;
  /** Room below the lowest level, in pixels. */
  room: number;
  /** Room left of the first level, for slanted words. */
  padLeft: number;
  set(levels: LevelMark[], slot: number): void;
  note(levels: readonly LevelMark[]): string;
}

/** Width of a character of the monospace in units of the font size. */
const ADVANCE = 0.605;
const LONGEST = 14;

/** Chooses the way the words are set from their number, their length and the width in pixels. */
export function labelsOf(placed: readonly Place[], width: number, narrow: boolean): LabelPlan {
  const n = Math.max(1, placed.length);
  const fontSize = narrow || n > 30 ? 11 : n <= 6 ? 14 : 12.5;
  const slot = width / n;
  const long = Math.max(1, ...placed.map((place) => [...shortened(place.name, LONGEST)].length));
  const bounds = placed.some((place) => place.bound);
  const length = long * ADVANCE * fontSize;
  const angle: LabelAngle = length <= slot * 0.98 ? 0 : slot >= fontSize * 1.75 ? 45 : 90;
  // Slanted and upright words carry their bound on the same line.
  const line = length + (bounds && angle !== 0 ? 6 * ADVANCE * fontSize : 0);
  const room = angle === 0 ? 30 + (bounds ? 14 : 0) : angle === 45 ? line * 0.72 + 16 : line + 14;
  const padLeft = angle === 45 ? Math.max(0, line * 0.7 - slot * 0.5) : 0;
  return {
    angle,
    fontSize,
    room: Math.max(room, 40),
    padLeft,
    set: (levels, width_) => {
      setLabels(levels, width_, fontSize, angle);
    },
    note: (levels) => {
      const named = levels.filter((level) => level.label !== '').length;
      return named < levels.length
        ? `${whole(named)} of ${whole(levels.length)} states named; point at the others`
        : '';
    },
  };
}

function setLabels(levels: LevelMark[], slot: number, fontSize: number, angle: LabelAngle): void {
  const gap = angle === 90 ? fontSize * 1.12 : 0;
  const every = Math.max(1, Math.ceil(gap / Math.max(slot, 1e-6)));
  // Under the interval; slanted and upright words all as far, so that they stay parallel.
  const reach = (level: LevelMark): number => (level.whisker ? level.whisker.bottom - level.y : 0);
  const reaches = levels.map(reach).sort((a, b) => a - b);
  const common = Math.min(26, reaches[Math.floor(reaches.length / 2)] ?? 0);
  // Short words stand beside long intervals, all of them or none.
  const tall = levels.some((level) => reach(level) > 12);
  const short = levels.every((level) => [...level.id].length * ADVANCE * fontSize < slot * 0.36);
  levels.forEach((level, i) => {
    const last = i === levels.length - 1;
    // Every k-th word, the lowest one always: its neighbours within k give way.
    if (every > 1 && !last && (i % every !== 0 || levels.length - 1 - i < every)) return;
    level.label = shortened(level.id, LONGEST);
    const below = angle === 0 ? reach(level) : common;
    level.labelAside = angle === 0 && tall && short;
    level.labelY = level.y + (level.labelAside ? 7 : Math.max(7, Math.min(52, below) + 5));
  });
}
