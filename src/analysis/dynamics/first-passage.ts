/** Mean first-passage times of a kernel (method.md 6): steps until a set of states is entered. */
import { absorbingSolver, unmarked, weightInto } from './absorbing-solve';
import { closedKernel, type ClosedKernel } from '../graph/closed-kernel';

/**
 * n mean numbers of steps from each state until a state with a mark is entered, staying counted as a
 * step: t_f = 1 + sum_g T_fg t_g, and 0 in the set. The kernel is strongly connected and at least one
 * state is marked. Infinite or NaN where it is beyond a float64; null where a large core did not
 * settle.
 */
export function meanFirstPassage(kernel: ClosedKernel, target: Uint8Array): Float64Array | null {
  const outside = unmarked(target);
  const inner = closedKernel(kernel.rowStart, kernel.target, kernel.weight, outside);
  const solver = absorbingSolver(inner, weightInto(kernel, outside, target));
  const found = solver.solve(new Float64Array(outside.length).fill(1));
  if (!found) return null;
  const times = new Float64Array(kernel.states);
  outside.forEach((f, i) => (times[f] = found[i]!));
  return times;
}

/** Multiplications spent on Kemeny's constant at most. */
const work = 1e8;

/**
 * Kemeny's constant: mean steps to a state drawn from the stationary distribution `pi`, 0 where it is
 * the start; the same from every start (Kemeny and Snell 1960), the sum of 1 / (1 - lambda) over the
 * eigenvalues but the first. With N the inverse of I - T without the likeliest state r it is
 * trace N - sum pi_f m_fr (Hunter 2014). 'too large' beyond the work allowed; null as above.
 */
export function kemenyConstant(
  kernel: ClosedKernel,
  pi: Float64Array,
): number | null | 'too large' {
  if ((kernel.states + kernel.target.length) * kernel.states > work) return 'too large';
  const marked = new Uint8Array(kernel.states);
  marked[pi.indexOf(pi.reduce((most, p) => Math.max(most, p), 0))] = 1;
  const outside = unmarked(marked);
  const inner = closedKernel(kernel.rowStart, kernel.target, kernel.weight, outside);
  const solver = absorbingSolver(inner, weightInto(kernel, outside, marked));
  if (!((solver.size + kernel.states) * kernel.states <= work)) return 'too large';
  const given = new Float64Array(outside.length).fill(1);
  const times = solver.solve(given);
  if (!times) return null;
  let constant = 0;
  for (let i = 0; i < outside.length; i++) {
    given.fill(0);
    given[i] = 1;
    constant += solver.solve(given)![i]! - pi[outside[i]!]! * times[i]!;
  }
  return constant;
}
