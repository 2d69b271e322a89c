/** Sums over data sets, which can be added up in pieces. */
import { powerAt } from '../../src/analysis/balance/power';
import type { Outcome } from './data-set';

export interface Tally {
  dataSets: number;
  connected: number;
  /** Data sets with a p-value, and those with one at or below 0.05. */
  tested: number;
  rejected: number;
  /** Data sets whose p-value was the exact test's. */
  exact: number;
  /** Data sets with a p-value of the bootstrap, and those with one at or below 0.05. */
  bootstrapped: number;
  bootstrapRejected: number;
  /** Sums over the data sets that were tested. */
  medianExpected: number;
  information: number;
  tau: number;
  /** Power that the formula gives at the kernel's own noncentrality. */
  exactPower: number;
  /** Data sets whose counts claim a power, its sum at the kernel's tau, and that of the detectable tau. */
  claimed: number;
  formulaPower: number;
  tauDetectable: number;
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
    exact: 0,
    bootstrapped: 0,
    bootstrapRejected: 0,
    medianExpected: 0,
    information: 0,
    tau: 0,
    exactPower: 0,
    claimed: 0,
    formulaPower: 0,
    tauDetectable: 0,
    tauTested: 0,
    tauShown: 0,
    tauNoncentral: 0,
    leastAction: covered(),
    reversible: covered(),
  };
}

/** What is true of a driven kernel: its own tau, and the noncentrality for the attempts made. */
export interface KernelEffect {
  tau: number;
  noncentrality: number;
}

/** Adds one outcome. `exact` is what is true of its kernel; absent under balance. */
export function addOutcome(tally: Tally, outcome: Outcome, exact?: KernelEffect): void {
  const { test, covered, tauCovered } = outcome;
  tally.dataSets++;
  if (outcome.connected) tally.connected++;
  if (outcome.rejected !== null) {
    tally.tested++;
    if (outcome.rejected) tally.rejected++;
    if (test.method === 'exact-conditional') tally.exact++;
    if (outcome.rejectedByBootstrap !== null) tally.bootstrapped++;
    if (outcome.rejectedByBootstrap) tally.bootstrapRejected++;
    tally.medianExpected += test.medianExpected ?? 0;
    tally.information += test.information ?? 0;
    tally.tau += test.tau ?? 0;
    if (exact) {
      tally.exactPower += powerAt(test.ndf, exact.noncentrality);
      if (test.tauDetectable !== null) {
        tally.claimed++;
        tally.formulaPower += powerAt(test.ndf, exact.tau ** 2 * test.powerInformation!);
        tally.tauDetectable += test.tauDetectable;
      }
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
