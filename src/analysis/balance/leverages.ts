/** Leverage of every pair in the reversible fit (method.md 5.4): exact, or estimated on large blocks. */
import { laplacianFactor, solveFactored } from '../potential/laplacian';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import { randomSigns } from '../potential/probes';
import { selectedInverse } from '../potential/selected-inverse';

/**
 * h of every pair (2 x pairs, the same number in both rows) from a known L^+. Where h is near 1, what
 * is left of 1 is summed up, not subtracted: tau and residuals divide by it.
 */
export function exactLeverages(
  graph: NeighbourGraph,
  weights: Float64Array,
  inverse: Float64Array,
): Float64Array {
  const { states: n, rowStart, neighbour, mirror } = graph;
  const h = new Float64Array(weights.length);
  const around = new Float64Array(n);
  for (let f = 0; f < n; f++)
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) around[f]! += weights[k]!;
  for (let f = 0; f < n; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const g = neighbour[k]!;
      if (g < f) continue;
      const resistance = inverse[f * n + f]! + inverse[g * n + g]! - 2 * inverse[f * n + g]!;
      let leverage = weights[k]! * resistance;
      if (leverage > 0.5)
        leverage =
          1 -
          (around[f]! <= around[g]!
            ? currentElsewhere(graph, weights, inverse, f, k)
            : currentElsewhere(graph, weights, inverse, g, mirror[k]!));
      // NaN where the inverse is lost to rounding.
      h[k] = h[mirror[k]!] = Math.min(1, Math.max(0, leverage));
    }
  }
  return h;
}

/** Of a unit current from state f to the other end of pair k of its row: what takes other pairs. */
function currentElsewhere(
  { states: n, rowStart, neighbour }: NeighbourGraph,
  weights: Float64Array,
  inverse: Float64Array,
  f: number,
  pair: number,
): number {
  const g = neighbour[pair]!;
  const level = (state: number) => inverse[state * n + f]! - inverse[state * n + g]!;
  const own = level(f);
  let current = 0;
  for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++)
    if (k !== pair) current += weights[k]! * (own - level(neighbour[k]!));
  return current;
}

/**
 * The same without L^+, for a block of any size that a sparse factor eliminates whole; else null. Where
 * h is near 1 it is good to about 1e-12.
 */
export function sparseLeverages(graph: NeighbourGraph, weights: Float64Array): Float64Array | null {
  const factor = laplacianFactor(graph, weights);
  const selected = selectedInverse(factor);
  if (!selected) return null;
  const h = new Float64Array(weights.length);
  factor.sparse.plan.source.forEach((k, pair) => {
    const leverage = Math.min(1, Math.max(0, weights[k]! * selected.resistance[pair]!));
    h[k] = h[graph.mirror[k]!] = leverage;
  });
  return h;
}

/** Random signs behind the estimate: each pair's h is known to some 18%, sums over pairs far better. */
const probes = 64;
/** Above this many states half as many do: the sums go over more pairs. */
const manyStates = 50_000;
/** Relative error of a probe's solve in the energy norm. */
const probeTolerance = 1e-4;

/**
 * The leverages are the diagonal of the projection W^1/2 B L^+ B^T W^1/2; its square norm along a
 * vector of random signs has h as mean (after Spielman and Srivastava 2011). Scaled so that they add
 * up to n - 1, as the exact ones do. Deterministic.
 */
export function estimatedLeverages(graph: NeighbourGraph, weights: Float64Array): Float64Array {
  const n = graph.states;
  const h = new Float64Array(weights.length);
  const factor = laplacianFactor(graph, weights);
  const sign = randomSigns();
  const b = new Float64Array(n);
  const taken = n > manyStates ? probes / 2 : probes;
  for (let probe = 0; probe < taken; probe++) {
    b.fill(0);
    for (let f = 0; f < n; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        const g = graph.neighbour[k]!;
        if (g < f) continue;
        const value = sign() * Math.sqrt(weights[k]!);
        b[f]! += value;
        b[g]! -= value;
      }
    }
    solveFactored(factor, b, probeTolerance);
    for (let f = 0; f < n; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        h[k]! += weights[k]! * (b[f]! - b[graph.neighbour[k]!]!) ** 2;
      }
    }
  }
  let sum = 0;
  for (const value of h) sum += value;
  const scale = sum > 0 ? (2 * (n - 1)) / sum : 0;
  for (let k = 0; k < h.length; k++) h[k]! *= scale;
  return h;
}
