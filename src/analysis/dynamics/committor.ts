/** Committors (method.md 6): the chance to enter one set of states before another. */
import { absorbingSolver, unmarked, weightInto } from './absorbing-solve';
import { closedKernel, type ClosedKernel } from '../graph/closed-kernel';

/**
 * n chances to enter `target` before `source` (both n marks, disjoint, not empty) from each state of a
 * strongly connected kernel: q = T q outside them, 0 in the source, 1 in the target (Metzner, Schütte
 * and Vanden-Eijnden 2009). Staying does not matter. Null where a large core did not settle.
 */
export function committor(
  kernel: ClosedKernel,
  source: Uint8Array,
  target: Uint8Array,
): Float64Array | null {
  const either = source.map((mark, f) => mark | target[f]!);
  const between = unmarked(either);
  const inner = closedKernel(kernel.rowStart, kernel.target, kernel.weight, between);
  const solver = absorbingSolver(inner, weightInto(kernel, between, either));
  const found = solver.solve(weightInto(kernel, between, target));
  if (!found) return null;
  const chances = Float64Array.from(target);
  between.forEach((f, i) => (chances[f] = Math.min(1, Math.max(0, found[i]!))));
  return chances;
}
