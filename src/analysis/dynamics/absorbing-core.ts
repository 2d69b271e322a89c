/** The core of an absorbing solve: a dense table without subtractions, or an iteration with a bound. */
import { denseStates } from './state-reduction';

/** Multiplications spent on one iteration at most. */
const work = 1e9;
/** Rounds without a smaller residual after which an iteration is given up. */
const patience = 100;
/** Error at which an iteration has settled, over the largest value. */
const settled = 1e-9;

export interface CoreSolver {
  /** Multiplications a solve takes; infinite where it iterates. */
  size: number;
  /** x in place of c in (D - W) x = c, D the rows' sums with exit; false where it did not settle. */
  solve(values: Float64Array): boolean;
}

/** Factor that goes with row f and column g of a table. */
export type Scale = (f: number, g: number) => number;

/**
 * Rows `out` of the states `core`, all of whose targets are in the core, and their exits. W is scaled
 * by `scale` only where the core is dense; a larger one with a scale is left unsolved.
 */
export function coreSolver(
  core: Int32Array,
  out: Map<number, number>[],
  exit: Float64Array,
  scale?: Scale,
): CoreSolver {
  if (core.length <= denseStates) return dense(core, out, exit, scale);
  if (scale) return { size: Infinity, solve: () => false };
  return iterated(core, out, exit);
}

/** State reduction in a table (Grassmann, Taksar and Heyman 1985) with exit. O(n^3 / 3). */
function dense(
  core: Int32Array,
  out: Map<number, number>[],
  exit: Float64Array,
  scale?: Scale,
): CoreSolver {
  const n = core.length;
  const local = new Map(Array.from(core, (f, i) => [f, i]));
  const table = new Float64Array(n * n);
  const leaves = Float64Array.from(core, (f) => exit[f]!);
  const totals = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (const [g, weight] of out[core[i]!]!) table[i * n + local.get(g)!] = weight;
  }
  for (let k = n - 1; k >= 0; k--) {
    let total = leaves[k]!;
    for (let j = 0; j < k; j++) total += table[k * n + j]!;
    totals[k] = total;
    for (let i = 0; i < k; i++) {
      if (table[i * n + k] === 0) continue;
      const factor = (table[i * n + k]! /= total);
      leaves[i]! += factor * leaves[k]!;
      for (let j = 0; j < k; j++) table[i * n + j]! += factor * table[k * n + j]!;
    }
  }
  if (scale) {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) table[i * n + j]! *= scale(core[i]!, core[j]!);
  }
  return {
    size: n * n,
    solve: (values) => {
      for (let k = n - 1; k > 0; k--) {
        for (let i = 0; i < k; i++) values[i]! += table[i * n + k]! * values[k]!;
      }
      for (let k = 0; k < n; k++) {
        let sum = values[k]!;
        for (let j = 0; j < k; j++) sum += table[k * n + j]! * values[j]!;
        values[k] = sum / totals[k]!;
      }
      return true;
    },
  };
}

/**
 * BiCGSTAB (van der Vorst 1992) on x - D^-1 W x = D^-1 c. D - W has an inverse without negative
 * entries, so that |error_f| <= max |residual| h_f with (D - W) h = 1: a bound, not an estimate, once
 * h itself is known. Settled where it is below 1e-9 of the largest value.
 */
function iterated(core: Int32Array, out: Map<number, number>[], exit: Float64Array): CoreSolver {
  const n = core.length;
  const local = new Map(Array.from(core, (f, i) => [f, i]));
  const start = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) start[i + 1] = start[i]! + out[core[i]!]!.size;
  const target = new Int32Array(start[n]!);
  const chance = new Float64Array(start[n]!);
  const totals = Float64Array.from(core, (f) => exit[f]!);
  for (let i = 0; i < n; i++) {
    let at = start[i]!;
    for (const [g, weight] of out[core[i]!]!) {
      totals[i]! += weight;
      target[at] = local.get(g)!;
      chance[at++] = weight;
    }
  }
  /** result = x - D^-1 W x. */
  const apply = (x: Float64Array, result: Float64Array) => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = start[i]!; k < start[i + 1]!; k++) sum += chance[k]! * x[target[k]!]!;
      result[i] = x[i]! - sum / totals[i]!;
    }
  };
  const rounds = Math.floor(work / (2 * (start[n]! + 8 * n)));
  let longest = NaN;
  const solve = (values: Float64Array): boolean => {
    if (Number.isNaN(longest)) {
      const ones = new Float64Array(n).fill(1);
      longest = 0;
      // Of h itself: |h' - h| <= max |residual| h, so that a residual of 1e-9 is a relative error.
      const h = biCgStab(apply, totals, ones, rounds, () => settled);
      longest = h ? largestOf(h) : Infinity;
    }
    if (!(longest < Infinity)) return false;
    const found = biCgStab(
      apply,
      totals,
      values,
      rounds,
      (x) => (settled * largestOf(x)) / longest,
    );
    if (!found) return false;
    values.set(found);
    return true;
  };
  return { size: Infinity, solve };
}

function largestOf(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Solution whose true residual, times D, is nowhere above `enough(x)`; null within `rounds`. */
function biCgStab(
  apply: (x: Float64Array, result: Float64Array) => void,
  totals: Float64Array,
  given: Float64Array,
  rounds: number,
  enough: (x: Float64Array) => number,
): Float64Array | null {
  const n = given.length;
  const right = given.map((value, i) => value / totals[i]!);
  const x = new Float64Array(n);
  const r = right.slice();
  const p = r.slice();
  const v = new Float64Array(n);
  const t = new Float64Array(n);
  let shadow = r.slice();
  let rho = dot(shadow, r);
  let best = Infinity;
  let bestRound = 0;
  for (let round = 0; round < rounds; round++) {
    if (round % 10 === 0) {
      // From the true residual again: what was carried along drifts from it.
      apply(x, v);
      let worst = 0;
      for (let i = 0; i < n; i++) {
        r[i] = right[i]! - v[i]!;
        worst = Math.max(worst, Math.abs(r[i]!) * totals[i]!);
      }
      if (worst <= enough(x)) return x;
      if (worst < best) [best, bestRound] = [worst, round];
      else if (round - bestRound >= patience) return null;
      if (round % 50 === 0) {
        shadow = r.slice();
        p.set(r);
        rho = dot(shadow, r);
      }
    }
    apply(p, v);
    const alpha = rho / dot(shadow, v);
    for (let i = 0; i < n; i++) r[i]! -= alpha * v[i]!;
    apply(r, t);
    const omega = dot(t, r) / dot(t, t);
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * p[i]! + omega * r[i]!;
      r[i]! -= omega * t[i]!;
    }
    const next = dot(shadow, r);
    const beta = (next / rho) * (alpha / omega);
    rho = next;
    if (!Number.isFinite(beta)) return null;
    for (let i = 0; i < n; i++) p[i] = r[i]! + beta * (p[i]! - omega * v[i]!);
  }
  return null;
}
