/** Entropy production: how fast a film of the walk tells its direction (method.md 5.8). */
import type { ClosedKernel } from './closed-kernel';

export interface EntropyProduction {
  /** Sum of (a - b) ln(a / b) over pairs seen both ways, nats a step; a, b the pair's two fluxes. */
  plugIn: number;
  /** Sum of 2 (a - b)^2 / (a + b) over all pairs: at most the true value, and finite. */
  lowerBound: number;
  /** Pairs seen one way only: they are in the bound, not in the plug-in. */
  oneWayPairs: number;
}

/** Of a kernel and its stationary distribution (n values). O(m log). */
export function entropyProduction(kernel: ClosedKernel, pi: Float64Array): EntropyProduction {
  const { rowStart, target, weight } = kernel;
  let plugIn = 0;
  let lowerBound = 0;
  let oneWayPairs = 0;
  for (let f = 0; f < kernel.states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const g = target[k]!;
      const other = edgeAt(kernel, g, f);
      if (other >= 0 && g < f) continue; // done from the other end
      const a = pi[f]! * weight[k]!;
      const b = other < 0 ? 0 : pi[g]! * weight[other]!;
      if (other < 0) oneWayPairs++;
      else if (a > 0 && b > 0) plugIn += (a - b) * (Math.log(a) - Math.log(b));
      if (a + b > 0) lowerBound += (2 * (a - b) ** 2) / (a + b);
    }
  }
  return { plugIn, lowerBound, oneWayPairs };
}

/** Steps after which the direction of a film is told with 95% certainty: about ln 19 / s. */
export function arrowOfTime(entropyProduction: number): number {
  return Math.log(19) / entropyProduction;
}

/** Position of the edge f -> g, or -1. O(log row). */
function edgeAt({ rowStart, target }: ClosedKernel, f: number, g: number): number {
  let low = rowStart[f]!;
  let high = rowStart[f + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (target[middle] === g) return middle;
    if (target[middle]! < g) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
