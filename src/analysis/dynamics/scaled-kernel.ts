/** A kernel between the square roots of its stationary distribution: symmetric where it is balanced. */
import { absorbingSolver, weightInto } from './absorbing-solve';
import { closedKernel, leaving, type ClosedKernel } from '../graph/closed-kernel';

/** Multiplications of one product with an inverse at most. */
const solveWork = 5e6;

/** S_fg = T_fg sqrt(pi_f / pi_g), staying included, as products; u = sqrt(pi) has u S = S u = u. */
export interface ScaledKernel {
  root: Float64Array;
  multiply(v: Float64Array): Float64Array;
}

/** `logPi`, n values, is the stationary distribution up to a constant. */
export function scaledKernel(kernel: ClosedKernel, logPi: Float64Array): ScaledKernel {
  const { states, rowStart, target } = kernel;
  const stay = staying(kernel);
  const weight = kernel.weight.slice();
  for (let f = 0; f < states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++)
      weight[k]! *= Math.exp((logPi[f]! - logPi[target[k]!]!) / 2);
  }
  const multiply = (v: Float64Array) => {
    const product = new Float64Array(states);
    for (let f = 0; f < states; f++) {
      let sum = stay[f]! * v[f]!;
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) sum += weight[k]! * v[target[k]!]!;
      product[f] = sum;
    }
    return product;
  };
  return { root: rootOf(logPi), multiply };
}

/**
 * Products with the inverse of I - S^2, or of I - S where `squared` is false, for vectors without a part
 * along u, up to a part along u; null where they would be too slow. One state is pinned to 0, and
 * I - S^2 is I - S on twice the states, each step going from one half to the other: both have rows
 * that state reduction solves without subtractions.
 */
export function inverseProduct(
  kernel: ClosedKernel,
  logPi: Float64Array,
  squared: boolean,
): ((v: Float64Array) => Float64Array) | null {
  const n = kernel.states;
  const whole = squared ? doubled(kernel) : kernel;
  const pinned = logPi.indexOf(logPi.reduce((most, value) => Math.max(most, value), -Infinity));
  const marked = new Uint8Array(whole.states);
  marked[pinned] = 1;
  const others = Int32Array.from({ length: whole.states - 1 }, (_, i) => (i < pinned ? i : i + 1));
  const inner = closedKernel(whole.rowStart, whole.target, whole.weight, others);
  const logScale = Float64Array.from(others, (f) => logPi[f % n]!);
  const solver = absorbingSolver(inner, weightInto(whole, others, marked), logScale);
  if (!(solver.size <= solveWork)) return null;
  return (v) => {
    const given = Float64Array.from(others, (f) => (f < n ? v[f]! : 0));
    const found = solver.solve(given)!;
    const product = new Float64Array(n);
    for (let i = 0; i < n - 1; i++) product[others[i]!] = found[i]!;
    return product;
  };
}

/** Are all returns to a state even? Then the spectrum is symmetric: with lambda, -lambda. O(n + m). */
export function evenPeriod(kernel: ClosedKernel): boolean {
  if (staying(kernel).some((stay) => stay > 0)) return false;
  const parity = new Int8Array(kernel.states).fill(-1);
  parity[0] = 0;
  const queue = [0];
  for (let at = 0; at < queue.length; at++) {
    const f = queue[at]!;
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++) {
      const g = kernel.target[k]!;
      if (parity[g] === parity[f]) return false;
      if (parity[g]! >= 0) continue;
      parity[g] = 1 - parity[f]!;
      queue.push(g);
    }
  }
  return true;
}

/** n: chance of staying; rows within rounding of 1 have none. */
function staying(kernel: ClosedKernel): Float64Array {
  return leaving(kernel).map((leaves) => (leaves > 1 - 1e-12 ? 0 : 1 - leaves));
}

/** Two copies of the states; each step, staying too, goes to the other copy. */
function doubled(kernel: ClosedKernel): ClosedKernel {
  const { states: n, rowStart, target, weight } = kernel;
  const stay = staying(kernel);
  const start = new Int32Array(2 * n + 1);
  const to: number[] = [];
  const chance: number[] = [];
  for (let f = 0; f < 2 * n; f++) {
    const own = f % n;
    const other = f < n ? n : 0;
    for (let k = rowStart[own]!; k < rowStart[own + 1]!; k++) {
      to.push(target[k]! + other);
      chance.push(weight[k]!);
    }
    if (stay[own]! > 0) {
      to.push(own + other);
      chance.push(stay[own]!);
    }
    start[f + 1] = to.length;
  }
  return {
    states: 2 * n,
    rowStart: start,
    target: Int32Array.from(to),
    weight: Float64Array.from(chance),
  };
}

/** sqrt(pi), of length 1. */
function rootOf(logPi: Float64Array): Float64Array {
  let largest = -Infinity;
  for (const value of logPi) largest = Math.max(largest, value);
  const root = logPi.map((value) => Math.exp((value - largest) / 2));
  let sum = 0;
  for (const value of root) sum += value * value;
  return root.map((value) => value / Math.sqrt(sum));
}
