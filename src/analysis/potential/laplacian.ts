/**
 * Solves weighted graph Laplacian systems: a sparse Cholesky factor as far as it is cheap, conjugate
 * gradients on what is left of the graph then.
 */
import {
  applyApproximate,
  approximateFactor,
  type ApproximateFactor,
} from './approximate-cholesky';
import { conjugateGradients, type LinearSolution } from './conjugate-gradients';
import { gathered } from '../graph/gathered';
import { hessianVector } from './hessian-vector';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import {
  eliminate,
  emptyFactor,
  factorise,
  substitute,
  type SparseFactor,
} from './sparse-cholesky';
import { eliminationPlan, type EliminationPlan } from './sparse-cholesky-plan';

export type { LinearSolution } from './conjugate-gradients';

/** A Laplacian, factorised as far as it is cheap. */
export interface LaplacianFactor {
  sparse: SparseFactor;
  /** Weights of the core's pairs, in both rows of a pair. */
  coreWeights: Float64Array;
  /** 1 / sum of the weights, of the core's states: Jacobi's preconditioner. */
  coreInverse: Float64Array;
  /** The core's approximate Cholesky factor, made where Jacobi's preconditioner will not do. */
  approximate: ApproximateFactor | null;
}

/** The mean of x becomes 0. */
export function centre(x: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!; // twice as fast as an iterator
  const mean = sum / x.length;
  for (let i = 0; i < x.length; i++) x[i]! -= mean;
}

/** Room for the factors of one plan, and the last of them. */
export function emptyLaplacianFactor(plan: EliminationPlan): LaplacianFactor {
  return {
    sparse: emptyFactor(plan),
    coreWeights: new Float64Array(plan.core.neighbour.length),
    coreInverse: new Float64Array(plan.core.states),
    approximate: null,
  };
}

/**
 * Factorises for weights in the order of the plan's pairs, in place. A core that wanted more than
 * Jacobi's preconditioner before gets it again.
 */
export function refactor(factor: LaplacianFactor, pairWeights: Float64Array): void {
  factorise(factor.sparse, pairWeights);
  const { core } = factor.sparse.plan;
  const { coreWeights, coreInverse } = factor;
  for (let f = 0; f < core.states; f++) {
    let total = 0;
    for (let k = core.rowStart[f]!; k < core.rowStart[f + 1]!; k++) {
      const w = factor.sparse.value[core.entry[k]!]!;
      coreWeights[k] = w;
      total += w;
    }
    coreInverse[f] = total > 1e-300 ? 1 / total : 0;
  }
  if (factor.approximate) factor.approximate = approximateFactor(core, coreWeights);
}

/** The factor for `weights` (2 x pairs, one number >= 0 a pair in both of its rows); near-linear time. */
export function laplacianFactor(
  graph: NeighbourGraph,
  weights: Float64Array,
  plan: EliminationPlan = eliminationPlan(graph),
): LaplacianFactor {
  const factor = emptyLaplacianFactor(plan);
  refactor(factor, gathered(weights, plan.source));
  return factor;
}

/** With Jacobi's preconditioner a core may take this many iterations. */
const jacobiLimit = 80;

/**
 * L x = b for the very weights of the factor, in place: x holds b at first, which sums to 0 on every
 * connected part; the constant of each part is arbitrary. Returns iterations on the core and the
 * relative residual that they left (0 where all was eliminated).
 */
export function solveFactored(
  factor: LaplacianFactor,
  x: Float64Array,
  tolerance: number,
  limit = 500,
): Pick<LinearSolution, 'iterations' | 'residual'> {
  const { sparse, coreWeights } = factor;
  const { core, eliminated, order } = sparse.plan;
  const inner = gathered(x, order);
  eliminate(sparse, inner);
  let outcome = { iterations: 0, residual: 0 };
  if (core.states > 0) {
    const right = inner.slice(eliminated);
    centre(right); // what rounding left has no solution
    const multiply = (p: Float64Array, q: Float64Array) => hessianVector(core, coreWeights, p, q);
    const solved = escalating(factor, multiply, preconditioner(factor), right, tolerance, limit);
    inner.set(solved.x, eliminated);
    outcome = solved;
  }
  substitute(sparse, inner);
  for (let i = 0; i < x.length; i++) x[order[i]!] = inner[i]!;
  return outcome;
}

/** Conjugate gradients with the factor's preconditioner; a core that this is too slow for gets a better one. */
function escalating(
  factor: LaplacianFactor,
  multiply: (p: Float64Array, q: Float64Array) => void,
  precondition: (z: Float64Array) => void,
  b: Float64Array,
  tolerance: number,
  limit: number,
): LinearSolution {
  const { core } = factor.sparse.plan;
  const best = factor.approximate !== null || core.states === 0;
  const most = best ? limit : Math.min(limit, jacobiLimit);
  const solved = conjugateGradients(multiply, precondition, b, tolerance, most);
  if (best || solved.residual <= tolerance || most === limit) return solved;
  factor.approximate = approximateFactor(core, factor.coreWeights);
  const again = conjugateGradients(multiply, precondition, b, tolerance, limit);
  return { ...again, iterations: solved.iterations + again.iterations };
}

/** z = M^-1 z on the core. */
function preconditioner(factor: LaplacianFactor): (z: Float64Array) => void {
  const { coreInverse } = factor;
  return (z) => {
    if (factor.approximate) {
      applyApproximate(factor.approximate, z);
      centre(z);
    } else for (let i = 0; i < z.length; i++) z[i]! *= coreInverse[i]!;
  };
}

/**
 * x (mean 0) with L x = b, for pair weights that may differ from the factor's. Stops at the relative
 * tolerance in the energy norm, when rounding stops progress, or at the limit.
 */
export function solveNearby(
  factor: LaplacianFactor,
  pairWeights: Float64Array,
  b: Float64Array,
  tolerance: number,
  limit: number,
): LinearSolution {
  const { sparse } = factor;
  const { plan } = sparse;
  const { order } = plan;
  const inner = new Float64Array(plan.states);
  const corePart = inner.subarray(plan.eliminated);
  const onCore = preconditioner(factor);
  const precondition = (z: Float64Array) => {
    for (let i = 0; i < inner.length; i++) inner[i] = z[order[i]!]!;
    eliminate(sparse, inner);
    if (corePart.length > 0) onCore(corePart);
    substitute(sparse, inner);
    for (let i = 0; i < inner.length; i++) z[order[i]!] = inner[i]!;
    centre(z);
  };
  const multiply = (p: Float64Array, q: Float64Array) => multiplyPairs(plan, pairWeights, p, q);
  const solved = escalating(factor, multiply, precondition, b, tolerance, limit);
  centre(solved.x);
  return solved;
}

/**
 * x with L x = b, L the Laplacian with `weights` (2 x pairs, one number a pair), b of n values that
 * sum to 0 on every connected part; x has mean 0. `factor` may come from nearby weights on the same
 * pairs. Stops as `solveNearby` does.
 */
export function solveLaplacian(
  graph: NeighbourGraph,
  weights: Float64Array,
  factor: LaplacianFactor,
  b: Float64Array,
  tolerance = 1e-11,
  limit = 500,
): LinearSolution {
  const { source, states } = factor.sparse.plan;
  if (states !== graph.states) throw new RangeError('The factor is of another graph.');
  return solveNearby(factor, gathered(weights, source), b, tolerance, limit);
}

/** q = L p, pair by pair. */
function multiplyPairs(
  { first, second }: EliminationPlan,
  weights: Float64Array,
  p: Float64Array,
  q: Float64Array,
): void {
  q.fill(0);
  for (let i = 0; i < first.length; i++) {
    const f = first[i]!;
    const g = second[i]!;
    const flow = weights[i]! * (p[f]! - p[g]!);
    q[f]! += flow;
    q[g]! -= flow;
  }
}
