/** The published picture: log ratios of pairs against potential differences (method.md 5.1). */
import { findEdge } from '../graph/find-edge';
import type { CountGraph } from '../../transitions/types';
import type { PairsTest } from '../result';

/** One point of the picture, from the state of the smaller index to the other. */
export interface PairPoint {
  f: number;
  g: number;
  /** V_f - V_g, nats. */
  difference: number;
  /** ln(T_fg / T_gf), nats. */
  logRatio: number;
  forward: number;
  backward: number;
}

/**
 * Pairs with both counts >= minimum (both ends are then in one component). `weight` holds T_fg on
 * the edges, V n values in nats.
 */
export function pairPoints(
  graph: CountGraph,
  weight: Float64Array,
  V: Float64Array,
  minimum: number,
): PairPoint[] {
  const points: PairPoint[] = [];
  for (let f = 0; f < graph.names.length; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      if (g < f || graph.count[k]! < minimum) continue;
      const other = findEdge(graph, g, f);
      if (other < 0 || graph.count[other]! < minimum) continue;
      points.push({
        f,
        g,
        difference: V[f]! - V[g]!,
        logRatio: Math.log(weight[k]! / weight[other]!),
        forward: graph.count[k]!,
        backward: graph.count[other]!,
      });
    }
  }
  return points;
}

/** Differences that the solver does not tell from 0, in nats. */
const solved = 1e-8;

/**
 * Pearson r and slope of the log ratio on the difference, both orientations of every pair (the means
 * are then 0), and the published chi2 = sum (y - x)^2 over the pairs, divided by no variance.
 */
export function pairsTest(points: PairPoint[]): PairsTest {
  let level = true;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let chi2 = 0;
  for (const { difference: x, logRatio: y } of points) {
    level &&= !(Math.abs(x) > solved);
    xx += x * x;
    xy += x * y;
    yy += y * y;
    chi2 += (y - x) ** 2;
  }
  const n = points.length;
  const test: PairsTest = {
    n,
    r: !level && yy > 0 ? xy / Math.sqrt(xx * yy) : null,
    slope: level ? null : xy / xx,
    chi2Published: n > 0 ? chi2 : null,
    ndfPublished: n,
  };
  const why: Record<string, string> = {};
  if (n === 0) why['chi2Published'] = 'No pair has counts in both directions.';
  if (test.slope === null)
    why['slope'] = n === 0 ? 'No pair has counts in both directions.' : 'All differences are 0.';
  if (test.r === null)
    why['r'] = n === 0 ? 'No pair has counts in both directions.' : 'One side does not vary.';
  return Object.keys(why).length > 0 ? { ...test, why } : test;
}
