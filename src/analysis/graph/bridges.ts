/** Bridges of a neighbour graph: pairs that lie on no cycle. */
import type { NeighbourGraph } from './neighbour-graph';

/**
 * 2 x pairs: 1 where the graph falls apart without the pair (in both of its rows), else 0. Depth
 * first without recursion (Tarjan 1974), O(n + pairs).
 */
export function bridges(graph: NeighbourGraph): Uint8Array {
  const { states: n, rowStart, neighbour, mirror } = graph;
  const found = new Uint8Array(neighbour.length);
  /** Order of discovery, from 1; 0 where not seen yet. */
  const order = new Int32Array(n);
  /** Earliest state that is reached from below without the pair that led there. */
  const low = new Int32Array(n);
  const next = rowStart.slice(0, n);
  const stack = new Int32Array(n);
  /** Position of the pair that led to a state, in its parent's row; -1 at a root. */
  const entry = new Int32Array(n).fill(-1);
  let seen = 0;
  for (let root = 0; root < n; root++) {
    if (order[root]) continue;
    let depth = 0;
    stack[depth++] = root;
    order[root] = low[root] = ++seen;
    while (depth > 0) {
      const f = stack[depth - 1]!;
      if (next[f]! < rowStart[f + 1]!) {
        const k = next[f]!++;
        const g = neighbour[k]!;
        if (!order[g]) {
          entry[g] = k;
          order[g] = low[g] = ++seen;
          stack[depth++] = g;
        } else if (entry[f]! < 0 || k !== mirror[entry[f]!]) {
          low[f] = Math.min(low[f]!, order[g]!);
        }
        continue;
      }
      depth--;
      if (depth === 0) continue;
      const parent = stack[depth - 1]!;
      low[parent] = Math.min(low[parent]!, low[f]!);
      if (low[f]! > order[parent]!) found[entry[f]!] = found[mirror[entry[f]!]!] = 1;
    }
  }
  return found;
}
