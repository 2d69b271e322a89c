/** Entropy production: how fast a film of the walk tells its direction (method.md 5.8). */
import type { ClosedKernel } from '../graph/closed-kernel';
import { fluxPairs } from './flux-pairs';

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
  let plugIn = 0;
  let lowerBound = 0;
  let oneWayPairs = 0;
  fluxPairs(kernel, pi, (_f, _g, a, b, logRatio) => {
    if (logRatio === Infinity) oneWayPairs++;
    else if (a > 0 && b > 0) plugIn += (a - b) * (Math.log(a) - Math.log(b));
    if (a + b > 0) lowerBound += (2 * (a - b) ** 2) / (a + b);
  });
  return { plugIn, lowerBound, oneWayPairs };
}

/** Steps after which the direction of a film is told with 95% certainty: about ln 19 / s. */
export function arrowOfTime(entropyProduction: number): number {
  return Math.log(19) / entropyProduction;
}
