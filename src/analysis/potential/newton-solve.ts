/** Damped Newton on the action of one connected block (method.md section 3). */
import {
  centre,
  emptyLaplacianFactor,
  refactor,
  solveFactored,
  solveNearby,
  type LaplacianFactor,
} from './laplacian';
import {
  alongPairs,
  emptyLinearised,
  linearise,
  pairAction,
  pairWeights,
  widest,
  type Linearised,
  type PairWeights,
} from './linearise';
import { logRatioStart } from './log-ratio-start';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import type { ActionKernel } from '../result';
import { eliminationPlan } from './sparse-cholesky-plan';

export interface NewtonOptions {
  /** Largest |Newton step in V| that counts as converged, in nats. Default 1e-8. */
  tolerance?: number;
  /** Default 200. */
  maxIterations?: number;
  /** Starting V (n values); default that of `logRatioStart`. */
  start?: Float64Array;
  /** Factor of a nearby Hessian on the same pairs: its plan is used again, and it for a first direction. */
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
/** A last step is believed only when solved to this; better is never asked for, since it may be rounding. */
const believed = 1e-6;

/** Longest step along a pair, in nats. */
const longest = 4;

/**
 * A factor serves again until V has moved this far along some pair, in nats: no weight then changed by
 * more than a factor e^this, and the energy norm of a direction's relative error is below e^this - 1.
 */
const still = 5e-4;
/** More iterations than this with the factor of the caller, and a new one pays. */
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
  const plan = options.factor?.sparse.plan ?? eliminationPlan(graph);
  const pairs = pairWeights(graph, plan);
  const factor = emptyLaplacianFactor(plan);
  let nearby = options.factor;
  /** How far V went along any pair since `factor` was made, at most. */
  let moved = Infinity;
  let here = emptyLinearised(n, pairs.first.length);
  let trial = emptyLinearised(n, pairs.first.length);
  const direction = new Float64Array(n);
  const along = new Float64Array(pairs.first.length);

  /** The Newton direction at `here`, by a factor no further off than `away`; returns its relative error. */
  const solve = (wanted: number, away: number): number => {
    for (let f = 0; f < n; f++) direction[f] = -here.gradient[f]!;
    if (nearby) {
      const solved = solveNearby(nearby, here.weight, direction, wanted, staleLimit);
      if (solved.residual <= wanted) {
        direction.set(solved.x);
        return solved.residual;
      }
    }
    if (moved > away) {
      refactor(factor, here.weight);
      moved = 0;
    }
    const { residual } = solveFactored(factor, direction, wanted);
    centre(direction);
    return Math.max(residual, Math.expm1(moved));
  };
  const measure = (x: Float64Array) => (options.byPairs ? widest(pairs, x) : largest(x));

  if (options.start) here.V.set(options.start);
  else logRatioStart(pairs, factor, here.V);
  linearise(pairs, kernel, here, along);
  let lastStep = Infinity;
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations) {
    iterations++;
    const wanted = Math.max(believed, Math.min(rough, lastStep * lastStep));
    let residual = solve(wanted, plan.core.states === 0 ? still : 0);
    let size = measure(direction);
    const sure = residual <= 1e-3 && residual * size <= believed * tolerance;
    if (size <= tolerance && !sure && (wanted > believed || moved > 0)) {
      residual = solve(believed, 0);
      size = measure(direction);
    }
    if (!Number.isFinite(size)) break;
    lastStep = size;
    if (size <= tolerance && residual <= 1e-3) {
      for (let f = 0; f < n; f++) here.V[f]! += direction[f]!;
      converged = true;
      break;
    }
    const way = lineSearch(pairs, kernel, here, direction, along, trial);
    if (way === 0) break;
    [here, trial] = [trial, here];
    moved += way;
    nearby = undefined;
  }
  centre(here.V);
  return { V: here.V, lastStep, converged, iterations };
}

function largest(x: Float64Array): number {
  let size = 0;
  for (let i = 0; i < x.length; i++) {
    const value = Math.abs(x[i]!);
    if (!(value <= size)) size = value;
  }
  return size;
}

/**
 * Sets `trial` to V + t x with t at most 1 and no more than `longest` along any pair, such that the
 * action has fallen. Returns the longest way along a pair; 0: no such t. `along` is room for x_f - x_g.
 */
function lineSearch(
  pairs: PairWeights,
  kernel: ActionKernel,
  here: Linearised,
  x: Float64Array,
  along: Float64Array,
  trial: Linearised,
): number {
  const { slope: before, stretch } = alongPairs(pairs, here.flow, x, along);
  if (!(before < 0)) return 0;
  const first = Math.min(1, longest / stretch);
  let t = first;
  let actionBefore: number | null = null;
  while (t > first * 1e-12) {
    for (let f = 0; f < x.length; f++) trial.V[f] = here.V[f]! + t * x[f]!;
    const way = t * stretch;
    const after = linearise(pairs, kernel, trial, along);
    // The action is convex: still downhill at t, it has fallen on the whole way.
    if (after <= 0) return way;
    if (after <= -before / 2) {
      // Its curvature changes by at most a factor e^s over a way s (|K'''| <= K''), and of two slopes
      // that are joined so the mean is at most this: then it has fallen too.
      const mean = before + (after - before) * (1 / 2 + way / 12);
      if (mean <= 0.1 * before) return way;
      actionBefore ??= pairAction(pairs, kernel, here.V);
      if (pairAction(pairs, kernel, trial.V) <= actionBefore + 0.1 * t * before) return way;
    }
    // Where the slope would be 0 if it changed evenly.
    const zero = before / (before - after);
    t *= zero > 0.1 ? Math.min(zero, 0.5) : Number.isFinite(after) ? 0.1 : 0.5;
  }
  return 0;
}
