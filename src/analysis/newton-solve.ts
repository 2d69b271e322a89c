/** Damped Newton on the action of one connected block (method.md section 3). */
import { action, kernelSlope } from './action';
import { actionGradient } from './action-gradient';
import type { LaplacianFactor } from './approximate-cholesky';
import { hessianWeights } from './hessian-vector';
import { laplacianFactor, solveLaplacian, type LinearSolution } from './laplacian';
import type { NeighbourGraph } from './neighbour-graph';
import type { ActionKernel } from './result';

export interface NewtonOptions {
  /** Largest |Newton step in V| that counts as converged, in nats. Default 1e-8. */
  tolerance?: number;
  /** Default 200. */
  maxIterations?: number;
  /** Starting V (n values); default 0. */
  start?: Float64Array;
  /** Factor of a nearby Hessian on the same pairs, as a first preconditioner. */
  factor?: LaplacianFactor;
  /**
   * Where the pairs with weight leave the block in several parts (a bootstrap replica), the parts have
   * no common gauge: then the step is measured by max |step_f - step_g| over pairs. Default false.
   */
  byPairs?: boolean;
}

export interface NewtonSolution {
  /** n values in nats, mean 0. */
  V: Float64Array;
  /** max |Newton step in V| at the last iteration. */
  lastStep: number;
  converged: boolean;
  iterations: number;
}

/**
 * Relative error, in the energy norm, that an inner solve may leave: far from the minimum a rough
 * direction will do, then it follows the square of the steps so that convergence stays quadratic.
 */
const rough = 1e-2;
const exact = 1e-11;
/** A last step is believed only when solved to this. */
const believed = 1e-6;

/** Longest step along a pair, in nats. */
const longest = 4;

/** More iterations than this with a factor of an older Hessian, and a new one pays. */
const staleLimit = 30;

/**
 * argmin over V of sum w_fg K(V_f - V_g). The block must be strongly connected (Ford 1957),
 * otherwise the minimum lies at infinity and `converged` stays false. Convergence is max |Newton
 * step| <= tolerance: a small gradient would not be enough on chains.
 */
export function newtonSolve(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  options: NewtonOptions = {},
): NewtonSolution {
  const n = graph.states;
  const tolerance = options.tolerance ?? 1e-8;
  const maxIterations = options.maxIterations ?? 200;
  const V = options.start ? Float64Array.from(options.start) : new Float64Array(n);
  const gradient = new Float64Array(n);
  const trial = new Float64Array(n);
  const weights = new Float64Array(graph.neighbour.length);
  let factor = options.factor;
  /** The Newton direction; keeps a factor of an earlier Hessian while it serves. */
  const solve = (wanted: number): LinearSolution => {
    if (factor) {
      const solved = solveLaplacian(graph, weights, factor, gradient, wanted, staleLimit);
      if (solved.residual <= wanted) return solved;
    }
    factor = laplacianFactor(graph, weights);
    return solveLaplacian(graph, weights, factor, gradient, wanted);
  };
  const measure = (x: Float64Array) => (options.byPairs ? widest(graph, x) : largest(x));
  let lastStep = Infinity;
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations) {
    iterations++;
    actionGradient(graph, kernel, V, gradient);
    for (let f = 0; f < n; f++) gradient[f] = -gradient[f]!;
    hessianWeights(graph, kernel, V, weights);
    const wanted = Math.max(exact, Math.min(rough, 0.1 * lastStep * lastStep));
    let solved = solve(wanted);
    let size = measure(solved.x);
    if (size <= tolerance && wanted > believed) {
      solved = solve(believed);
      size = measure(solved.x);
    }
    if (!Number.isFinite(size)) break;
    lastStep = size;
    const direction = solved.x;
    if (size <= tolerance && solved.residual <= 1e-3) {
      for (let f = 0; f < n; f++) V[f]! += direction[f]!;
      converged = true;
      break;
    }
    // K is quasi-self-concordant: beyond a few nats a pair the quadratic model says nothing.
    const stretch = widest(graph, direction);
    const t = lineSearch(graph, kernel, V, direction, trial, Math.min(1, longest / stretch));
    if (t === 0) break;
    for (let f = 0; f < n; f++) V[f]! += t * direction[f]!;
  }
  let sum = 0;
  for (const value of V) sum += value;
  for (let f = 0; f < n; f++) V[f]! -= sum / n;
  return { V, lastStep, converged, iterations };
}

function largest(x: Float64Array): number {
  let size = 0;
  for (const value of x) {
    if (!(Math.abs(value) <= size)) size = Math.abs(value);
  }
  return size;
}

/** max |x_f - x_g| over the pairs with weight. */
function widest(graph: NeighbourGraph, x: Float64Array): number {
  let size = 0;
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      if (!(graph.out[k]! > 0)) continue;
      const difference = Math.abs(x[f]! - x[graph.neighbour[k]!]!);
      if (!(difference <= size)) size = difference;
    }
  }
  return size;
}

/**
 * Halves t until the action falls enough (Armijo), or, where rounding hides the fall, until the slope
 * along the line has shrunk (the approximate Wolfe condition of Hager and Zhang 2005). 0: no such t.
 */
function lineSearch(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  direction: Float64Array,
  trial: Float64Array,
  first: number,
): number {
  const before = action(graph, kernel, V);
  const slopeBefore = slopeAlong(graph, kernel, V, direction);
  if (!(slopeBefore < 0)) return 0;
  const slack = 1e-10 * Math.abs(before);
  for (let t = first; t > first * 1e-12; t /= 2) {
    for (let f = 0; f < V.length; f++) trial[f] = V[f]! + t * direction[f]!;
    const after = action(graph, kernel, trial);
    if (after <= before + 0.1 * t * slopeBefore) return t;
    if (
      after <= before + slack &&
      slopeAlong(graph, kernel, trial, direction) <= -0.8 * slopeBefore
    )
      return t;
  }
  return 0;
}

/** d/dt S[V + t x] at t = 0, summed pair by pair: no cancellation between rows. */
function slopeAlong(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  x: Float64Array,
): number {
  let sum = 0;
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const out = graph.out[k]!;
      const g = graph.neighbour[k]!;
      if (out > 0) sum += out * kernelSlope(kernel, V[f]! - V[g]!) * (x[f]! - x[g]!);
    }
  }
  return sum;
}
