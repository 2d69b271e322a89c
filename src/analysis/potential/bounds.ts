/** One-sided bounds where the potential difference is unbounded (method.md section 3). */
import type { CountGraph } from '../../transitions/types';
import type { Components } from '../graph/components';
import type { Kernel } from '../graph/kernel-normalise';

/** V_above - V_below >= atLeast with 95% confidence, for state indices. */
export interface StateBound {
  above: number;
  below: number;
  /** nats; may be negative where few counts were seen. */
  atLeast: number;
}

/**
 * The one-sided 95% bound ln(1 / (1 - 0.05^(1/B)) - 1) - ln(D_f / D_g) on V_f - V_g, from B counts
 * f -> g and none back; D_f the denominators of the normalised rows. 0.05^(1/B) is the smallest
 * share of f -> g under which B counts all one way have a chance of 5%.
 */
export function oneWayBound(counts: number, fromAttempts: number, toAttempts: number): number {
  return oneWayLogOdds(counts) - Math.log(fromAttempts / toAttempts);
}

/** ln(p / (1 - p)) at p = 0.05^(1/B), without cancellation for large B. */
function oneWayLogOdds(counts: number): number {
  const logP = Math.log(0.05) / counts;
  return logP - Math.log(-Math.expm1(logP));
}

/**
 * Bounds for every pair of states in different components with counts (all one way). Pairs whose
 * lower state was never attempted have none: it has no row, so nothing is known of the way back.
 */
export function oneWayBounds(
  graph: CountGraph,
  kernel: Kernel,
  components: Components,
): StateBound[] {
  const bounds: StateBound[] = [];
  for (let f = 0; f < graph.names.length; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      if (components.of[f] === components.of[g]) continue;
      const from = kernel.denominator[f]!;
      const to = kernel.denominator[g]!;
      if (!(from > 0) || !(to > 0) || !(graph.attempts[g]! > 0)) continue;
      bounds.push({ above: f, below: g, atLeast: oneWayBound(graph.count[k]!, from, to) });
    }
  }
  return bounds;
}
