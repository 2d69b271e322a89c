/** What the charts are made from: counts, their result, and the kernel on the same edges. */
import type { Normalisation, Result } from '../analysis/result';
import type { CountGraph } from '../transitions/types';

/** The kernel as the analysis normalises it, on the edges of the count graph. */
export interface Rates {
  /** T_fg in the order of the graph's edges. */
  weight: Float64Array;
  /** Multinomial trials behind each row, for standard errors. */
  trials: Float64Array;
}

export interface ChartInput {
  graph: CountGraph;
  result: Pick<Result, 'components' | 'potential' | 'bounds' | 'options' | 'tests'>;
  rates: Rates;
}

/** What T means in each normalisation, in words. */
export const RATE_NAMES: Record<Normalisation, string> = {
  attempts: 'share of attempts',
  accepted: 'share of moves',
  uniform: 'share of N₀ attempts',
  dirichlet: 'posterior mean',
  exact: 'chance of a step',
};
