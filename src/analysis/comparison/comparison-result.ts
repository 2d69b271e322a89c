/** The comparison of experiments: the shape of a `*.eq-comparison.json` file (formats, section 4). */
import type { AnalysisOptions, MaybeNumber, Why } from '../result';

export interface ComparedExperiment {
  name: string;
  states: number;
  attempts: number;
  components: number;
  /** The attempts of its states were given, not counted: rejections are then no outcome. */
  attemptsGiven: boolean;
  converged: boolean;
}

/** A common state; potentials in nats, mean 0 over the common states in each experiment. */
export interface ComparedState {
  state: string;
  V: [number, number];
  /** Null where the covariance is not there; see `why` of the test of the potentials. */
  standardError: [MaybeNumber, MaybeNumber];
  /** V of the second less V of the first. */
  difference: number;
  /** The difference in its standard errors. */
  standardised: MaybeNumber;
  /** One of those that differ at a false discovery rate of 5% over the common states. */
  standsOut: boolean;
}

/** A number with its 95% bootstrap interval. */
export interface WithInterval {
  value: MaybeNumber;
  interval: [number, number] | null;
  why?: Why;
}

/** How alike the two potentials are over the common states. */
export interface Correlation {
  pearson: WithInterval;
  spearman: WithInterval;
  /** Errors-in-variables slope of the second on the first (Deming). */
  slope: WithInterval;
  /** Share of each potential's spread that is not noise of the counts. */
  reliability: [MaybeNumber, MaybeNumber];
  /** Pearson r divided by the root of both reliabilities, at most 1. */
  corrected: MaybeNumber;
  /** Draws behind the intervals; 0 where there are none. */
  replicas: number;
  why?: Why;
}

/** Are the potentials equal up to a constant? Wald's test. */
export interface PotentialsTest {
  statistic: MaybeNumber;
  ndf: number;
  p: MaybeNumber;
  /** Holm's adjustment over the pairs of experiments; the same as p with one pair. */
  pAdjusted: MaybeNumber;
  /** Typical difference of a state beyond the noise of the counts, nats. */
  difference: MaybeNumber;
  /** Smallest typical difference seen with 80% power at the 5% level, nats. */
  detectable: MaybeNumber;
  why?: Why;
}

/** The row of one source: is it the same in the experiments? */
export interface ComparedRow {
  source: string;
  chi2: number;
  ndf: number;
  p: number;
  /** At a false discovery rate of 5% over the rows. */
  standsOut: boolean;
}

/** Are the kernels equal on the common sources? Homogeneity chi2 over their rows. */
export interface KernelsTest {
  /** Sources with counts enough in both. */
  sources: number;
  chi2: MaybeNumber;
  ndf: number;
  p: MaybeNumber;
  pAdjusted: MaybeNumber;
  /** By p; at most five. */
  largest: ComparedRow[];
  why?: Why;
}

export interface PairComparison {
  /** Indices into `experiments`. */
  experiments: [number, number];
  /** Common states that lie in one component of each. */
  common: number;
  states: ComparedState[];
  correlation: Correlation;
  potentials: PotentialsTest;
  kernels: KernelsTest;
}

/** All experiments at once; with three or more. */
export interface OverallComparison {
  common: number;
  potentials: Omit<PotentialsTest, 'pAdjusted' | 'difference' | 'detectable'>;
  kernels: Omit<KernelsTest, 'pAdjusted'>;
}

export interface ComparisonVerdict {
  code: 'potentials-differ' | 'kernels-differ' | 'not-told-apart' | 'too-few-counts';
  text: string;
}

export interface Comparison {
  equipoise: 1;
  kind: 'comparison';
  experiments: ComparedExperiment[];
  options: Pick<
    AnalysisOptions,
    'normalisation' | 'action' | 'uniformAttempts' | 'pseudoCounts' | 'replicas' | 'seed'
  > & { attemptsPerState?: number; temperature?: number };
  pairs: PairComparison[];
  overall?: OverallComparison;
  verdict: ComparisonVerdict;
  warnings?: string[];
}
