/** The pairs of a kernel with their two stationary fluxes. */
import { findEdge } from '../graph/find-edge';
import type { ClosedKernel } from '../graph/closed-kernel';

/**
 * Calls `visit` once for every pair of states with an edge either way: a = pi_f T_fg, b = pi_g T_gf,
 * and ln(T_fg / T_gf), infinite for a pair seen one way only. Such a pair comes with its edge f -> g,
 * the others with f < g. `pi` has n values. O(m log).
 */
export function fluxPairs(
  kernel: ClosedKernel,
  pi: Float64Array,
  visit: (f: number, g: number, a: number, b: number, logRatio: number) => void,
): void {
  const { rowStart, target, weight } = kernel;
  for (let f = 0; f < kernel.states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const g = target[k]!;
      const other = findEdge(kernel, g, f);
      if (other >= 0 && g < f) continue; // done from the other end
      const back = other < 0 ? 0 : weight[other]!;
      const logRatio = other < 0 ? Infinity : Math.log(weight[k]!) - Math.log(back);
      visit(f, g, pi[f]! * weight[k]!, pi[g]! * back, logRatio);
    }
  }
}
