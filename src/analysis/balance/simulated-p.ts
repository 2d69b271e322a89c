/** The p-value where chi-squared is not valid: exact where that can be done, else the bootstrap's. */
import { cautiousExpected, coarse, type FittedBlock } from './balance-test';
import {
  runBootstrap,
  tallyBootstrap,
  type BootstrapOffer,
  type BootstrapProgress,
  type BootstrapRun,
} from './bootstrap-null';
import { planExact, runExact, sweeps, tallyExact, type ExactProgress } from './exact-null';
import type { AnalysisOptions, BalanceTest, ExactTest } from '../result';

/** Fewer independent samples than this are told of. */
const fewEffective = 100;

export interface SimulatedP {
  /** What it adds to the test. */
  test: Pick<BalanceTest, 'method' | 'p' | 'replicas'> & Partial<BalanceTest>;
  warnings: string[];
}

/**
 * Both, as many samples as replicas. First yields the bootstrap as an offer, which the caller answers with
 * the replicas or with nothing, and then they are run here; yields after each replica and each sample.
 */
export function* simulatedP(
  blocks: FittedBlock[],
  X2: number,
  median: number | null,
  { replicas, seed }: AnalysisOptions,
): Generator<
  BootstrapOffer | BootstrapProgress | ExactProgress,
  SimulatedP,
  BootstrapRun | undefined
> {
  const problem = { blocks, X2, replicas, seed };
  const given = yield { stage: 'bootstrap', done: 0, total: replicas, problem };
  const run = given ?? (yield* runBootstrap(problem));
  const tally = tallyBootstrap(problem, run);
  const { exact, why, warning } = yield* exactTest(blocks, replicas, seed);
  const warnings: string[] = [];
  if (run.note !== undefined) warnings.push(run.note);
  if (tally.notConverged > 0)
    warnings.push(
      `${tally.notConverged} of ${tally.replicas} bootstrap fits did not converge; they were counted as reaching X2.`,
    );
  if (warning !== undefined) warnings.push(warning);
  if (why !== undefined) {
    warnings.push(`${why} p is the bootstrap's.`);
    if (median !== null && median < cautiousExpected)
      warnings.push(
        'Most pairs were seen about once: there the bootstrap is cautious. In simulations it rejected 3 of 100 balanced agents at the 5% level, and violations are missed more often.',
      );
  }
  return {
    test: {
      method: why === undefined ? 'exact-conditional' : 'conditional-bootstrap',
      p: why === undefined ? exact.p : tally.p,
      pBootstrap: tally.p,
      exact,
      replicas: tally.replicas,
      replicasBy: run.by,
      ...(run.repeated === undefined ? {} : { replicasRepeated: run.repeated }),
      ...(tally.quantiles.length > 0 ? { nullQuantiles: tally.quantiles } : {}),
    },
    warnings,
  };
}

interface ExactOutcome {
  exact: ExactTest;
  /** Why it was not done; absent where it was. */
  why?: string;
  warning?: string;
}

function* exactTest(
  blocks: FittedBlock[],
  samples: number,
  seed: number,
): Generator<ExactProgress, ExactOutcome> {
  const plan = planExact(blocks, samples, seed);
  if ('why' in plan) {
    const none = { p: null, standardError: null, effectiveSamples: null, mostCommon: null };
    const why = Object.fromEntries(Object.keys(none).map((key) => [key, plan.why]));
    return { exact: { ...none, samples: 0, sweeps, why }, why: plan.why };
  }
  const { p, effective, mostCommon } = tallyExact(yield* runExact(plan));
  const standardError = effective === null ? 0 : Math.sqrt((p * (1 - p)) / effective);
  const exact: ExactTest = {
    p,
    standardError,
    samples,
    effectiveSamples: effective,
    mostCommon,
    sweeps,
    ...(effective === null ? { why: { effectiveSamples: 'All samples have the same X2.' } } : {}),
  };
  if (mostCommon > coarse)
    return {
      exact,
      warning: `The tables with the totals of these pairs have few values of X2 (the most common one has ${Math.round(100 * mostCommon)}% of the samples): there the test is cautious.`,
    };
  if (effective === null || effective >= Math.min(fewEffective, samples / 4)) return { exact };
  return {
    exact,
    warning: `The ${samples} samples of the exact test are worth ${Math.round(effective)} independent ones: p is valid, but uncertain by ${standardError.toFixed(3)}.`,
  };
}
