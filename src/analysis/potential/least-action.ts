/** The least-action potential of a whole problem, one strongly connected component at a time. */
import { splitBlocks, type LeastActionProblem } from '../graph/neighbour-graph';
import { newtonSolve, type NewtonOptions } from './newton-solve';
import type { ActionKernel } from '../result';

export type { LeastActionProblem } from '../graph/neighbour-graph';

export interface LeastActionSolution {
  /** n values in nats; mean 0 in each component, 0 for a state alone. */
  V: Float64Array;
  /** Largest of the components' last Newton steps (0 with no component of two states). */
  lastStep: number;
  /** All components converged. */
  converged: boolean;
  /** Most iterations of any component. */
  iterations: number;
}

/**
 * argmin over V of sum w_fg K(V_f - V_g) (method.md section 3; with raw counts and softplus, theta
 * of section 4). Same signature as the GPU's, which returns a promise.
 */
export function solveLeastAction(
  problem: LeastActionProblem,
  action: ActionKernel,
  options: Pick<NewtonOptions, 'tolerance' | 'maxIterations'> = {},
): LeastActionSolution {
  const V = new Float64Array(problem.rowStart.length - 1);
  let lastStep = 0;
  let converged = true;
  let iterations = 0;
  for (const block of splitBlocks(problem)) {
    const solution = newtonSolve(block.graph, action, options);
    block.states.forEach((f, index) => (V[f] = solution.V[index]!));
    lastStep = Math.max(lastStep, solution.lastStep);
    converged &&= solution.converged;
    iterations = Math.max(iterations, solution.iterations);
  }
  return { V, lastStep, converged, iterations };
}
