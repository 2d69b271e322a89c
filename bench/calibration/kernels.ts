/** The kernels that the data sets are drawn from: balanced ones of three families, and driven ones. */
import type { Uniform } from '../../src/models/draw';
import { normal, wholeBelow } from './random';

export type Family = 'sparse' | 'dense' | 'ladder';

/** Rows of chances; what is left of a row is the chance of a rejected answer. */
export interface Kernel {
  /** For each state its neighbours, ascending, never itself. */
  target: Int32Array[];
  /** T_fg in the order of `target`. */
  chance: Float64Array[];
  /** Chance of a self-transition. */
  stay: Float64Array;
}

/** Share of the accepted answers that repeat the source. */
const repeats = 0.05;

/**
 * A balanced kernel of n states whose rows reject `rejected` of their attempts, up to a few hundredths
 * that differ from state to state.
 * - `sparse`: a random connected graph of some 3 n pairs, T_fg as in Metropolis' rule for a random
 *   potential of standard deviation 1 nat.
 * - `dense`: four pairs out of five linked, T_fg proportional to a symmetric log-normal conductance
 *   and to the weight of g, which falls as 1 / rank (Zipf): like words.
 * - `ladder`: two rails of n / 2 states with rungs, Metropolis as above: few and small cycles.
 */
export function balancedKernel(
  family: Family,
  n: number,
  rejected: number,
  uniform: Uniform,
): Kernel {
  const linked = links(family, n, uniform);
  const pull = symmetricPull(family, n, uniform);
  const target = linked.map((row) => Int32Array.from(row).sort());
  const chance = target.map((row, f) => Float64Array.from(row, (g) => pull(f, g)));
  const moving = Float64Array.from({ length: n }, () => {
    const wobble = 0.1 * (uniform() - 0.5);
    return (1 - Math.min(0.95, Math.max(0.05, rejected + wobble))) * (1 - repeats);
  });
  chance.forEach((row, f) => scaleTo(row, moving[f]!));
  return { target, chance, stay: moving.map((share) => (share * repeats) / (1 - repeats)) };
}

/**
 * The kernel with ln(T_fg / T_gf) shifted by `scale` times a standard normal, pair by pair, rows scaled
 * back to their sums: row factors cancel round every cycle, so the cycles' affinities are those of the
 * shifts. The normals are the next ones of `uniform`.
 */
export function drivenKernel(kernel: Kernel, scale: number, uniform: Uniform): Kernel {
  const chance = kernel.chance.map((row) => row.slice());
  kernel.target.forEach((row, f) =>
    row.forEach((g, k) => {
      if (g < f) return;
      const shift = Math.exp((scale * normal(uniform)) / 2);
      chance[f]![k]! *= shift;
      chance[g]![kernel.target[g]!.indexOf(f)]! /= shift;
    }),
  );
  chance.forEach((row, f) => scaleTo(row, sum(kernel.chance[f]!)));
  return { ...kernel, chance };
}

/** V of a balanced kernel, mean 0, nats: ln(T_fg / T_gf) = V_f - V_g along a tree of pairs. */
export function truePotential({ target, chance }: Kernel): Float64Array {
  const V = new Float64Array(target.length).fill(NaN);
  const queue = [0];
  V[0] = 0;
  for (let f = queue.pop(); f !== undefined; f = queue.pop()) {
    for (const [k, g] of target[f]!.entries()) {
      if (!Number.isNaN(V[g]!)) continue;
      V[g] = V[f]! - Math.log(chance[f]![k]! / chance[g]![target[g]!.indexOf(f)]!);
      queue.push(g);
    }
  }
  const mean = sum(V) / V.length;
  return V.map((v) => v - mean);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function scaleTo(row: Float64Array, total: number): void {
  const factor = total / sum(row);
  for (let k = 0; k < row.length; k++) row[k]! *= factor;
}

/** T_fg up to a factor of the row, such that balance holds. */
function symmetricPull(
  family: Family,
  n: number,
  uniform: Uniform,
): (f: number, g: number) => number {
  if (family !== 'dense') {
    const V = Float64Array.from({ length: n }, () => normal(uniform));
    return (f, g) => Math.min(1, Math.exp(V[f]! - V[g]!));
  }
  const conductance = Float64Array.from({ length: n * n }, () => Math.exp(normal(uniform)));
  return (f, g) => conductance[Math.min(f, g) * n + Math.max(f, g)]! / (g + 1);
}

/** Neighbours of every state: connected, symmetric. */
function links(family: Family, n: number, uniform: Uniform): Set<number>[] {
  const linked = Array.from({ length: n }, () => new Set<number>());
  const link = (f: number, g: number) => {
    if (f === g) return;
    linked[f]!.add(g);
    linked[g]!.add(f);
  };
  const any = (below: number) => wholeBelow(below, uniform);
  if (family === 'ladder') {
    for (let f = 0; f < n; f++) {
      if (f + 2 < n) link(f, f + 2);
      if (f % 2 === 0) link(f, f + 1);
    }
    return linked;
  }
  for (let f = 1; f < n; f++) link(f, any(f)); // a tree keeps it in one piece
  if (family === 'dense') {
    for (let f = 0; f < n; f++) {
      for (let g = 0; g < f; g++) if (uniform() < 0.8) link(f, g);
    }
    return linked;
  }
  const pairs = Math.min(3 * n, Math.floor((0.8 * n * (n - 1)) / 2));
  const count = () => linked.reduce((total, row) => total + row.size, 0) / 2;
  while (count() < pairs) link(any(n), any(n));
  return linked;
}
