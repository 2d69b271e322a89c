/** Where the stationary walk goes round: net fluxes of the pairs (method.md 6). */
import type { ClosedKernel } from '../graph/closed-kernel';
import { fluxPairs } from './flux-pairs';

/** Net flux of a pair in its direction; chances a step. */
export interface PairFlux {
  from: number;
  to: number;
  net: number;
  forward: number;
  backward: number;
}

export interface NetFlux {
  /** Sum of |a - b| over sum of a + b, a and b the two fluxes of each pair: 0 under balance. */
  share: number;
  /** The largest first, at most `count` of them, none that is 0 up to rounding. */
  largest: PairFlux[];
}

/** Net over gross below which a flux is rounding. */
const rounding = 1e-12;

/** Of a kernel and its stationary distribution (n values). O(m log). */
export function netFlux(kernel: ClosedKernel, pi: Float64Array, count = 10): NetFlux {
  let net = 0;
  let both = 0;
  const largest: PairFlux[] = [];
  fluxPairs(kernel, pi, (f, g, a, b) => {
    const size = Math.abs(a - b);
    net += size;
    both += a + b;
    if (size <= rounding * (a + b)) return;
    if (largest.length === count && size <= largest[count - 1]!.net) return;
    const forwards = a > b;
    let at = largest.length;
    while (at > 0 && largest[at - 1]!.net < size) at--;
    largest.splice(at, 0, {
      from: forwards ? f : g,
      to: forwards ? g : f,
      net: size,
      forward: Math.max(a, b),
      backward: Math.min(a, b),
    });
    if (largest.length > count) largest.pop();
  });
  return { share: net / both, largest };
}
