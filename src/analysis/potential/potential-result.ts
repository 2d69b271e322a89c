/** The result's `potential` and `reversible`: gauges, standard errors, stationary weights. */
import { hessianWeights } from './hessian-vector';
import { estimatedBy, largeLeastActionErrors, type LargeErrors } from './large-errors';
import type { LeastActionSolution } from './least-action';
import { named } from '../named';
import type { Block } from '../graph/neighbour-graph';
import type { Prepared } from '../prepare';
import { denseLimit, pseudoInverse } from './pseudo-inverse';
import type { ActionKernel, PotentialResult, ReversibleResult, Why } from '../result';
import { leastActionErrors, reversibleErrors } from './standard-errors';

const tooLarge = `A component has more than ${denseLimit} states: standard errors are left out there.`;

/** The values of the whole problem at a block's states. */
export function localValues(block: Block, values: Float64Array): Float64Array {
  return Float64Array.from(block.states, (f) => values[f]!);
}

/** L^+ of the action's Hessian at V; null above the dense limit. */
export function hessianInverse(
  block: Block,
  kernel: ActionKernel,
  V: Float64Array,
): Float64Array | null {
  if (block.graph.states > denseLimit) return null;
  const weights = new Float64Array(block.graph.neighbour.length);
  hessianWeights(block.graph, kernel, V, weights);
  return pseudoInverse(block.graph, weights);
}

/** V with its minimum at 0 in every component, and standard errors (method.md sections 3 and 4). */
export function potentialResult(
  prepared: Prepared,
  solution: LeastActionSolution,
  blocks: Block[],
): PotentialResult {
  const { graph, options, kernel, components } = prepared;
  const V = new Float64Array(graph.names.length);
  for (const members of components.members) {
    let least = Infinity;
    for (const f of members) least = Math.min(least, solution.V[f]!);
    for (const f of members) V[f] = solution.V[f]! - least;
  }
  const why: Why = {};
  const errors = new Float64Array(V.length).fill(NaN);
  if (solution.converged) {
    for (const block of blocks) {
      const local = localValues(block, solution.V);
      const denominator = localValues(block, kernel.denominator);
      const trials = localValues(block, kernel.trials);
      const inverse = hessianInverse(block, options.action, local);
      let found: Float64Array;
      if (inverse) {
        const { action } = options;
        found = leastActionErrors(block.graph, action, local, inverse, denominator, trials);
      } else {
        const large = largeLeastActionErrors(
          block.graph,
          options.action,
          local,
          denominator,
          trials,
        );
        found = large.errors;
        if (large.probes > 0) why['standardError'] = estimatedBy(large.probes);
      }
      block.states.forEach((f, index) => (errors[f] = found[index]!));
      if (found.some(Number.isNaN)) why['standardError'] ??= moreThanAttempts;
    }
  } else {
    why['standardError'] = 'The solver did not converge.';
  }
  if (!Number.isFinite(solution.lastStep)) why['lastStep'] = 'The last step was not finite.';
  const standardError = named(graph.names, errors);
  return {
    V: named(graph.names, V),
    component: named(graph.names, components.of),
    ...(Object.keys(standardError).length > 0 ? { standardError } : {}),
    lastStep: Number.isFinite(solution.lastStep) ? solution.lastStep : null,
    converged: solution.converged,
    iterations: solution.iterations,
    ...(Object.keys(why).length > 0 ? { why } : {}),
  };
}

const moreThanAttempts =
  'The attempts of a state are fewer than its transitions: some variances are not positive and are left out.';

/**
 * V_f = theta_f - ln N_f on the largest component, minimum 0, and pi proportional to e^-V (section
 * 4). `inverse` is the L^+ of the raw counts there, or null, and then `large` may hold the errors. Null
 * without a component of two states.
 */
export function reversibleResult(
  prepared: Prepared,
  solution: LeastActionSolution,
  inverse: Float64Array | null,
  large: LargeErrors | null = null,
): ReversibleResult | null {
  const { graph, components, largest } = prepared;
  const members = largest < 0 ? [] : [...components.members[largest]!];
  if (members.length < 2) return null;
  const names = members.map((f) => graph.names[f]!);
  const attempts = Float64Array.from(members, (f) => graph.attempts[f]!);
  const V = Float64Array.from(members, (f) => solution.V[f]! - Math.log(graph.attempts[f]!));
  let least = Infinity;
  for (const value of V) least = Math.min(least, value);
  for (let i = 0; i < V.length; i++) V[i]! -= least;
  const weight = V.map((value) => Math.exp(-value));
  let total = 0;
  for (const value of weight) total += value;
  let errors: Float64Array = new Float64Array(0);
  if (solution.converged && inverse) errors = reversibleErrors(inverse, attempts);
  else if (solution.converged && large) errors = large.errors;
  const standardError = named(names.slice(0, errors.length), errors);
  const why: Why = {};
  if (!solution.converged) why['standardError'] = 'The solver did not converge.';
  else if (!inverse && !large) why['standardError'] = tooLarge;
  else if (large && large.probes > 0) why['standardError'] = estimatedBy(large.probes);
  else if (errors.some(Number.isNaN)) why['standardError'] = moreThanAttempts;
  return {
    V: named(names, V),
    pi: named(
      names,
      weight.map((value) => value / total),
    ),
    ...(Object.keys(standardError).length > 0 ? { standardError } : {}),
    component: largest,
    converged: solution.converged,
    ...(Object.keys(why).length > 0 ? { why } : {}),
  };
}
