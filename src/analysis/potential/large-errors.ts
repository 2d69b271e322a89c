/**
 * Standard errors of large blocks without the n x n inverse (method.md section 4): exact where a sparse
 * factor makes that affordable, else estimated from random probes, with the error of the estimate.
 */
import { hessianWeights } from './hessian-vector';
import { centre, laplacianFactor, solveFactored, type LaplacianFactor } from './laplacian';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import { randomSigns } from './probes';
import type { ActionKernel } from '../result';
import { selectedInverse } from './selected-inverse';
import {
  gradientTerms,
  reversibleErrorsFrom,
  rootOfDifference,
  sandwichError,
  type GradientTerms,
} from './standard-errors';

export interface LargeErrors {
  /** n values in nats; NaN where a variance is not positive. */
  errors: Float64Array;
  /** Probes behind an estimate: each error is good to about 1 / sqrt(2 probes). 0 where exact. */
  probes: number;
}

/** Numbers that the exact columns of an inverse may touch: two or three seconds. */
const exactWork = 2e9;
/** Numbers that probes may touch; at least `fewest` are taken all the same. */
const probeWork = 1e9;
const fewest = 20;
const most = 400;
/** Relative error of a probe's solve in the energy norm: far below the probes' own scatter. */
const probeTolerance = 1e-3;
/** What a solve on a core takes in passes over its pairs, about. */
const corePasses = 60;

function workOf({ sparse }: LaplacianFactor, graph: NeighbourGraph): number {
  const { plan } = sparse;
  const core = corePasses * (plan.core.neighbour.length + 5 * plan.core.states);
  return 2 * plan.entries + 4 * plan.states + 2 * graph.neighbour.length + core;
}

function probeCount(work: number): number {
  return Math.max(fewest, Math.min(most, Math.floor(probeWork / work)));
}

/** Least action: as `leastActionErrors`, for the factor of H at V (local indices throughout). */
export function largeLeastActionErrors(
  graph: NeighbourGraph,
  kernel: ActionKernel,
  V: Float64Array,
  denominator: Float64Array,
  trials: Float64Array,
): LargeErrors {
  const n = graph.states;
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, kernel, V, weights);
  const factor = laplacianFactor(graph, weights);
  const terms = gradientTerms(graph, kernel, V, denominator);
  const work = workOf(factor, graph);
  const errors = new Float64Array(n);
  if (factor.sparse.plan.core.states === 0 && n * work <= exactWork) {
    const x = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      x.fill(-1 / n);
      x[i]! += 1;
      solveFactored(factor, x, 1e-12);
      errors[i] = sandwichError(graph, terms, trials, x);
    }
    return { errors, probes: 0 };
  }
  const probes = probeCount(work);
  const sign = randomSigns();
  const x = new Float64Array(n);
  for (let probe = 0; probe < probes; probe++) {
    drawGradient(graph, terms, trials, sign, x);
    solveFactored(factor, x, probeTolerance);
    centre(x);
    for (let i = 0; i < n; i++) errors[i]! += (x[i]! * x[i]!) / probes;
  }
  for (let i = 0; i < n; i++) errors[i] = rootOfDifference(errors[i]!, 0);
  return { errors, probes };
}

/**
 * A gradient at random: mean 0, covariance G. Row f has covariance diag(a) - t t^T / M; with signs z
 * that is A^1/2 (1 - r r^T)^1/2 z, r = A^-1/2 t / sqrt(M).
 */
function drawGradient(
  graph: NeighbourGraph,
  { share, variance }: GradientTerms,
  trials: Float64Array,
  sign: () => number,
  x: Float64Array,
): void {
  const { rowStart, neighbour } = graph;
  x.fill(0);
  const z = new Float64Array(graph.states);
  for (let f = 0; f < graph.states; f++) {
    const from = rowStart[f]!;
    const to = rowStart[f + 1]!;
    let square = 0;
    let along = 0;
    for (let k = from; k < to; k++) {
      if (!(variance[k]! > 0)) continue;
      const r = share[k]! / Math.sqrt(variance[k]! * trials[f]!);
      z[k - from] = sign();
      square += r * r;
      along += r * z[k - from]!;
    }
    // More transitions than attempts leave no positive variance: 1 - r r^T is cut off at 0.
    const off = square > 0 ? ((1 - Math.sqrt(Math.max(0, 1 - square))) * along) / square : 0;
    for (let k = from; k < to; k++) {
      if (!(variance[k]! > 0)) continue;
      const root = Math.sqrt(variance[k]!);
      const pull = root * z[k - from]! - (off * share[k]!) / Math.sqrt(trials[f]!);
      x[f]! += pull;
      x[neighbour[k]!]! -= pull;
    }
  }
}

/**
 * Reversible fit: as `reversibleErrors`, for theta of raw counts. Estimated where states stay in a core:
 * of L^+_ff = (1 - 2/n) / d_f + E (sum_g w_fg x_g / d_f)^2, x random with covariance L^+, only the
 * second part has to be.
 */
export function largeReversibleErrors(
  graph: NeighbourGraph,
  theta: Float64Array,
  attempts: Float64Array,
): LargeErrors {
  const n = graph.states;
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, 'softplus', theta, weights);
  const factor = laplacianFactor(graph, weights);
  const exact = selectedInverse(factor);
  if (exact) return { errors: reversibleErrorsFrom(exact.diagonal, attempts), probes: 0 };
  const probes = probeCount(workOf(factor, graph));
  const sign = randomSigns();
  const x = new Float64Array(n);
  const diagonal = new Float64Array(n);
  for (let probe = 0; probe < probes; probe++) {
    x.fill(0);
    for (let f = 0; f < n; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        if (graph.neighbour[k]! < f) continue;
        const pull = sign() * Math.sqrt(weights[k]!);
        x[f]! += pull;
        x[graph.neighbour[k]!]! -= pull;
      }
    }
    solveFactored(factor, x, probeTolerance);
    centre(x);
    for (let f = 0; f < n; f++) {
      let around = 0;
      let sum = 0;
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        around += weights[k]!;
        sum += weights[k]! * x[graph.neighbour[k]!]!;
      }
      diagonal[f]! += (sum / around) ** 2 / probes;
      if (probe === 0) diagonal[f]! += (1 - 2 / n) / around;
    }
  }
  return { errors: reversibleErrorsFrom(diagonal, attempts), probes };
}

/** What a result says of errors that were estimated. */
export function estimatedBy(probes: number): string {
  const percent = Math.ceil(100 / Math.sqrt(2 * probes));
  return `In a component that is too large for exact standard errors they were estimated from ${probes} random probes: each is good to about ${percent}%.`;
}
