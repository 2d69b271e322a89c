/** The pairs on cycles as a network of flows: what the exact conditional test moves, and what it keeps. */
import type { FittedBlock } from './balance-test';
import { bridges } from '../graph/bridges';
import { logistic } from '../potential/action';

/**
 * The pairs of all blocks that lie on a cycle, numbered 0 to m - 1. Pair e from f to g > f is arc 2e
 * (f -> g) and arc 2e + 1 (g -> f). A pair on no cycle has its counts fixed by the pair totals and the
 * net outflows, and adds nothing to X2: it is left out.
 */
export interface ExactNetwork {
  states: number;
  pairs: number;
  /** n + 1 offsets into `arc`. */
  start: Int32Array;
  /** The arcs that leave each state. */
  arc: Int32Array;
  /** 2m: where an arc leads. That of arc ^ 1 is where it starts. */
  head: Int32Array;
  /**
   * 2m: how many counts may still be turned into this direction, which is what the other direction has:
   * room[2e] = N_gf, room[2e + 1] = N_fg, and their sum is B.
   */
  room: Float64Array;
  /** m: B p of f -> g at the fit, the same for every table with these totals and net outflows. */
  expected: Float64Array;
  /** m: B p (1 - p) at the fit. */
  variance: Float64Array;
}

/** The network of fitted blocks, holding the counts of the data. O(n + m). */
export function exactNetwork(blocks: FittedBlock[]): ExactNetwork {
  const from: number[] = [];
  const head: number[] = [];
  const room: number[] = [];
  const expected: number[] = [];
  const variance: number[] = [];
  let states = 0;
  for (const { graph, theta } of blocks) {
    const onNoCycle = bridges(graph);
    for (let f = 0; f < graph.states; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        const g = graph.neighbour[k]!;
        if (g < f || onNoCycle[k]) continue;
        const [out, back] = [graph.out[k]!, graph.back[k]!];
        const p = logistic(theta[f]! - theta[g]!);
        from.push(states + f, states + g);
        head.push(states + g, states + f);
        room.push(back, out);
        expected.push((out + back) * p);
        variance.push((out + back) * p * logistic(theta[g]! - theta[f]!));
      }
    }
    states += graph.states;
  }
  const start = new Int32Array(states + 1);
  for (const f of from) start[f + 1]!++;
  for (let f = 0; f < states; f++) start[f + 1]! += start[f]!;
  const next = start.slice(0, states);
  const arc = new Int32Array(from.length);
  from.forEach((f, a) => (arc[next[f]!++] = a));
  return {
    states,
    pairs: expected.length,
    start,
    arc,
    head: Int32Array.from(head),
    room: Float64Array.from(room),
    expected: Float64Array.from(expected),
    variance: Float64Array.from(variance),
  };
}

/** X2 of what `room` holds now: the fit is the same for all tables, so that no new one is needed. */
export function networkX2({ pairs, room, expected, variance }: ExactNetwork): number {
  let X2 = 0;
  for (let e = 0; e < pairs; e++) {
    const residual = room[2 * e + 1]! - expected[e]!;
    if (variance[e]! > 0) X2 += (residual * residual) / variance[e]!;
  }
  return X2;
}
