/** The result's `tests.balance`: statistic, p-value by the valid method, effect size and power. */
import {
  chi2IsValid,
  effectSize,
  information,
  medianExpected,
  totalMisfit,
  type FittedBlock,
} from './balance-test';
import type { BootstrapOffer, BootstrapProgress, BootstrapRun } from './bootstrap-null';
import type { ExactProgress } from './exact-null';
import { denseLimit } from '../potential/pseudo-inverse';
import { addCounts, noCounts, powerOf } from './power';
import { standardisedResiduals, standingOut, type PairResidual } from './residuals';
import { simulatedP } from './simulated-p';
import type { AnalysisOptions, BalanceTest, Why } from '../result';
import { chi2Survival } from '../statistics/special';

export interface BalanceOutcome {
  test: BalanceTest;
  warnings: string[];
}

/**
 * The test over all fitted blocks (method.md 5.3 to 5.6). `names` holds the states' names of every
 * block, `inverses` the L^+ that are known already. A generator, because simulated p-values may take
 * long: it first yields the whole bootstrap as an offer. The caller answers it with the replicas, run
 * wherever it likes, or with nothing: then they are run here, with a yield after each. The samples of
 * the exact test follow, with a yield after each.
 */
export function* balanceResult(
  blocks: FittedBlock[],
  names: string[][],
  converged: boolean,
  options: AnalysisOptions,
  inverses: Map<FittedBlock, Float64Array> = new Map(),
): Generator<
  BootstrapOffer | BootstrapProgress | ExactProgress,
  BalanceOutcome,
  BootstrapRun | undefined
> {
  const { X2, G2, pairs, ndf } = totalMisfit(blocks);
  const median = medianExpected(blocks);
  const why: Why = {};
  const empty: BalanceTest = {
    X2: null,
    G2: null,
    ndf,
    pairs,
    medianExpected: median,
    method: 'none',
    p: null,
    pAsymptotic: null,
    replicas: 0,
    tau: null,
    tauDetectable: null,
    flagged: [],
    why,
  };
  if (pairs === 0) {
    say(
      why,
      ['X2', 'G2', 'medianExpected', 'p', 'tau', 'flagged'],
      'No two states lead to each other.',
    );
    return { test: empty, warnings: [] };
  }
  if (!converged || !Number.isFinite(X2) || !Number.isFinite(G2)) {
    say(why, ['X2', 'G2', 'p', 'tau', 'flagged'], 'The reversible fit did not converge.');
    return { test: empty, warnings: [] };
  }
  if (ndf === 0) {
    say(
      why,
      ['p', 'tau', 'flagged'],
      'There is no cycle of three or more states: a potential fits any counts exactly.',
    );
    return { test: { ...empty, X2: 0, G2: 0 }, warnings: [] };
  }
  const warnings: string[] = [];
  let C = 0;
  let shift = 0;
  const few = noCounts();
  let residuals: PairResidual[] = [];
  for (const [index, block] of blocks.entries()) {
    const part = information(block, inverses.get(block));
    C += part.C;
    addCounts(few, part.few);
    shift += part.shift;
    if (part.h) residuals = residuals.concat(standardisedResiduals(block, part.h, index));
    if (part.exact) continue;
    why['flagged'] =
      `A component has more than ${denseLimit} states: its pairs are left out of those that stand out.`;
    warnings.push(
      `The leverages of a component of ${block.graph.states} states were estimated: tau, its interval and the smallest detectable tau are good to about 1%.`,
    );
  }
  if (residuals.length === 0)
    why['flagged'] ??= 'No pair on a cycle has an expected count of 5 or more in both directions.';
  const effect = effectSize(X2, ndf, C);
  const many = chi2IsValid(median, shift, ndf);
  const power = powerOf(C, few, ndf, many);
  const lost = !Number.isFinite(C);
  if (lost) say(why, ['tau', 'information', 'flagged'], leveragesLost);
  else if (!effect) say(why, ['tau'], 'Every pair was seen once only, or lies on no cycle.');
  else if (!power?.detectable) why['tauDetectable'] = powerUnknown;
  const test: BalanceTest = {
    ...empty,
    X2,
    G2: Math.max(0, G2),
    pAsymptotic: chi2Survival(X2, ndf),
    tau: effect?.tau ?? null,
    ...(effect ? { tauInterval: effect.interval } : {}),
    tauDetectable: power?.detectable ?? null,
    information: lost ? null : C,
    ...(power ? { powerInformation: power.information } : {}),
    flagged: standingOut(residuals).map(({ block, f, g, residual }) => ({
      states: [names[block]![f]!, names[block]![g]!],
      residual,
    })),
  };
  if (many) {
    test.method = 'asymptotic';
    test.p = test.pAsymptotic;
  } else if (options.replicas > 0) {
    const simulated = yield* simulatedP(blocks, X2, median, options);
    Object.assign(test, simulated.test);
    warnings.push(...simulated.warnings);
  } else {
    why['p'] =
      'The counts are too few for the asymptotic p-value (median expected count of a pair, or the mean of X2), and the bootstrap was skipped.';
  }
  if (Object.keys(why).length === 0) delete test.why;
  return { test, warnings };
}

const powerUnknown =
  'The pairs on cycles were hardly seen: the power of the test is not known there.';

const leveragesLost =
  'The counts of the pairs are of such different size that their leverages are lost to rounding.';

/** The same reason for several keys; `p` and `tau` speak for their companions too. */
function say(why: Why, keys: string[], reason: string): void {
  for (const key of keys) {
    why[key] = reason;
    if (key === 'p') why['pAsymptotic'] = reason;
    if (key === 'tau') why['tauDetectable'] = reason;
  }
}
