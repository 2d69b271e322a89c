/** The result of an analysis: the shape of a `*.eq.json` file (formats, section 4). */

/** `exact`: chances read off a model; the graph says so, and no other one applies to it. */
export type Normalisation = 'attempts' | 'accepted' | 'uniform' | 'dirichlet' | 'exact';
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
  /** An exact kernel only: analysed at this many times the temperature it was read at. */
  temperature?: number;
  /** First-passage times are to this set; absent: to the most visited state. */
  target?: string[];
  /** Committors are from this set to `target`; absent: from the state of highest potential. */
  source?: string[];
  /** States that are not to be entered; absent: none is asked about. */
  forbidden?: string[];
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

/** Does the next state depend on the one before the last? Along chains only. */
export interface OrderTest {
  /** Steps e -> f -> g that follow each other in the log. */
  triples: number;
  chi2: MaybeNumber;
  ndf: number;
  p: MaybeNumber;
  why?: Why;
}

/** k steps of the held-out half of a chain against the k-th power of the first half's kernel. */
export interface ChapmanKolmogorovTest {
  lags: {
    /** k, in steps. */
    steps: number;
    /** Walks of k steps in the held-out half. */
    walks: number;
    chi2: MaybeNumber;
    ndf: number;
    p: MaybeNumber;
    /** Chance of being back after k steps, over the most visited states: predicted and seen. */
    returns: {
      state: string;
      predicted: number;
      /** Standard error of `predicted`, from the finite first half. */
      predictedError: number;
      seen: number;
      /** Wilson 95% interval of `seen`. */
      interval: [number, number];
    }[];
  }[];
  why?: Why;
}

export interface AssumptionsTest {
  halves: HalvesTest;
  /** Absent where the log is no chain. */
  order?: OrderTest;
  /** Absent where the log is no chain. */
  chapmanKolmogorov?: ChapmanKolmogorovTest;
  /** Inflation of the variance of the counts by repeats in runs. */
  designEffect: MaybeNumber;
  why?: Why;
}

/** A cycle in the order of its states; affinity in nats, sigma its standard error. */
export interface CycleAffinity {
  states: string[];
  affinity: number;
  sigma: number;
}

/** Shares of the log-ratio flow (method 5.9); they add up to 1. */
export interface FlowDecomposition {
  /** Names the weights of the least squares: the shares depend on them. */
  weights: string;
  /** With both counts >= minPairCount. */
  pairs: number;
  /** Sum over them of weight times the log ratio squared: what the shares are of. */
  norm: number;
  gradient: MaybeNumber;
  curl: MaybeNumber;
  harmonic: MaybeNumber;
  why?: Why;
}

export interface FlaggedPair {
  states: [string, string];
  /** In standard errors; above 0 where the first leads to the second more often than fitted. */
  residual: number;
}

/** p among tables with the data's pair totals and net outflows: valid whatever the potential and the counts. */
export interface ExactTest {
  p: MaybeNumber;
  /** Of p, from the finite number of samples. */
  standardError: MaybeNumber;
  samples: number;
  /** Independent samples that they are worth: they come along a chain. */
  effectiveSamples: MaybeNumber;
  /** Share of the samples that have the most common X2: where it is large, the test is cautious. */
  mostCommon: MaybeNumber;
  /** Between two samples as many pairs are visited as lie on cycles, this many times. */
  sweeps: number;
  why?: Why;
}

export interface BalanceTest {
  X2: MaybeNumber;
  G2: MaybeNumber;
  ndf: number;
  pairs: number;
  medianExpected: MaybeNumber;
  method: 'asymptotic' | 'exact-conditional' | 'conditional-bootstrap' | 'none';
  p: MaybeNumber;
  /** That of the bootstrap, whichever p is by `method`; absent where no replicas were drawn. */
  pBootstrap?: MaybeNumber;
  /** The exact conditional test; absent where no replicas were drawn. */
  exact?: ExactTest;
  pAsymptotic: MaybeNumber;
  replicas: number;
  tau: MaybeNumber;
  /** Approximate 95% interval. */
  tauInterval?: [MaybeNumber, MaybeNumber];
  /** Smallest tau seen with 80% power at the 5% level. */
  tauDetectable: MaybeNumber;
  /** C of method 5.4. */
  information?: MaybeNumber;
  /** tau^2 times this is the noncentrality of X2: C, or where counts are few another sum (method 5.5). */
  powerInformation?: number;
  /** Pairs that stand out at a false discovery rate of 5%, largest |residual| first. */
  flagged: FlaggedPair[];
  /** X2 of the replicas: 101 quantiles, 0 to 100%; absent where none were drawn. */
  nullQuantiles?: number[];
  /** Who ran the replicas; absent where none were drawn. */
  replicasBy?: 'cpu' | 'webgpu';
  /** Of the GPU's replicas: those run again on the CPU, because float32 could not decide them. */
  replicasRepeated?: number;
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
  /** Sum over chords of net flux times affinity: the same number as the plug-in. */
  schnakenberg?: MaybeNumber;
  why?: Why;
}

export interface NetFluxResult {
  /** Sum |a - b| over sum (a + b), a and b the two fluxes of a pair: 0 under balance. */
  share: MaybeNumber;
  /** By |net flux|; `from` to `to` is its direction; chances a step. */
  largest: { from: string; to: string; net: number; forward: number; backward: number }[];
  why?: Why;
}

export interface FirstPassageResult {
  target: string[];
  /** Mean steps until the target is entered; 0 in it. */
  times: Record<string, number>;
  /** Mean steps to a state drawn from the stationary distribution; the same from every state. */
  kemeny: MaybeNumber;
  why?: Why;
}

export interface CommittorResult {
  source: string[];
  target: string[];
  /** Chance to enter the target before the source: 0 in the source, 1 in the target. */
  chances: Record<string, number>;
  why?: Why;
}

/** Over the whole graph, not its largest component alone. */
export interface ForbiddenResult {
  states: string[];
  /** Chance ever to enter one of them; null for states from which nothing was attempted. */
  chances: Record<string, MaybeNumber>;
  why?: Why;
}

export interface DynamicsResult {
  stationary: Record<string, number>;
  entropyProduction: EntropyProductionResult;
  /** Largest first; empty where left out. */
  eigenvalueModuli: number[];
  /** Where only the leading moduli are given: `count` of `of`, how, and their largest residual. */
  spectrum?: { count: number; of: number; method: string; residual: number };
  /** Steps; of the moduli after the first. */
  relaxationTimes: MaybeNumber[];
  downhill: { weighted: MaybeNumber; unweighted: MaybeNumber; why?: Why };
  netFlux?: NetFluxResult;
  firstPassage?: FirstPassageResult;
  committor?: CommittorResult;
  /** Absent where no state was forbidden. */
  forbidden?: ForbiddenResult | undefined;
  why?: Why;
}

/** Heights of the largest component's reversible fit, explained by named features of its states. */
export interface ParametricResult {
  /** Names, in the order asked for. */
  features: string[];
  /** States that the fit is over. */
  states: number;
  /** States of the largest component left out, because no row of the features names them. */
  without: number;
  /** Rows of the features that name no state of the counts. */
  unknown: number;
  /** Nats for a unit of the feature; intervals are 95%, Student's t. Empty where there is no fit. */
  weights: {
    feature: string;
    weight: number;
    standardError: MaybeNumber;
    interval: [number, number] | null;
  }[];
  /** Explained share of the variance of V in units of its covariance: 1 - chi2 / chi2 of the constant. */
  explained: MaybeNumber;
  /** Misfit in units of the covariance: of size ndf where the features and noise are all there is. */
  chi2: MaybeNumber;
  ndf: number;
  /** Small where the features leave out something that is larger than the noise. */
  p: MaybeNumber;
  /** The five states that it misses most: V less fitted, in nats, and the standard error of V. */
  furthest: { state: string; residual: number; standardError: MaybeNumber }[];
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
    /** Cycles of largest affinity / sigma, among triangles, chords of a tree and flagged pairs. */
    affinities?: CycleAffinity[];
    decomposition?: FlowDecomposition;
    /** Absent without a log: counts have no order. */
    assumptions?: AssumptionsTest;
  };
  /** Of the largest component; null without one of two states. */
  dynamics: DynamicsResult | null;
  /** Absent where no features were given. */
  parametric?: ParametricResult;
  verdict: Verdict;
  warnings?: string[];
  why?: Why;
}
