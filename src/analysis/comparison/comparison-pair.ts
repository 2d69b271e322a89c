/** Two experiments against each other: common states, correlation, both tests. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { correlate } from './comparison-correlation';
import { estimateOn, type ComparedFit, type Estimate } from './comparison-fit';
import { kernelsTest } from './comparison-kernels';
import {
  detectableDifference,
  tooFewCounts,
  typicalDifference,
  waldOfTwo,
} from './comparison-potentials';
import type { ComparedState, PairComparison, PotentialsTest } from './comparison-result';
import { commonStates } from './comparison-states';
import { falseDiscoveries } from '../statistics/false-discoveries';
import { chi2Survival, normalQuantile } from '../statistics/special';

/** Fewer common states than this say nothing of a shape. */
export const leastCommon = 3;

/**
 * Compares experiments i and j of `fits`; yields between batches of work. The noise of an experiment
 * is drawn from a stream of its own, the same in every pair.
 */
export function* comparePair(
  fits: readonly ComparedFit[],
  [i, j]: readonly [number, number],
  replicas: number,
  seed: number,
): Generator<void, PairComparison> {
  const pair = [fits[i]!, fits[j]!];
  const { names, index } = commonStates(
    pair.map(({ prepared }) => ({ names: prepared.graph.names, components: prepared.components })),
  );
  const tested = kernelsTest(
    pair.map(({ prepared }) => prepared.graph),
    pair[0]!.prepared.options.normalisation,
  );
  const kernels = { ...tested, pAdjusted: tested.p };
  const head = { experiments: [i, j] as [number, number], common: names.length };
  if (names.length < leastCommon) return { ...head, ...nothingCommon(names.length), kernels };
  const estimates: Estimate[] = [];
  for (const [e, fit] of pair.entries()) {
    estimates.push(estimateOn(fit, index[e]!));
    yield;
  }
  const two = estimates as [Estimate, Estimate];
  return {
    ...head,
    states: comparedStates(names, two),
    correlation: yield* correlate(two, replicas, [normalsOf(seed, i), normalsOf(seed, j)]),
    potentials: potentialsTest(two),
    kernels,
  };
}

/** Standard normal numbers of one experiment. */
function normalsOf(seed: number, experiment: number): () => number {
  const stream = xoroshiro128plus(seed);
  // The state after seeding holds the seed almost bare; one jump mixes it.
  for (let jumps = 0; jumps <= experiment; jumps++) stream.jump();
  const middle = 2 ** -54; // keeps the number above 0
  return () => normalQuantile(uniformFloat64(stream) + middle);
}

function nothingCommon(
  common: number,
): Pick<PairComparison, 'states' | 'correlation' | 'potentials'> {
  const reason = `They have ${common === 0 ? 'no state' : common === 1 ? 'one state' : 'two states'} in common inside one component of each; ${leastCommon} are needed.`;
  const none = { value: null, interval: null, why: { value: reason, interval: reason } };
  return {
    states: [],
    correlation: {
      pearson: none,
      spearman: none,
      slope: none,
      reliability: [null, null],
      corrected: null,
      replicas: 0,
      why: { reliability: reason, corrected: reason },
    },
    potentials: noPotentialsTest(reason),
  };
}

function noPotentialsTest(reason: string): PotentialsTest {
  return {
    statistic: null,
    ndf: 0,
    p: null,
    pAdjusted: null,
    difference: null,
    detectable: null,
    why: { statistic: reason, p: reason, difference: reason, detectable: reason },
  };
}

/** Wald's test of two potentials. */
function potentialsTest(estimates: [Estimate, Estimate]): PotentialsTest {
  if (estimates.every(({ exact }) => exact))
    return noPotentialsTest('Neither kernel has sampling noise: their difference is exact.');
  const wald = waldOfTwo(estimates);
  if (!wald)
    return noPotentialsTest(
      estimates.map(({ why }) => why).find((why) => why !== null) ??
        'The noise leaves a direction without any: some rows leave nothing to chance.',
    );
  const { statistic, ndf } = wald;
  const why = tooFewCounts(estimates);
  const p = why === null ? chi2Survival(statistic, ndf) : null;
  return {
    statistic,
    ndf,
    p,
    pAdjusted: p,
    difference: typicalDifference(wald),
    detectable: detectableDifference(wald),
    ...(why === null ? {} : { why: { p: why } }),
  };
}

/** Every common state, the highest of the first experiment first. */
function comparedStates(names: string[], [one, two]: [Estimate, Estimate]): ComparedState[] {
  const m = names.length;
  const error = ({ covariance }: Estimate, k: number) =>
    covariance ? Math.sqrt(covariance[k * m + k]!) : null;
  const states = names.map((state, k): ComparedState => {
    const errors = [error(one, k), error(two, k)] as const;
    const both = Math.hypot(errors[0] ?? NaN, errors[1] ?? NaN);
    const difference = two.V[k]! - one.V[k]!;
    return {
      state,
      V: [one.V[k]!, two.V[k]!],
      standardError: [...errors],
      difference,
      standardised: both > 0 ? difference / both : null,
      standsOut: false,
    };
  });
  const tested = states.filter(({ standardised }) => standardised !== null);
  const found = falseDiscoveries(
    tested.map(({ standardised }) => chi2Survival(standardised! ** 2, 1)),
  );
  tested.forEach((state, k) => (state.standsOut = found[k]!));
  return states.sort((a, b) => b.V[0] - a.V[0]);
}
