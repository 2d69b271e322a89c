/** The shortest cycle through a given pair, over the pairs seen both ways. */
import type { ForwardLists } from './forward-lists';

/** Pairs that are looked at in all before the rest is left out; a fraction of a second. */
const workLimit = 1e7;

/**
 * For each of `through` (its states, in the order of their importance) that is one of the pairs of
 * `lists`: the states of the cycle of fewest states through it, and of smallest variance among these.
 * Pairs on no cycle of up to `longest` states give none, nor does what is left when 1e7 pairs have
 * been looked at. Breadth first, O(p) each.
 */
export function shortestCycles(
  lists: ForwardLists,
  through: readonly [number, number][],
  longest: number,
): number[][] {
  const rows = bothWays(lists);
  const n = rows.start.length - 1;
  const distance = new Int32Array(n);
  const variance = new Float64Array(n);
  const back = new Int32Array(n);
  const queue = new Int32Array(n);
  const cycles: number[][] = [];
  let work = 0;

  /** Fills `back` towards f, without the pair f - g; whether g was reached. */
  const search = (f: number, g: number): boolean => {
    distance.fill(-1);
    distance[f] = 0;
    variance[f] = 0;
    queue[0] = f;
    let size = 1;
    for (let at = 0; at < size; at++) {
      const u = queue[at]!;
      // All states that lead to g with fewest steps have been seen.
      if (distance[g]! >= 0 && distance[u]! >= distance[g]!) return true;
      if (distance[u]! + 2 > longest) return false;
      for (let i = rows.start[u]!; i < rows.start[u + 1]!; i++) {
        work++;
        const v = rows.neighbour[i]!;
        if (u === f && v === g) continue;
        const sum = variance[u]! + rows.variance[i]!;
        if (distance[v]! < 0) {
          distance[v] = distance[u]! + 1;
          queue[size++] = v;
        } else if (distance[v] !== distance[u]! + 1 || variance[v]! <= sum) continue;
        variance[v] = sum;
        back[v] = u;
      }
    }
    return distance[g]! >= 0;
  };

  for (const [f, g] of through) {
    if (work > workLimit) break;
    if (!joined(rows, f, g) || !search(f, g)) continue;
    const states: number[] = [];
    for (let u = g; u !== f; u = back[u]!) states.push(u);
    cycles.push([...states, f]);
  }
  return cycles;
}

interface Rows {
  start: Int32Array;
  neighbour: Int32Array;
  variance: Float64Array;
}

/** Every pair in the rows of both of its ends. */
function bothWays({ rowStart, source, target, variance }: ForwardLists): Rows {
  const n = rowStart.length - 1;
  const start = new Int32Array(n + 1);
  for (let k = 0; k < target.length; k++) {
    start[source[k]! + 1]!++;
    start[target[k]! + 1]!++;
  }
  for (let f = 0; f < n; f++) start[f + 1]! += start[f]!;
  const next = start.slice(0, n);
  const neighbour = new Int32Array(2 * target.length);
  const both = new Float64Array(2 * target.length);
  for (let k = 0; k < target.length; k++) {
    for (const [f, g] of [
      [source[k]!, target[k]!],
      [target[k]!, source[k]!],
    ] as const) {
      const at = next[f]!++;
      neighbour[at] = g;
      both[at] = variance[k]!;
    }
  }
  return { start, neighbour, variance: both };
}

function joined({ start, neighbour }: Rows, f: number, g: number): boolean {
  return neighbour.subarray(start[f]!, start[f + 1]!).includes(g);
}
