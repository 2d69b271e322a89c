/** One simulated data set through the page's own analysis, and what it says of what is known to be true. */
import { prepare, solve } from '../../src/analysis/analyse';
import { balanceResult } from '../../src/analysis/balance/balance-result';
import type { FittedBlock } from '../../src/analysis/balance/balance-test';
import { ConditionalBootstrap } from '../../src/analysis/balance/bootstrap';
import {
  tie,
  type BootstrapOffer,
  type BootstrapRun,
} from '../../src/analysis/balance/bootstrap-null';
import { splitBlocks } from '../../src/analysis/graph/neighbour-graph';
import {
  hessianInverse,
  localValues,
  potentialResult,
  reversibleResult,
} from '../../src/analysis/potential/potential-result';
import type { BalanceTest } from '../../src/analysis/result';
import { noncentralChi2Survival, normalQuantile } from '../../src/analysis/statistics/special';
import type { CountGraph } from '../../src/transitions/types';
import { nameOf } from './sample';

/** The level of the test: the verdict's. */
export const level = 0.05;

/** What is true of the kernel; absent where it has none. */
export interface Truth {
  /** n values, mean 0, nats: of a balanced kernel. */
  V?: Float64Array;
  /** Of a driven kernel, nats. */
  tau?: number;
}

export interface Outcome {
  /** Every state is in one strongly connected component. */
  connected: boolean;
  test: BalanceTest;
  /** p <= 0.05; null where there is nothing to test. */
  rejected: boolean | null;
  /** The same by the bootstrap's p; null where there is none. */
  rejectedByBootstrap: boolean | null;
  /** For every state: does its 95% interval hold the truth? null: no interval. */
  covered: { leastAction: (boolean | null)[]; reversible: (boolean | null)[] } | null;
  /** Does the interval of tau hold the truth? By scaled chi2, as shown, and by the noncentral one. */
  tauCovered: { shown: boolean; noncentral: boolean } | null;
}

/**
 * Analyses the counts as the page does. Of the bootstrap's replicas no more are drawn than it takes to
 * know whether its p is at most 0.05: where it is not, that p in `test` is one of many above 0.05.
 */
export function analyseDataSet(
  graph: CountGraph,
  truth: Truth,
  replicas: number,
  seed: number,
): Outcome {
  const prepared = prepare(graph, { replicas, seed });
  const solutions = solve(prepared);
  const blocks = splitBlocks(prepared.counts);
  const fitted = blocks.map((block): FittedBlock => {
    return { graph: block.graph, theta: localValues(block, solutions.reversible.V) };
  });
  const names = blocks.map(({ states }) => Array.from(states, (f) => graph.names[f]!));
  const { converged } = solutions.reversible;
  const steps = balanceResult(fitted, names, converged, prepared.options);
  let step = steps.next();
  while (!step.done) step = steps.next('problem' in step.value ? decide(step.value) : undefined);
  const { test } = step.value;
  const connected = prepared.components.members[prepared.largest]?.length === graph.names.length;
  return {
    connected,
    test,
    rejected: test.p === null ? null : test.p <= level,
    rejectedByBootstrap: test.pBootstrap == null ? null : test.pBootstrap <= level,
    covered: connected && truth.V ? coverage(truth.V) : null,
    tauCovered: truth.tau === undefined ? null : coversTau(test, truth.tau),
  };

  function coverage(V: Float64Array): NonNullable<Outcome['covered']> {
    const inverse = hessianInverse(blocks[0]!, 'softplus', fitted[0]!.theta);
    const least = potentialResult(prepared, solutions.potential, splitBlocks(prepared.leastAction));
    const reversible = reversibleResult(prepared, solutions.reversible, inverse)!;
    return { leastAction: coveredStates(least, V), reversible: coveredStates(reversible, V) };
  }
}

/** Replicas until too many have reached X2 for p <= 0.05; those not drawn are taken as reaching it. */
function decide({ problem }: BootstrapOffer): BootstrapRun {
  const bootstrap = new ConditionalBootstrap(problem.blocks, problem.seed);
  const X2 = new Float64Array(problem.replicas).fill(Infinity);
  let atLeast = 0;
  for (let b = 0; b < problem.replicas; b++) {
    const replica = bootstrap.runReplica(b);
    X2[b] = replica.converged ? replica.X2 : NaN;
    if (!(X2[b]! < problem.X2 * (1 - tie))) atLeast++;
    if (1 + atLeast > level * (problem.replicas + 1)) break;
  }
  return { X2, by: 'cpu' };
}

const width = normalQuantile(0.975);

function coveredStates(
  shown: { V: Record<string, number>; standardError?: Record<string, number> },
  V: Float64Array,
): (boolean | null)[] {
  const estimate = Float64Array.from(V, (_, f) => shown.V[nameOf(f)]!);
  const mean = estimate.reduce((total, value) => total + value, 0) / V.length;
  return Array.from(estimate, (value, f) => {
    const error = shown.standardError?.[nameOf(f)];
    return error === undefined ? null : Math.abs(value - mean - V[f]!) <= width * error;
  });
}

function coversTau(test: BalanceTest, tau: number): Outcome['tauCovered'] {
  const [low, high] = test.tauInterval ?? [null, null];
  if (low === null || high === null || !test.information) return null;
  // The interval by inversion holds tau just where X2 is no surprise at tau^2 C.
  const upper = noncentralChi2Survival(test.X2!, test.ndf, tau * tau * test.information);
  return { shown: low <= tau && tau <= high, noncentral: upper >= 0.025 && upper <= 0.975 };
}
