/** One experiment of a comparison: its least-action potential on the states in common. */
import type { CountGraph } from '../../transitions/types';
import { leastActionCovariance } from './comparison-covariance';
import { centre } from '../potential/laplacian';
import { solveLeastAction, type LeastActionSolution } from '../potential/least-action';
import { splitBlocks } from '../graph/neighbour-graph';
import { hessianInverse, localValues } from '../potential/potential-result';
import { prepare, type Prepared } from '../prepare';
import type { AnalysisOptions } from '../result';

/** Above this many states in a component the covariance is left out: n^2 numbers, n^3 work. */
export const covarianceLimit = 600;

export interface ComparedFit {
  name: string;
  prepared: Prepared;
  solution: LeastActionSolution;
}

/** Solves an experiment in float64. */
export function fitExperiment(
  name: string,
  graph: CountGraph,
  options: Partial<AnalysisOptions>,
): ComparedFit {
  const prepared = prepare(graph, options);
  const solution = solveLeastAction(prepared.leastAction, prepared.options.action);
  return { name, prepared, solution };
}

/** A potential on m common states. */
export interface Estimate {
  /** m values in nats, mean 0. */
  V: Float64Array;
  /** m x m in the same gauge; null where there is none, for the reason `why`. */
  covariance: Float64Array | null;
  why: string | null;
  /** An exact kernel: no noise, a covariance of 0. */
  exact: boolean;
}

/**
 * The potential of an experiment on `states` (indices of its graph, at least two, all in one
 * component), with the sandwich covariance of method.md section 4.
 */
export function estimateOn(
  { name, prepared, solution }: ComparedFit,
  states: Int32Array,
): Estimate {
  const V = Float64Array.from(states, (f) => solution.V[f]!);
  centre(V);
  const m = states.length;
  if (prepared.graph.exact)
    return { V, covariance: new Float64Array(m * m), why: null, exact: true };
  const none = (why: string) => ({ V, covariance: null, why, exact: false });
  if (!solution.converged) return none(`The potential of ${name} did not converge.`);
  const block = splitBlocks(prepared.leastAction).find((one) => one.states.includes(states[0]!))!;
  if (block.states.length > covarianceLimit)
    return none(
      `A component of ${name} has more than ${covarianceLimit} states: covariances are left out there.`,
    );
  const { action } = prepared.options;
  const local = localValues(block, solution.V);
  const at = new Map(Array.from(block.states, (f, i) => [f, i] as const));
  const inverse = hessianInverse(block, action, local);
  if (!inverse) return none(`The covariance of ${name} was lost to rounding.`);
  const covariance = leastActionCovariance(
    {
      graph: block.graph,
      kernel: action,
      V: local,
      inverse,
      denominator: localValues(block, prepared.kernel.denominator),
      trials: localValues(block, prepared.kernel.trials),
    },
    states.map((f) => at.get(f)!),
  );
  for (let i = 0; i < m; i++)
    if (!(covariance[i * m + i]! > 0))
      return none(
        `Some variances of ${name} are not positive: its rows leave nothing to chance, or it has fewer attempts than transitions.`,
      );
  return { V, covariance, why: null, exact: false };
}
