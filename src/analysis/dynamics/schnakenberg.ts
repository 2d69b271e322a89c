/** Entropy production as a sum over independent cycles (Schnakenberg 1976; method.md 5.8). */
import type { ClosedKernel } from '../graph/closed-kernel';
import { findEdge } from '../graph/find-edge';
import { fluxPairs } from './flux-pairs';

/**
 * Sum over the chords of a spanning tree of net flux times the affinity of the cycle that the chord
 * closes, nats a step; the same number as the plug-in, by another way. Null where a pair was seen one
 * way only: its cycles have no finite affinity. `pi` is stationary, n values. O(m log).
 */
export function schnakenbergSum(kernel: ClosedKernel, pi: Float64Array): number | null {
  const height = treeHeights(kernel);
  let sum = 0;
  let finite = true;
  fluxPairs(kernel, pi, (f, g, a, b, logRatio) => {
    if (logRatio === Infinity) finite = false;
    else sum += (a - b) * (logRatio - (height[g]! - height[f]!)); // 0 for the tree's own pairs
  });
  return finite ? sum : null;
}

/** n: sum of ln(T_fg / T_gf) along the tree from the root, by breadth first over pairs both ways. */
function treeHeights(kernel: ClosedKernel): Float64Array {
  const { rowStart, target, weight } = kernel;
  const height = new Float64Array(kernel.states).fill(NaN);
  height[0] = 0;
  const queue = [0];
  for (let at = 0; at < queue.length; at++) {
    const f = queue[at]!;
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const g = target[k]!;
      if (!Number.isNaN(height[g]!)) continue;
      const back = findEdge(kernel, g, f);
      if (back < 0) continue;
      height[g] = height[f]! + (Math.log(weight[k]!) - Math.log(weight[back]!));
      queue.push(g);
    }
  }
  return height;
}
