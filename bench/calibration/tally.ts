/** Sums over data sets, which can be added up in pieces. */
import { chi2Quantile, noncentralChi2Survival } from '../../src/analysis/statistics/special';
import type { ExactEffect } from './configurations';
import { level, type Outcome } from './data-set';

export interface Tally {
  dataSets: number;
  connected: number;
  /** Data sets with a p-value, and those with one at or below 0.05. */
  tested: number;
  rejected: number;
  /** Data sets whose p-value was the bootstrap's. */
  bootstrapped: number;
  /** Sums over the data sets that were tested. */
  medianExpected: number;
  information: number;
  tau: number;
  tauDetectable: number;
  /** Power that the formula gives at the kernel's own noncentrality, and at its tau with the data's C. */
  exactPower: number;
  formulaPower: number;
  tauTested: number;
  tauShown: number;
  tauNoncentral: number;
  /** Per state: intervals that hold the truth, and intervals. */
  leastAction: Covered;
  reversible: Covered;
}

export interface Covered {
  holds: number[];
  given: number[];
}

export function emptyTally(states: number): Tally {
  const covered = () => ({
    holds: new Array<number>(states).fill(0),
    given: new Array<number>(states).fill(0),
  });
  return {
    dataSets: 0,
    connected: 0,
    tested: 0,
    rejected: 0,
    bootstrapped: 0,
    medianExpected: 0,
    information: 0,
    tau: 0,
    tauDetectable: 0,
    exactPower: 0,
    formulaPower: 0,
    tauTested: 0,
    tauShown: 0,
    tauNoncentral: 0,
    leastAction: covered(),
    reversible: covered(),
  };
}

/**
 * Adds one outcome. `exact` is what is true of its kernel, the noncentrality for the attempts made;
 * absent under balance.
 */
export function addOutcome(tally: Tally, outcome: Outcome, exact?: ExactEffect): void {
  const { test, covered, tauCovered } = outcome;
  tally.dataSets++;
  if (outcome.connected) tally.connected++;
  if (outcome.rejected !== null) {
    tally.tested++;
    if (outcome.rejected) tally.rejected++;
    if (test.method !== 'asymptotic') tally.bootstrapped++;
    tally.medianExpected += test.medianExpected ?? 0;
    tally.information += test.information ?? 0;
    tally.tau += test.tau ?? 0;
    tally.tauDetectable += test.tauDetectable ?? 0;
    if (exact) {
      tally.exactPower += powerAt(test.ndf, exact.noncentrality);
      tally.formulaPower += powerAt(test.ndf, exact.tau ** 2 * (test.information ?? 0));
    }
  }
  if (tauCovered) {
    tally.tauTested++;
    if (tauCovered.shown) tally.tauShown++;
    if (tauCovered.noncentral) tally.tauNoncentral++;
  }
  if (!covered) return;
  for (const estimate of ['leastAction', 'reversible'] as const) {
    covered[estimate].forEach((holds, f) => {
      if (holds === null) return;
      tally[estimate].given[f]!++;
      if (holds) tally[estimate].holds[f]!++;
    });
  }
}

/** Adds a tally of other data sets of the same configuration. */
export function addTally(tally: Tally, other: Tally): void {
  for (const [key, value] of Object.entries(other) as [keyof Tally, number | Covered][]) {
    if (typeof value === 'number') (tally[key] as number) += value;
    else
      for (const part of ['holds', 'given'] as const)
        value[part].forEach((count, f) => ((tally[key] as Covered)[part][f]! += count));
  }
}

const critical = new Map<number, number>();

/** Power of the test at a noncentrality (method 5.5). */
function powerAt(ndf: number, noncentrality: number): number {
  let value = critical.get(ndf);
  if (value === undefined) critical.set(ndf, (value = chi2Quantile(1 - level, ndf)));
  return noncentralChi2Survival(value, ndf, noncentrality);
}
