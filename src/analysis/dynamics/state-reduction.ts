/** Taking states out of a kernel one by one, without subtractions: what sparse solves here share. */
import type { ClosedKernel } from '../graph/closed-kernel';
import { DegreeQueue } from '../graph/degree-queue';

/** Below this many states elimination goes over to a dense table. */
const smallEnough = 64;
/** A state with more edges than this, in and out, is left to the dense table of the core. */
const edgesAtMost = 64;
/** The same while the core is still too large for one: what is left then has to be iterated. */
const edgesAtMostForTable = 256;
/** Above this many states a dense table is too slow. */
export const denseStates = 1000;
/** Fill that is always allowed: edges in the table of all states that are left. */
const fillAtLeast = 300_000;

/** A state that was taken out, with the rows as they stood then. */
export interface Removed {
  state: number;
  /** Chance of leaving it, exit included: the sum of its row. */
  total: number;
  /** States with a move to it, and that move's chance over `total`. */
  sources: number[];
  factors: number[];
}

export interface Reduction {
  /** In the order of removal. */
  removed: Removed[];
  /** States that are left, ascending. */
  core: Int32Array;
  /** Row of each state: of a removed one as it stood then, of the core in the end. */
  out: Map<number, number>[];
  /** n: chance to exit in a step, as `out`. */
  exit: Float64Array;
}

/**
 * States are taken out fewest edges first, each by the chain watched on the others (Grassmann, Taksar
 * and Heyman 1985): with no subtractions, so that every value has a small relative error, however slow
 * the kernel mixes. Ends when few states are left, when all have many edges, or when their edges pile
 * up: what is left is the core. `exit`, n chances to leave the states altogether, is 0 for a chain that
 * never ends. A chain of n states costs O(n).
 */
export function reduceStates(kernel: ClosedKernel, exit: Float64Array): Reduction {
  const n = kernel.states;
  const out: Map<number, number>[] = [];
  const into: Set<number>[] = Array.from({ length: n }, () => new Set());
  for (let f = 0; f < n; f++) {
    const row = new Map<number, number>();
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++) {
      row.set(kernel.target[k]!, kernel.weight[k]!);
      into[kernel.target[k]!]!.add(f);
    }
    out.push(row);
  }
  const left = exit.slice();
  const removed = eliminate(out, into, left);
  const gone = new Uint8Array(n);
  for (const { state } of removed) gone[state] = 1;
  const core = Int32Array.from(Array.from(gone.keys()).filter((f) => gone[f] === 0));
  return { removed, core, out, exit: left };
}

/** Takes states out of `out`, `into` and `exit` in place, until few are left or all have many edges. */
function eliminate(out: Map<number, number>[], into: Set<number>[], exit: Float64Array): Removed[] {
  const n = out.length;
  const removed: Removed[] = [];
  if (n <= smallEnough) return removed;
  const edges = (f: number) => out[f]!.size + into[f]!.size;
  const queue = new DegreeQueue(Int32Array.from(out, (_, f) => edges(f)));
  let size = out.reduce((sum, row) => sum + row.size, 0);
  const most = Math.max(1.2 * size, fillAtLeast);
  while (n - removed.length > smallEnough && size <= most) {
    const state = queue.pop();
    const large = n - removed.length > denseStates;
    if (edges(state) > (large ? edgesAtMostForTable : edgesAtMost)) break;
    const row = out[state]!;
    const sources = [...into[state]!];
    const touched = new Set([...sources, ...row.keys()]);
    const before = Array.from(touched, edges);
    let total = exit[state]!;
    for (const weight of row.values()) total += weight;
    const factors = sources.map((i) => out[i]!.get(state)! / total);
    size -= row.size;
    sources.forEach((i, s) => {
      const source = out[i]!;
      size -= source.size;
      source.delete(state);
      exit[i]! += factors[s]! * exit[state]!;
      for (const [j, weight] of row) {
        if (j === i) continue;
        source.set(j, (source.get(j) ?? 0) + factors[s]! * weight);
        into[j]!.add(i);
      }
      size += source.size;
    });
    for (const j of row.keys()) into[j]!.delete(state);
    let at = 0;
    for (const f of touched) queue.change(f, edges(f) - before[at++]!);
    removed.push({ state, total, sources, factors });
  }
  return removed;
}
