/** The stationary distribution of a strongly connected kernel: state reduction, then a small core. */
import type { ClosedKernel } from '../graph/closed-kernel';
import { reduceStates } from './state-reduction';
import { coreLogWeights, logOfSum } from './stationary-core';

export interface Stationary {
  /** n chances that add up to 1; NaN where not converged. */
  pi: Float64Array;
  /** n: ln pi up to a constant; finite also where pi is too small for a float64. */
  logPi: Float64Array;
  /** False where the core was too large for elimination and its iteration did not settle. */
  converged: boolean;
}

/**
 * Solves pi T = pi by state reduction without subtractions: every value has a small relative error,
 * however slow the kernel mixes. The core is solved by `coreLogWeights`. Values are put back as
 * logarithms: in a driven chain they span more than a float64. A chain of n states costs O(n).
 */
export function stationary(kernel: ClosedKernel): Stationary {
  const n = kernel.states;
  const { removed, core, out } = reduceStates(kernel, new Float64Array(n));
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
