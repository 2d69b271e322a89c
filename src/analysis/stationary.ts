/** The stationary distribution of a strongly connected kernel: state reduction, then a small core. */
import type { ClosedKernel } from './closed-kernel';
import { DegreeQueue } from './degree-queue';
import { coreLogWeights, logOfSum } from './stationary-core';

export interface Stationary {
  /** n chances that add up to 1; NaN where not converged. */
  pi: Float64Array;
  /** n: ln pi up to a constant; finite also where pi is too small for a float64. */
  logPi: Float64Array;
  /** False where the core was too large for elimination and its iteration did not settle. */
  converged: boolean;
}

/** Below this many states elimination goes over to a dense table. */
const smallEnough = 64;
/** A state with more edges than this, in and out, costs too much fill to eliminate. */
const edgesAtMost = 64;

/**
 * Solves pi T = pi. States are taken out one by one, fewest edges first, each by the chain watched on
 * the others (Grassmann, Taksar and Heyman 1985): no subtractions, so that every value has a small
 * relative error, however slow the kernel mixes. What is left when the states have many edges, the
 * core, is solved by `coreLogWeights`. Values are put back as logarithms: in a driven chain they span
 * more than a float64. A chain of n states costs O(n).
 */
export function stationary(kernel: ClosedKernel): Stationary {
  const n = kernel.states;
  const out: Map<number, number>[] = [];
  const into: Set<number>[] = Array.from({ length: n }, () => new Set());
  for (let f = 0; f < n; f++) {
    const row = new Map<number, number>();
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++) {
      row.set(kernel.target[k]!, kernel.weight[k]!);
      into[kernel.target[k]!]!.add(f);
    }
    out.push(row);
  }
  const removed = eliminate(out, into);
  const gone = new Uint8Array(n);
  for (const { state } of removed) gone[state] = 1;
  const core = Int32Array.from(Array.from(gone.keys()).filter((f) => gone[f] === 0));
  const { logWeights, converged } = coreLogWeights(core, out);
  const logPi = new Float64Array(n);
  core.forEach((f, i) => (logPi[f] = logWeights[i]!));
  for (let r = removed.length - 1; r >= 0; r--) {
    const { state, sources, factors } = removed[r]!;
    logPi[state] = logOfSum(
      sources.length,
      (i) => logPi[sources[i]!]!,
      (i) => factors[i]!,
    );
  }
  let largest = -Infinity;
  for (const value of logPi) largest = Math.max(largest, value);
  const pi = logPi.map((value) => Math.exp(value - largest));
  let total = 0;
  for (const value of pi) total += value;
  const finite = converged && Number.isFinite(total) && logPi.every(Number.isFinite);
  return { pi: finite ? pi.map((p) => p / total) : pi.fill(NaN), logPi, converged: finite };
}

/** A state that was taken out: pi of it = sum of factors times pi of the sources. */
interface Removed {
  state: number;
  sources: number[];
  factors: number[];
}

/** Takes states out of `out` and `into` in place, until few are left or all have many edges. */
function eliminate(out: Map<number, number>[], into: Set<number>[]): Removed[] {
  const n = out.length;
  const removed: Removed[] = [];
  if (n <= smallEnough) return removed;
  const edges = (f: number) => out[f]!.size + into[f]!.size;
  const queue = new DegreeQueue(Int32Array.from(out, (_, f) => edges(f)));
  while (n - removed.length > smallEnough) {
    const state = queue.pop();
    if (edges(state) > edgesAtMost) break;
    const row = out[state]!;
    const sources = [...into[state]!];
    const touched = new Set([...sources, ...row.keys()]);
    const before = Array.from(touched, edges);
    let total = 0;
    for (const weight of row.values()) total += weight;
    const factors = sources.map((i) => out[i]!.get(state)! / total);
    sources.forEach((i, s) => {
      const source = out[i]!;
      source.delete(state);
      for (const [j, weight] of row) {
        if (j === i) continue;
        source.set(j, (source.get(j) ?? 0) + factors[s]! * weight);
        into[j]!.add(i);
      }
    });
    for (const j of row.keys()) into[j]!.delete(state);
    let at = 0;
    for (const f of touched) queue.change(f, edges(f) - before[at++]!);
    removed.push({ state, sources, factors });
  }
  return removed;
}
