/** The result of an analysis: the shape of a `*.eq.json` file (formats, section 4). */

export type Normalisation = 'attempts' | 'accepted' | 'uniform' | 'dirichlet';
export type ActionKernel = 'softplus' | 'exp';

export interface AnalysisOptions {
  normalisation: Normalisation;
  action: ActionKernel;
  /** N_0 of the uniform normalisation; null: (sum of N_f) / |C|. */
  uniformAttempts: number | null;
  /** Pseudo-counts a of the dirichlet normalisation. */
  pseudoCounts: number;
  minPairCount: number;
  minCycleCount: number;
  /** Replicas of the conditional bootstrap; 0 skips it. */
  replicas: number;
  seed: number;
  /** N_f of every state that has counts, and N_0 of the uniform normalisation, set by the person. */
  attemptsPerState?: number;
}

/** A number, or null with the reason beside it (in the object's `why`). */
export type MaybeNumber = number | null;
export type Why = { [key: string]: string };

export interface Backend {
  kind: 'webgpu' | 'cpu';
  adapter?: string;
  precision: 'float64' | 'float32' | 'float32-inner-float64-outer';
  selfTest: 'passed' | 'failed' | 'not run';
  /** Why this backend answered, in words. */
  reason?: string;
}

export interface Component {
  states: string[];
  /** Indices of the components it can move down to. */
  above: number[];
}

export interface PotentialResult {
  V: Record<string, number>;
  component: Record<string, number>;
  /** Standard errors in the mean gauge of each component; absent until estimated. */
  standardError?: Record<string, number>;
  /** max |Newton step in V| at the end; null where it is not finite. */
  lastStep: MaybeNumber;
  converged: boolean;
  iterations: number;
  why?: Why;
}

export interface ReversibleResult {
  V: Record<string, number>;
  pi: Record<string, number>;
  standardError?: Record<string, number>;
  component: number;
  converged: boolean;
  why?: Why;
}

export interface Bound {
  above: string;
  below: string;
  /** One-sided 95% bound on V_above - V_below. */
  atLeast: number;
}

export interface PairsTest {
  n: number;
  r: MaybeNumber;
  slope: MaybeNumber;
  chi2Published: MaybeNumber;
  ndfPublished: number;
  why?: Why;
}

export interface TrianglesTest {
  /** Cycles of three states with all six counts >= minPairCount. */
  n: MaybeNumber;
  /** Descriptive: triangles share pairs. */
  chi2: MaybeNumber;
  /** By |affinity| / sigma; the affinity, in nats, goes round in the order of `states`. */
  largest: { states: [string, string, string]; affinity: number; sigma: number }[];
  why?: Why;
}

/** The threshold form: minimum-logit chi2 over pairs with both counts >= minCycleCount. */
export interface CyclesTest {
  pairs: number;
  states: number;
  components: number;
  chi2: MaybeNumber;
  ndf: number;
  p: MaybeNumber;
  why?: Why;
}

/** First half of the log against the second, row by row. */
export interface HalvesTest {
  chi2: MaybeNumber;
  ndf: number;
  p: MaybeNumber;
  why?: Why;
}

export interface AssumptionsTest {
  halves: HalvesTest;
  /** Inflation of the variance of the counts by repeats in runs. */
  designEffect: MaybeNumber;
  why?: Why;
}

export interface FlaggedPair {
  states: [string, string];
  /** In standard errors; above 0 where the first leads to the second more often than fitted. */
  residual: number;
}

export interface BalanceTest {
  X2: MaybeNumber;
  G2: MaybeNumber;
  ndf: number;
  pairs: number;
  medianExpected: MaybeNumber;
  method: 'asymptotic' | 'conditional-bootstrap' | 'none';
  p: MaybeNumber;
  pAsymptotic: MaybeNumber;
  replicas: number;
  tau: MaybeNumber;
  /** Approximate 95% interval. */
  tauInterval?: [MaybeNumber, MaybeNumber];
  /** Smallest tau seen with 80% power at the 5% level. */
  tauDetectable: MaybeNumber;
  /** C of method 5.4: tau^2 C is the noncentrality. */
  information?: MaybeNumber;
  /** Pairs that stand out at a false discovery rate of 5%, largest |residual| first. */
  flagged: FlaggedPair[];
  why?: Why;
}

export interface EntropyProductionResult {
  /** Over pairs seen both ways, nats a step. */
  plugIn: MaybeNumber;
  lowerBound: MaybeNumber;
  oneWayPairs: number;
  /** The plug-in under balance, from simulated tables. */
  nullMean: MaybeNumber;
  nullInterval: [number, number] | null;
  why?: Why;
}

export interface DynamicsResult {
  stationary: Record<string, number>;
  entropyProduction: EntropyProductionResult;
  /** Largest first; empty where left out. */
  eigenvalueModuli: number[];
  /** Steps; of the moduli after the first. */
  relaxationTimes: MaybeNumber[];
  downhill: { weighted: MaybeNumber; unweighted: MaybeNumber; why?: Why };
  why?: Why;
}

export interface Verdict {
  code: 'rejected' | 'not-rejected' | 'too-few-counts' | 'nothing-to-test';
  text: string;
}

export interface Result {
  equipoise: 1;
  kind: 'result';
  input: {
    states: number;
    attempts: number;
    accepted: number;
    rejected: number;
    selfTransitions: number;
    distinctTransitions: number;
    neverAttempted: string[];
  };
  options: AnalysisOptions;
  backend: Backend;
  components: Component[];
  potential: PotentialResult;
  reversible: ReversibleResult | null;
  bounds: Bound[];
  /** Pairs of components with no path either way. */
  undetermined?: [number, number][];
  tests: {
    pairs: PairsTest;
    triangles: TrianglesTest;
    balance: BalanceTest;
    cycles: CyclesTest;
    /** Absent without a log: counts have no order. */
    assumptions?: AssumptionsTest;
  };
  /** Of the largest component; null without one of two states. */
  dynamics: DynamicsResult | null;
  verdict: Verdict;
  warnings?: string[];
}
