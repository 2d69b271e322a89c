/** Gradient and Hessian of the action in one pass over the pairs, one exponential each. */
import { kernelValue } from './action';
import { gathered } from '../graph/gathered';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';
import type { EliminationPlan } from './sparse-cholesky-plan';

/** The pairs of a block in an elimination plan's order: weights both ways. */
export interface PairWeights {
  first: Int32Array;
  second: Int32Array;
  /** Weight of first -> second. */
  out: Float64Array;
  /** Weight of second -> first. */
  back: Float64Array;
}

export function pairWeights(
  graph: NeighbourGraph,
  { first, second, source }: EliminationPlan,
): PairWeights {
  return { first, second, out: gathered(graph.out, source), back: gathered(graph.back, source) };
}

/** The action near one V: derivatives by V_f - V_g for every pair, and the gradient. */
export interface Linearised {
  V: Float64Array;
  /** dS / d(V_first - V_second). */
  flow: Float64Array;
  /** Second derivative: the weight of the pair in the Hessian, a Laplacian. */
  weight: Float64Array;
  /** dS / dV. */
  gradient: Float64Array;
}

export function emptyLinearised(states: number, pairs: number): Linearised {
  return {
    V: new Float64Array(states),
    flow: new Float64Array(pairs),
    weight: new Float64Array(pairs),
    gradient: new Float64Array(states),
  };
}

/** e^this is finite, and so is its product with any count. */
const largestExponent = 600;

/** Fills everything but V from V; returns the slope of the action along `along` (see `alongPairs`). */
export function linearise(
  pairs: PairWeights,
  kernel: ActionKernel,
  at: Linearised,
  along: Float64Array,
): number {
  const { first, second, out, back } = pairs;
  const { V, flow, weight, gradient } = at;
  gradient.fill(0);
  if (kernel === 'exp') {
    for (let p = 0; p < first.length; p++) {
      const half = Math.exp((V[second[p]!]! - V[first[p]!]!) / 2);
      // A weight of 0 must not meet an infinite slope.
      const down = out[p]! > 0 ? out[p]! * half : 0;
      const up = back[p]! > 0 ? back[p]! / half : 0;
      flow[p] = (up - down) / 2;
      weight[p] = (up + down) / 4;
    }
  } else {
    for (let p = 0; p < first.length; p++) {
      // No branch: p / q of the pair, kept from overflow; both chances keep their relative accuracy.
      const odds = Math.exp(Math.min(V[first[p]!]! - V[second[p]!]!, largestExponent));
      const down = 1 / (1 + odds);
      flow[p] = (back[p]! * odds - out[p]!) * down;
      weight[p] = (out[p]! + back[p]!) * (odds * down) * down;
    }
  }
  let slope = 0;
  for (let p = 0; p < first.length; p++) {
    const f = flow[p]!;
    gradient[first[p]!]! += f;
    gradient[second[p]!]! -= f;
    slope += f * along[p]!;
  }
  return slope;
}

/**
 * Fills `along` with x_f - x_g of every pair with weight (0 elsewhere); returns d/dt S[V + t x] at
 * t = 0, summed pair by pair (no cancellation between states), and max |x_f - x_g|.
 */
export function alongPairs(
  { first, second, out, back }: PairWeights,
  flow: Float64Array,
  x: Float64Array,
  along: Float64Array,
): { slope: number; stretch: number } {
  let slope = 0;
  let stretch = 0;
  for (let p = 0; p < first.length; p++) {
    const d = out[p]! + back[p]! > 0 ? x[first[p]!]! - x[second[p]!]! : 0;
    along[p] = d;
    slope += flow[p]! * d;
    const length = Math.abs(d);
    if (!(length <= stretch)) stretch = length;
  }
  return { slope, stretch };
}

/** max |x_f - x_g| over the pairs with weight. */
export function widest({ first, second, out, back }: PairWeights, x: Float64Array): number {
  let size = 0;
  for (let p = 0; p < first.length; p++) {
    if (!(out[p]! + back[p]! > 0)) continue;
    const difference = Math.abs(x[first[p]!]! - x[second[p]!]!);
    if (!(difference <= size)) size = difference;
  }
  return size;
}

/** The action itself, times |C_src| (method.md section 3). */
export function pairAction(
  { first, second, out, back }: PairWeights,
  kernel: ActionKernel,
  V: Float64Array,
): number {
  let sum = 0;
  for (let p = 0; p < first.length; p++) {
    const x = V[first[p]!]! - V[second[p]!]!;
    if (out[p]! > 0) sum += out[p]! * kernelValue(kernel, x);
    if (back[p]! > 0) sum += back[p]! * kernelValue(kernel, -x);
  }
  return sum;
}
