/** The comparison of two or more experiments (method.md section 6). */
import type { CountGraph } from '../../transitions/types';
import { comparePair, leastCommon } from './comparison-pair';
import { estimateOn, fitExperiment, type ComparedFit } from './comparison-fit';
import { kernelsTest } from './comparison-kernels';
import { tooFewCounts, waldOfAll } from './comparison-potentials';
import type {
  ComparedExperiment,
  Comparison,
  OverallComparison,
  PairComparison,
} from './comparison-result';
import { commonStates } from './comparison-states';
import { comparisonVerdict } from './comparison-verdict';
import { holmAdjusted } from '../statistics/false-discoveries';
import { defaultOptions } from '../prepare';
import type { AnalysisOptions } from '../result';
import { chi2Survival } from '../statistics/special';

export interface Experiment {
  name: string;
  graph: CountGraph;
  /** N_f of every state with counts, where the counts do not hold the attempts. */
  attemptsPerState?: number;
}

/** How far it is, in parts of a pair of experiments. */
export interface ComparisonProgress {
  stage: 'comparison';
  done: number;
  total: number;
}

/** About as often does the work on a pair pause. */
const partsOfPair = 30;

/** The comparison in one call. At least two experiments; see `comparing`. */
export function compare(
  experiments: readonly Experiment[],
  options: Partial<AnalysisOptions> = {},
): Comparison {
  const steps = comparing(experiments, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Compares every pair of experiments, and all at once where they are three or more: common states,
 * correlation, equality of the potentials and of the kernels. The potential is the least-action one of
 * the chosen normalisation. Yields after every batch of work, so that a worker can stop it.
 * @throws RangeError with fewer than two experiments
 */
export function* comparing(
  experiments: readonly Experiment[],
  options: Partial<AnalysisOptions> = {},
): Generator<ComparisonProgress, Comparison> {
  if (experiments.length < 2) throw new RangeError('A comparison needs two experiments.');
  const all: AnalysisOptions = { ...defaultOptions, ...options };
  const total = (partsOfPair * experiments.length * (experiments.length - 1)) / 2;
  const progress = (done: number) => ({ stage: 'comparison' as const, done, total });
  const fits: ComparedFit[] = [];
  for (const { name, graph, attemptsPerState } of experiments) {
    fits.push(
      fitExperiment(name, graph, {
        ...options,
        ...(attemptsPerState === undefined ? {} : { attemptsPerState }),
      }),
    );
    yield progress(0);
  }
  const pairs: PairComparison[] = [];
  for (let i = 0; i < fits.length; i++)
    for (let j = i + 1; j < fits.length; j++) {
      const steps = comparePair(fits, [i, j], all.replicas, all.seed);
      for (let parts = 0; ; parts = Math.min(parts + 1, partsOfPair)) {
        const step = steps.next();
        yield progress(partsOfPair * pairs.length + parts);
        if (!step.done) continue;
        pairs.push(step.value);
        break;
      }
    }
  for (const test of ['potentials', 'kernels'] as const)
    holmAdjusted(pairs.map((pair) => pair[test].p)).forEach(
      (p, k) => (pairs[k]![test].pAdjusted = p),
    );
  const overall = fits.length > 2 ? overallComparison(fits) : undefined;
  const compared = fits.map(({ name, prepared, solution }) => ({
    name,
    states: prepared.graph.names.length,
    attempts: prepared.graph.attempts.reduce((sum, attempts) => sum + attempts, 0),
    components: prepared.components.count,
    attemptsGiven: prepared.graph.attemptsGiven,
    converged: solution.converged,
  }));
  const warnings = [...warningsOf(fits), ...fewCounts(compared, pairs)];
  const { normalisation, action, uniformAttempts, pseudoCounts, replicas, seed } = all;
  return {
    equipoise: 1,
    kind: 'comparison',
    experiments: compared,
    options: {
      normalisation,
      action,
      uniformAttempts,
      pseudoCounts,
      replicas,
      seed,
      ...(all.attemptsPerState === undefined ? {} : { attemptsPerState: all.attemptsPerState }),
      ...(all.temperature === undefined ? {} : { temperature: all.temperature }),
    },
    pairs,
    ...(overall ? { overall } : {}),
    verdict: comparisonVerdict(compared, pairs, overall),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** All experiments at once, on the states that one component of each holds. */
function overallComparison(fits: readonly ComparedFit[]): OverallComparison {
  const { names, index } = commonStates(
    fits.map(({ prepared }) => ({ names: prepared.graph.names, components: prepared.components })),
  );
  const graphs = fits.map(({ prepared }) => prepared.graph);
  const kernels = kernelsTest(graphs, fits[0]!.prepared.options.normalisation);
  const none = (reason: string) => ({
    common: names.length,
    potentials: { statistic: null, ndf: 0, p: null, why: { statistic: reason, p: reason } },
    kernels,
  });
  if (names.length < leastCommon)
    return none(
      `All of them together have ${names.length} states in common inside one component of each; ${leastCommon} are needed.`,
    );
  const estimates = fits.map((fit, e) => estimateOn(fit, index[e]!));
  const wald = waldOfAll(estimates);
  if (!wald)
    return none(
      estimates.map(({ why }) => why).find((why) => why !== null) ??
        'An experiment without noise in some direction, or an exact one, has no weight in a mean.',
    );
  const { statistic, ndf } = wald;
  const why = tooFewCounts(estimates);
  return {
    common: names.length,
    potentials: {
      statistic,
      ndf,
      p: why === null ? chi2Survival(statistic, ndf) : null,
      ...(why === null ? {} : { why: { p: why } }),
    },
    kernels,
  };
}

/** A standard error, in nats, above which Wald's test was seen to reject less often than its level. */
const wideError = 0.7;

/** A warning for each pair of which the test of the potentials is on the safe side. */
function fewCounts(
  experiments: readonly ComparedExperiment[],
  pairs: readonly PairComparison[],
): string[] {
  const wide = pairs.filter(
    ({ states, potentials }) =>
      potentials.p !== null &&
      states.some(({ standardError }) => standardError.some((error) => error! > wideError)),
  );
  return wide.map(
    ({ experiments: [i, j] }) =>
      `${experiments[i]!.name} and ${experiments[j]!.name}: some states rest on few counts (standard error above ${wideError} nats), where the test of the potentials rejects less often than 5% of equal ones.`,
  );
}

function warningsOf(fits: readonly ComparedFit[]): string[] {
  const warnings: string[] = [];
  const given = fits.filter(({ prepared }) => prepared.graph.attemptsGiven);
  if (given.length > 0)
    warnings.push(
      `The attempts of ${given.map(({ name }) => name).join(', ')} are given, not counted: kernels are compared by transitions to other states alone, and a potential is as good as that assumption.`,
    );
  for (const { name, solution } of fits)
    if (!solution.converged)
      warnings.push(`The potential of ${name} did not converge: its values are not final.`);
  const exact = fits.filter(({ prepared }) => prepared.graph.exact);
  const { normalisation } = fits.find(({ prepared }) => !prepared.graph.exact)?.prepared
    .options ?? {
    normalisation: 'exact',
  };
  if (exact.length > 0 && normalisation !== 'exact' && normalisation !== 'attempts')
    warnings.push(
      `${exact.map(({ name }) => name).join(', ')}: exact kernels are chances of an attempt; the others are normalised by ${normalisation}.`,
    );
  return warnings;
}
