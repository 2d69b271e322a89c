/** The core of the stationary solve: dense state reduction, or an iteration that says if it settled. */
import { denseStates } from './state-reduction';

/** Multiplications spent on an iteration at most. */
const work = 1e9;
/** Estimated relative error, in the sum over all states, at which an iteration has settled. */
const settled = 1e-11;

export interface CoreWeights {
  /** ln pi of each core state, up to a constant. */
  logWeights: Float64Array;
  converged: boolean;
}

/** ln of a sum of `factor(i) e^log(i)` over `size` terms, factors >= 0. */
export function logOfSum(
  size: number,
  log: (i: number) => number,
  factor: (i: number) => number,
): number {
  let largest = -Infinity;
  for (let i = 0; i < size; i++) if (factor(i) > 0) largest = Math.max(largest, log(i));
  let sum = 0;
  for (let i = 0; i < size; i++) if (factor(i) > 0) sum += factor(i) * Math.exp(log(i) - largest);
  return largest + Math.log(sum);
}

/** ln pi of the states `core`; `out` holds their rows, all of whose targets are in the core. */
export function coreLogWeights(core: Int32Array, out: Map<number, number>[]): CoreWeights {
  return core.length <= denseStates ? reduce(core, out) : iterate(core, out);
}

/** Dense state reduction (Grassmann, Taksar and Heyman 1985). O(n^3 / 3). */
function reduce(core: Int32Array, out: Map<number, number>[]): CoreWeights {
  const n = core.length;
  const local = new Map(Array.from(core, (f, i) => [f, i]));
  const table = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (const [g, weight] of out[core[i]!]!) table[i * n + local.get(g)!] = weight;
  }
  for (let k = n - 1; k > 0; k--) {
    let total = 0;
    for (let j = 0; j < k; j++) total += table[k * n + j]!;
    for (let i = 0; i < k; i++) {
      if (table[i * n + k] === 0) continue;
      const factor = (table[i * n + k]! /= total);
      for (let j = 0; j < k; j++) table[i * n + j]! += factor * table[k * n + j]!;
    }
  }
  const logWeights = new Float64Array(n);
  for (let k = 1; k < n; k++)
    logWeights[k] = logOfSum(
      k,
      (i) => logWeights[i]!,
      (i) => table[i * n + k]!,
    );
  return { logWeights, converged: true };
}

/**
 * Iterates y <- (y + y P) / 2, P the kernel of the moves alone and y_f = pi_f times the chance of
 * moving. The error is estimated as the change divided by 1 minus the factor by which it shrinks, so
 * that a slow kernel is not taken for a settled one. Parts that exchange less than 1e-11 of their
 * moves are beyond what it can see; counts below 1e10 have none.
 */
function iterate(core: Int32Array, out: Map<number, number>[]): CoreWeights {
  const n = core.length;
  const local = new Map(Array.from(core, (f, i) => [f, i]));
  const start = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) start[i + 1] = start[i]! + out[core[i]!]!.size;
  const target = new Int32Array(start[n]!);
  const chance = new Float64Array(start[n]!);
  const moving = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (const weight of out[core[i]!]!.values()) moving[i]! += weight;
    let at = start[i]!;
    for (const [g, weight] of out[core[i]!]!) {
      target[at] = local.get(g)!;
      chance[at++] = weight / moving[i]!;
    }
  }
  let y = new Float64Array(n).fill(1 / n);
  let next = new Float64Array(n);
  let converged = false;
  let reference = Infinity;
  const rounds = Math.floor(work / start[n]!);
  for (let round = 1; round <= rounds && !converged; round++) {
    for (let i = 0; i < n; i++) next[i] = y[i]! / 2;
    for (let i = 0; i < n; i++) {
      const half = y[i]! / 2;
      for (let k = start[i]!; k < start[i + 1]!; k++) next[target[k]!]! += half * chance[k]!;
    }
    let change = 0;
    for (let i = 0; i < n; i++) change += Math.abs(next[i]! - y[i]!);
    [y, next] = [next, y];
    if (round % 10 === 0) {
      const shrinks = Math.min(1, (change / reference) ** 0.1);
      converged = change === 0 || change <= settled * (1 - shrinks);
      reference = change;
    }
  }
  return { logWeights: y.map((value, i) => Math.log(value / moving[i]!)), converged };
}
