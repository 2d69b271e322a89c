/** The whole analysis: prepare, solve (here or on the GPU), complete. */
import type { FeatureTable } from '../transitions/features-csv';
import type { Attempt, CountGraph } from '../transitions/types';
import { largestAffinities } from './balance/affinities';
import { assumptionsTest } from './order/assumptions';
import { balanceResult } from './balance/balance-result';
import type { FittedBlock } from './balance/balance-test';
import type { BootstrapOffer, BootstrapProgress, BootstrapRun } from './balance/bootstrap-null';
import { oneWayBounds } from './potential/bounds';
import { cyclesTest } from './balance/cycles';
import type { ExactProgress } from './balance/exact-null';
import { flowDecomposition } from './balance/decomposition';
import { dynamicsResult, type DynamicsProgress } from './dynamics/dynamics-result';
import type { EntropyProgress } from './dynamics/entropy-null';
import { exactParts, type ResultParts } from './exact-result';
import { largeReversibleErrors, type LargeErrors } from './potential/large-errors';
import { solveLeastAction, type LeastActionSolution } from './potential/least-action';
import { splitBlocks } from './graph/neighbour-graph';
import { pairPoints, pairsTest } from './balance/pairs';
import { parametricResult, parametricWarnings } from './potential/parametric-result';
import {
  hessianInverse,
  localValues,
  potentialResult,
  reversibleResult,
} from './potential/potential-result';
import { prepare, type Prepared } from './prepare';
import type { AnalysisOptions, Backend, Result } from './result';
import { trianglesTest } from './balance/triangles';
import { verdictOf } from './verdict';

export { defaultOptions, prepare, type Prepared } from './prepare';

/** Answers to the two problems of a `Prepared`. */
export interface Solutions {
  /** `leastAction` with the chosen action. */
  potential: LeastActionSolution;
  /** `counts` with softplus: theta. */
  reversible: LeastActionSolution;
}

/** What happens between two looks at the clock. */
export type AnalysisProgress =
  BootstrapProgress | DynamicsProgress | EntropyProgress | ExactProgress;

const cpu: Backend = { kind: 'cpu', precision: 'float64', selfTest: 'not run' };

/** Solves both problems in float64 on this thread. */
export function solve(prepared: Prepared): Solutions {
  return {
    potential: solveLeastAction(prepared.leastAction, prepared.options.action),
    reversible: solveLeastAction(prepared.counts, 'softplus'),
  };
}

/**
 * The result of a count graph in one call, on this thread. Missing options take their defaults;
 * `attempts` is the log behind the counts, where there is one, `features` what is to explain the heights.
 */
export function analyse(
  graph: CountGraph,
  options: Partial<AnalysisOptions> = {},
  attempts?: readonly Attempt[],
  features?: FeatureTable,
): Result {
  const prepared = prepare(graph, options);
  return complete(prepared, solve(prepared), cpu, attempts, features);
}

/** The result from the solutions, in one call. */
export function complete(
  prepared: Prepared,
  solutions: Solutions,
  backend: Backend,
  attempts?: readonly Attempt[],
  features?: FeatureTable,
): Result {
  const steps = completing(prepared, solutions, backend, attempts, features);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The result from the solutions, in steps: yields after every simulated table, so that a worker can
 * report progress and stop by dropping the generator. The yields do not change any number. Before the
 * first replica it yields a `BootstrapOffer`: a caller that runs the replicas elsewhere hands them in
 * with `next(run)`. With the log's `attempts` the result says whether they are what the test assumes,
 * with `features` how far they explain the heights.
 */
export function* completing(
  prepared: Prepared,
  solutions: Solutions,
  backend: Backend,
  attempts?: readonly Attempt[],
  features?: FeatureTable,
): Generator<AnalysisProgress | BootstrapOffer, Result, BootstrapRun | undefined> {
  const { graph, options, kernel, components, largest } = prepared;
  const explained = (inverse?: Float64Array | null) =>
    features && { parametric: parametricResult(prepared, solutions.reversible, features, inverse) };
  if (graph.exact)
    return assemble(prepared, solutions, backend, {
      ...(yield* exactParts(prepared, solutions)),
      ...explained(),
    });
  const potential = potentialResult(
    prepared,
    solutions.potential,
    splitBlocks(prepared.leastAction),
  );
  const inverses = new Map<FittedBlock, Float64Array>();
  let largestInverse: Float64Array | null = null;
  let largeErrors: LargeErrors | null = null;
  const blocks = splitBlocks(prepared.counts);
  const fitted = blocks.map((block) => {
    const theta = localValues(block, solutions.reversible.V);
    const one: FittedBlock = { graph: block.graph, theta };
    if (components.of[block.states[0]!] === largest && solutions.reversible.converged) {
      largestInverse = hessianInverse(block, 'softplus', theta);
      if (largestInverse) inverses.set(one, largestInverse);
      else
        largeErrors = largeReversibleErrors(block.graph, theta, localValues(block, graph.attempts));
    }
    return one;
  });
  const reversible = reversibleResult(prepared, solutions.reversible, largestInverse, largeErrors);
  const points = pairPoints(graph, kernel.weight, solutions.potential.V, options.minPairCount);
  const balance = yield* balanceResult(
    fitted,
    blocks.map(({ states }) => Array.from(states, (f) => graph.names[f]!)),
    solutions.reversible.converged,
    options,
    inverses,
  );
  const dynamics = yield* dynamicsResult(prepared, solutions.potential, solutions.reversible);
  const assumptions = attempts && assumptionsTest(attempts);
  const parts: ResultParts = {
    potential,
    reversible,
    bounds: oneWayBounds(graph, kernel, components).map(({ above, below, atLeast }) => ({
      above: graph.names[above]!,
      below: graph.names[below]!,
      atLeast,
    })),
    tests: {
      pairs: pairsTest(points),
      triangles: trianglesTest(graph, options.minPairCount),
      balance: balance.test,
      cycles: cyclesTest(graph, options.minCycleCount),
      affinities: largestAffinities(graph, options.minPairCount, balance.test.flagged),
      decomposition: flowDecomposition(graph, options.minPairCount),
      ...(assumptions ? { assumptions } : {}),
    },
    dynamics,
    ...explained(largestInverse),
    verdict: verdictOf(balance.test, assumptions),
  };
  return assemble(prepared, solutions, backend, parts, balance.warnings);
}

/** The result around the parts that depend on whether there is noise. */
function assemble(
  prepared: Prepared,
  solutions: Solutions,
  backend: Backend,
  parts: ResultParts,
  more: string[] = [],
): Result {
  const { graph, options, components, order } = prepared;
  const { parametric } = parts;
  const warnings = [
    ...inputWarnings(prepared),
    ...(parametric ? parametricWarnings(parametric) : []),
    ...more,
  ];
  if (!solutions.potential.converged)
    warnings.push(
      'The potential did not converge: its values and what depends on them are not final.',
    );
  return {
    equipoise: 1,
    kind: 'result',
    input: inputOf(graph),
    options,
    backend,
    components: components.members.map((members, index) => ({
      states: Array.from(members, (f) => graph.names[f]!),
      above: order.below[index]!,
    })),
    ...parts,
    ...(order.undetermined ? { undetermined: order.undetermined } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(parts.reversible ? {} : { why: { reversible: alone, dynamics: alone } }),
  };
}

const alone = 'No two states lead to each other.';

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function inputOf(graph: CountGraph): Result['input'] {
  const selfTransitions = sum(graph.selfTransitions);
  return {
    states: graph.names.length,
    attempts: sum(graph.attempts),
    accepted: sum(graph.count) + selfTransitions,
    rejected: sum(graph.rejected),
    selfTransitions,
    distinctTransitions: graph.count.length,
    neverAttempted: graph.names.filter((_, f) => !(graph.attempts[f]! > 0)),
  };
}

/** Sentences on what the input leaves open. */
function inputWarnings({ graph, order }: Prepared): string[] {
  const warnings: string[] = [];
  const over: string[] = [];
  let never = 0;
  for (let f = 0; f < graph.names.length; f++) {
    if (!(graph.attempts[f]! > 0)) never++;
    let accounted = graph.selfTransitions[f]! + graph.rejected[f]!;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) accounted += graph.count[k]!;
    if (graph.attempts[f]! > 0 && accounted > graph.attempts[f]!) over.push(graph.names[f]!);
  }
  if (over.length > 0)
    warnings.push(
      `${over.length === 1 ? 'One state has' : `${over.length} states have`} more counts than the given attempts (${over.slice(0, 5).join(', ')}${over.length > 5 ? ', …' : ''}): the kernel's rows there add up to more than 1.`,
    );
  if (never > 0)
    warnings.push(
      `${never === 1 ? 'One state was' : `${never} states were`} seen but never attempted from: nothing is said of ${never === 1 ? 'its' : 'their'} potential.`,
    );
  if (!order.complete)
    warnings.push(
      'There are too many components to list their whole order: "above" holds direct steps only.',
    );
  else if (!order.undetermined)
    warnings.push(
      `${order.undeterminedCount} pairs of components have no path either way; they are too many to list.`,
    );
  return warnings;
}
