/** What the analysis worker answers: the types of both ends of its port. */
import type { AnalysisProgress } from '../../analysis/analyse';
import type { ComparisonProgress, Experiment } from '../../analysis/comparison/compare';
import type { Comparison } from '../../analysis/comparison/comparison-result';
import type { Choice, Prediction } from '../../analysis/dynamics/predict';
import type { AnalysisOptions, Backend, ParametricResult, Result } from '../../analysis/result';
import type { Method } from '../../rpc/rpc';
import type { FeatureTable } from '../../transitions/features-csv';
import type { Attempt, CountGraph, Outcome, TransitionLog } from '../../transitions/types';

/** `auto`: WebGPU where it is present and passed its self-test. */
export type BackendChoice = 'auto' | 'cpu';

/** A file that was read: its counts, and the log where it is one. */
export interface ReadFile {
  graph: CountGraph;
  log: TransitionLog | null;
  warnings: string[];
}

/** Features that were read, and what they explain. */
export interface Explained {
  features: FeatureTable;
  parametric: ParametricResult;
}

export type AnalysisMethods = {
  /** Sets up the backend, runs the self-test, says which one will answer. */
  backend: Method<{ choice: BackendChoice }, never, Backend>;
  analyse: Method<
    {
      graph: CountGraph;
      options: Partial<AnalysisOptions>;
      choice: BackendChoice;
      /** The log behind the counts, for what only their order shows. */
      attempts?: readonly Attempt[] | undefined;
      /** What is to explain the heights. */
      features?: FeatureTable | undefined;
    },
    AnalysisProgress,
    Outcome<Result>
  >;
  /** Predictions about the target, source and forbidden states of the options. */
  predict: Method<
    { graph: CountGraph; options: Partial<AnalysisOptions>; choice: Choice },
    never,
    Prediction
  >;
  /** Explains the heights by features: a table, or the text of its file; see `parametricResult`. */
  explain: Method<
    { graph: CountGraph; options: Partial<AnalysisOptions>; features: FeatureTable | string },
    never,
    Outcome<Explained>
  >;
  /** Compares two experiments or more; see `comparing`. */
  compare: Method<
    { experiments: Experiment[]; options: Partial<AnalysisOptions> },
    ComparisonProgress,
    Outcome<Comparison>
  >;
  /** Reads a file of any format of docs/formats.md and counts it. */
  read: Method<{ text: string }, never, Outcome<ReadFile>>;
};
