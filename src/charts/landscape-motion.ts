/** The landscape between two layouts: every mark moves from where it was to where it belongs. */
import type { ArcMark, LandscapeLayout, LevelMark, TickMark } from './landscape-marks';

/** Slow at both ends. */
export function ease(t: number): number {
  const u = Math.min(1, Math.max(0, t));
  return u * u * (3 - 2 * u);
}

/** The layout at share `t` in [0, 1] of the way from `a` to `b`; marks that come or go fade. */
export function between(a: LandscapeLayout, b: LandscapeLayout, t: number): LandscapeLayout {
  if (t >= 1) return b;
  return {
    ...b,
    axis: {
      ...b.axis,
      top: mix(a.axis.top, b.axis.top, t),
      bottom: mix(a.axis.bottom, b.axis.bottom, t),
    },
    breaks:
      a.breaks.length === b.breaks.length
        ? b.breaks.map((y, i) => mix(a.breaks[i]!, y, t))
        : b.breaks,
    levels: merge(a.levels, b.levels, t, (mark) => mark.id, mixLevels),
    arcs: merge(a.arcs, b.arcs, t, (mark) => mark.id, mixArcs),
    ticks: merge(a.ticks, b.ticks, t, (mark) => mark.text, mixTicks),
  };
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

function merge<M extends { alpha: number }>(
  before: readonly M[],
  after: readonly M[],
  t: number,
  id: (mark: M) => string,
  blend: (a: M, b: M, t: number) => M,
): M[] {
  const old = new Map(before.map((mark) => [id(mark), mark]));
  const marks = after.map((mark) => {
    const was = old.get(id(mark));
    old.delete(id(mark));
    return was ? blend(was, mark, t) : { ...mark, alpha: mark.alpha * t };
  });
  const leaving = [...old.values()].filter((mark) => mark.alpha * (1 - t) > 0.02);
  return [...leaving.map((mark) => ({ ...mark, alpha: mark.alpha * (1 - t) })), ...marks];
}

function mixLevels(a: LevelMark, b: LevelMark, t: number): LevelMark {
  const whisker =
    a.whisker && b.whisker
      ? {
          ...b.whisker,
          top: mix(a.whisker.top, b.whisker.top, t),
          bottom: mix(a.whisker.bottom, b.whisker.bottom, t),
        }
      : t > 0.5
        ? b.whisker
        : a.whisker;
  return {
    ...b,
    zone: t > 0.5 ? b.zone : a.zone,
    x: mix(a.x, b.x, t),
    y: mix(a.y, b.y, t),
    half: mix(a.half, b.half, t),
    labelY: mix(a.labelY, b.labelY, t),
    alpha: mix(a.alpha, b.alpha, t),
    whisker,
  };
}

function mixArcs(a: ArcMark, b: ArcMark, t: number): ArcMark {
  return { ...b, width: mix(a.width, b.width, t), alpha: mix(a.alpha, b.alpha, t) };
}

function mixTicks(a: TickMark, b: TickMark, t: number): TickMark {
  return { ...b, y: mix(a.y, b.y, t), alpha: mix(a.alpha, b.alpha, t) };
}
