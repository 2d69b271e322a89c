/** What is printed of a configuration: shares with their intervals, and which are outside the limits. */
import { wilsonInterval } from '../../src/analysis/statistics/wilson';
import { nameOfConfiguration, type Configuration } from './configurations';
import type { Plan } from './run';
import type { Covered, Tally } from './tally';

/** Share of the intervals that hold the truth: the mean over states, and the state with least. */
export interface Coverage {
  mean: number;
  lowest: number;
}

/** One line of `bench calibration`. Shares are from 0 to 1. */
export interface CalibrationLine {
  bench: 'calibration';
  case: string;
  configuration: Configuration;
  dataSets: number;
  replicas: number;
  seed: number;
  /** Share of the data sets with all states in one component: the others give no coverage. */
  connected: number;
  /** Mean over data sets of the median over pairs of the smaller expected count. */
  medianExpected: number;
  /** Share of the p-values that were the exact test's. */
  exact: number;
  /** Share that the bootstrap rejects of the data sets for which it was drawn; null where there are none. */
  rejectedByBootstrap: number | null;
  /** Share rejected at 5%, the false-alarm rate under balance, else the power; and its 95% interval. */
  rejected: number;
  rejectedInterval: [number, number];
  /** Of the 95% intervals of the two potentials, mean gauge; null for driven kernels. */
  leastAction: Coverage | null;
  reversible: Coverage | null;
  /** Null under balance. */
  driven: {
    tau: number;
    meanTau: number;
    /** Power by the formula: at the kernel's own noncentrality, and at its tau from the counts alone. */
    exactPower: number;
    /** Null, and the mean detectable tau too, where most of the data sets claim no power. */
    formulaPower: number | null;
    meanDetectable: number | null;
    /** Coverage of tau's interval as shown, and of one by inverting the noncentral chi2. */
    tauShown: number;
    tauNoncentral: number;
  } | null;
  /** What lies outside the limits, by key. */
  outside: string[];
  seconds: number;
}

/** The limits: false alarms of the test at 5%, coverage of 95% intervals, distance from the power's formula. */
export const limits = { falseAlarms: [0.035, 0.065], coverage: [0.93, 0.97], power: 0.05 } as const;

export function lineOf(plan: Plan, tally: Tally, seconds: number): CalibrationLine {
  const { configuration, replicas, seed, tau } = plan;
  const mean = (sum: number) => sum / tally.tested;
  const claimed = (sum: number) => (2 * tally.claimed > tally.tested ? sum / tally.claimed : null);
  const line: CalibrationLine = {
    bench: 'calibration',
    case: nameOfConfiguration(configuration),
    configuration,
    dataSets: tally.dataSets,
    replicas,
    seed,
    connected: tally.connected / tally.dataSets,
    medianExpected: mean(tally.medianExpected),
    exact: mean(tally.exact),
    rejectedByBootstrap:
      tally.bootstrapped === 0 ? null : tally.bootstrapRejected / tally.bootstrapped,
    rejected: mean(tally.rejected),
    rejectedInterval: wilsonInterval(tally.rejected, tally.tested),
    leastAction: coverageOf(tally.leastAction),
    reversible: coverageOf(tally.reversible),
    driven: configuration.driven
      ? {
          tau,
          meanTau: mean(tally.tau),
          exactPower: mean(tally.exactPower),
          formulaPower: claimed(tally.formulaPower),
          meanDetectable: claimed(tally.tauDetectable),
          tauShown: tally.tauShown / tally.tauTested,
          tauNoncentral: tally.tauNoncentral / tally.tauTested,
        }
      : null,
    outside: [],
    seconds,
  };
  line.outside = outside(line);
  return line;
}

function outside({ rejected, leastAction, reversible, driven }: CalibrationLine): string[] {
  const found: string[] = [];
  const within = ([low, high]: readonly [number, number], value: number) =>
    low <= value && value <= high;
  if (driven) {
    if (!(Math.abs(rejected - driven.exactPower) <= limits.power)) found.push('exactPower');
    const { formulaPower } = driven;
    if (formulaPower !== null && !(Math.abs(rejected - formulaPower) <= limits.power))
      found.push('formulaPower');
  } else if (!within(limits.falseAlarms, rejected)) found.push('rejected');
  if (leastAction && !within(limits.coverage, leastAction.mean)) found.push('leastAction');
  if (reversible && !within(limits.coverage, reversible.mean)) found.push('reversible');
  return found;
}

function coverageOf({ holds, given }: Covered): Coverage | null {
  const total = given.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const shares = holds.map((count, f) => count / given[f]!);
  return {
    mean: holds.reduce((sum, count) => sum + count, 0) / total,
    lowest: Math.min(...shares),
  };
}
