/** The chance ever to enter forbidden states, over the whole graph (method.md 6). */
import { absorbingSolver, unmarked, weightInto } from './absorbing-solve';
import { closedKernel, type ClosedKernel } from '../graph/closed-kernel';

/**
 * n chances that a walk from each state ever enters one with a mark: 1 in the set, 0 where no path
 * leads to it. Staying, on a rejection too, means trying again. A state without edges that is not
 * marked never enters: where it was never attempted that is not known, and the caller says so. Null
 * where a large core did not settle. Any kernel, strongly connected or not.
 */
export function chanceEverToEnter(
  kernel: ClosedKernel,
  forbidden: Uint8Array,
): Float64Array | null {
  const reaches = reaching(kernel, forbidden);
  const ends = reaches.map((mark, f) => (mark && !forbidden[f] ? 0 : 1));
  const between = unmarked(ends);
  const inner = closedKernel(kernel.rowStart, kernel.target, kernel.weight, between);
  const solver = absorbingSolver(inner, weightInto(kernel, between, ends));
  const found = solver.solve(weightInto(kernel, between, forbidden));
  if (!found) return null;
  const chances = Float64Array.from(forbidden);
  between.forEach((f, i) => (chances[f] = Math.min(1, Math.max(0, found[i]!))));
  return chances;
}

/** Marks of the states with a path to a marked one, the marked ones among them. O(n + m). */
function reaching({ states, rowStart, target, weight }: ClosedKernel, to: Uint8Array): Uint8Array {
  const start = new Int32Array(states + 1);
  for (let k = 0; k < target.length; k++) if (weight[k]! > 0) start[target[k]! + 1]!++;
  for (let g = 0; g < states; g++) start[g + 1]! += start[g]!;
  const source = new Int32Array(start[states]!);
  const next = start.slice();
  for (let f = 0; f < states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++)
      if (weight[k]! > 0) source[next[target[k]!]!++] = f;
  }
  const found = to.slice();
  const queue = Array.from(to.keys()).filter((f) => to[f]);
  for (let at = 0; at < queue.length; at++) {
    const g = queue[at]!;
    for (let k = start[g]!; k < start[g + 1]!; k++) {
      if (found[source[k]!]) continue;
      found[source[k]!] = 1;
      queue.push(source[k]!);
    }
  }
  return found;
}
