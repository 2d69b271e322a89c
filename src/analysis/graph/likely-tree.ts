/** The spanning tree of a block whose pairs are most likely to be drawn in both directions. */
import type { FittedBlock } from '../balance/balance-test';
import type { Pairs } from '../balance/bootstrap-frame';

/**
 * Numbers of n - 1 pairs that span a connected block, by largest smaller expected count (Prim 1957).
 * Where a replica has counts both ways on all of them it is strongly connected. O(n^2).
 */
export function likelyTree({ graph }: FittedBlock, { both, logOdds, ofEntry }: Pairs): Int32Array {
  const { states, rowStart, neighbour } = graph;
  const best = new Float64Array(states).fill(-1);
  const by = new Int32Array(states);
  const done = new Uint8Array(states);
  const tree = new Int32Array(states - 1);
  let f = 0;
  for (let size = 0; size < states - 1; size++) {
    done[f] = 1;
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const g = neighbour[k]!;
      const i = ofEntry[k]!;
      const smaller = both[i]! / (1 + Math.exp(Math.abs(logOdds[i]!)));
      if (done[g] || smaller <= best[g]!) continue;
      best[g] = smaller;
      by[g] = i;
    }
    let next = -1;
    for (let g = 0; g < states; g++) if (!done[g] && (next < 0 || best[g]! > best[next]!)) next = g;
    tree[size] = by[next]!;
    f = next;
  }
  return tree;
}
