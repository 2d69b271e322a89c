/** The spectrum of a kernel: moduli of its eigenvalues and the relaxation times that they stand for. */
import { leaving, type ClosedKernel } from '../graph/closed-kernel';
import { eigenvalues } from './eigenvalues';

/** Above this many states only leading moduli are looked for: the time of all grows with the cube. */
export const spectrumStates = 300;
/** A modulus this close to 1 is not told from 1. */
const rounding = 1e-12;

/**
 * Moduli of all n eigenvalues of the kernel, staying included, largest first; the first is 1. Null
 * where the iteration stalls. `logPi`, n values, is the stationary distribution: between its square
 * roots a reversible kernel is symmetric, and a nearly reversible one well conditioned.
 */
export function eigenvalueModuli(kernel: ClosedKernel, logPi: Float64Array): number[] | null {
  const n = kernel.states;
  const table = new Float64Array(n * n);
  leaving(kernel).forEach((leaves, f) => (table[f * n + f] = Math.max(0, 1 - leaves)));
  for (let f = 0; f < n; f++) {
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++) {
      const g = kernel.target[k]!;
      // At most sqrt(T_fg): what flows into g flows out of it.
      table[f * n + g] = kernel.weight[k]! * Math.exp((logPi[f]! - logPi[g]!) / 2);
    }
  }
  const found = eigenvalues(table, n);
  if (!found) return null;
  const moduli = Array.from(found.real, (x, i) => Math.min(1, Math.hypot(x, found.imaginary[i]!)));
  moduli.sort((a, b) => b - a);
  moduli[0] = 1; // of the stationary distribution, without its rounding
  return moduli;
}

/** t = -1 / ln |lambda| steps for every modulus but the first; null where it is 1 up to rounding. */
export function relaxationTimes(moduli: number[]): (number | null)[] {
  return moduli.slice(1).map((modulus) => {
    if (modulus > 1 - rounding) return null;
    return modulus > 0 ? -1 / Math.log(modulus) : 0;
  });
}
