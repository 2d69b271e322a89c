/** Which flows of the landscape are drawn, how wide, in which direction. */
import type { CountGraph } from '../transitions/types';
import { percent, whole } from './format';
import type { ArcMark, LevelMark } from './landscape-marks';

export interface Flow {
  from: number;
  to: number;
  count: number;
  direction: 'down' | 'up';
}

/** Width in pixels of a flow of `count` where the largest is `most`: the square root, so that weak ones are seen. */
export function flowWidth(count: number, most: number, widest: number): number {
  return most > 0 ? Math.max(0.7, widest * Math.sqrt(count / most)) : 0;
}

/**
 * The strongest flows of each direction, as many as the area carries (in px^2), and a note on what was left out.
 * `falling` are the states from high to low: what comes later is downhill of what comes before, even
 * where the picture keeps two nearly equal words in their old order.
 */
export function arcsOf(
  graph: CountGraph,
  levels: readonly LevelMark[],
  falling: readonly number[],
  slot: number,
  area: number,
): { arcs: ArcMark[]; spare: ArcMark[]; note: string } {
  const rank = new Map(falling.map((state, i) => [state, i]));
  const flows: Flow[] = [];
  for (const level of levels) {
    const from = level.state;
    for (let k = graph.rowStart[from]!; k < graph.rowStart[from + 1]!; k++) {
      const to = graph.target[k]!;
      const place = rank.get(to);
      if (place === undefined) continue;
      const direction = place > rank.get(from)! ? 'down' : 'up';
      flows.push({ from, to, count: graph.count[k]!, direction });
    }
  }
  const most = flows.reduce((max, flow) => Math.max(max, flow.count), 0);
  const total = flows.reduce((sum, flow) => sum + flow.count, 0);
  const limit = Math.round(Math.min(260, Math.max(area < 200_000 ? 40 : 140, area / 3200)));
  const drawn = strongest(flows, limit);
  const widest = Math.min(11, Math.max(2.6, slot * 0.3));
  const share = drawn.reduce((sum, flow) => sum + flow.count, 0) / Math.max(1, total);
  const mark = (flow: Flow): ArcMark => ({
    id: `${flow.direction} ${String(flow.from)} ${String(flow.to)}`,
    from: graph.names[flow.from]!,
    to: graph.names[flow.to]!,
    direction: flow.direction,
    width: flowWidth(flow.count, most, widest),
    alpha: 0.38 + 0.47 * Math.sqrt(flow.count / most),
  });
  const kept = new Set(drawn);
  return {
    arcs: drawn.map(mark),
    spare: flows.length > 6000 ? [] : flows.filter((flow) => !kept.has(flow)).map(mark),
    note:
      drawn.length < flows.length
        ? `strongest ${whole(drawn.length)} of ${whole(flows.length)} flows drawn (${percent(share)} of transitions)`
        : '',
  };
}

/** Half of the places for each direction, what one leaves goes to the other; strongest first. */
function strongest(flows: readonly Flow[], limit: number): Flow[] {
  const sorted = flows.toSorted((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
  if (sorted.length <= limit) return sorted;
  const down = sorted.filter((flow) => flow.direction === 'down');
  const up = sorted.filter((flow) => flow.direction === 'up');
  const half = Math.floor(limit / 2);
  const downs = Math.min(down.length, Math.max(half, limit - up.length));
  const kept = new Set([...down.slice(0, downs), ...up.slice(0, limit - downs)]);
  return sorted.filter((flow) => kept.has(flow));
}
