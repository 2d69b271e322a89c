/** From the replicas of X2 to what the test says: which p, which null, and who ran them. */
import type { FittedBlock } from './balance-test';
import { ConditionalBootstrap } from './bootstrap';

/** A bootstrap to be run; plain data, so that it can be sent to a worker. */
export interface BootstrapProblem {
  blocks: FittedBlock[];
  /** Of the data. */
  X2: number;
  replicas: number;
  seed: number;
}

/** The replicas of a problem, whoever ran them. */
export interface BootstrapRun {
  /** X2_b of each replica; NaN where its fit did not converge. */
  X2: Float64Array;
  by: 'cpu' | 'webgpu';
  /** Of the GPU's: those run again on the CPU, because float32 did not converge or could not decide. */
  repeated?: number;
  /** What a person should know of how they were run. */
  note?: string;
}

export interface BootstrapProgress {
  stage: 'bootstrap';
  done: number;
  total: number;
}

/** What is yielded before any replica is run: the answer is a run, or nothing to have it run here. */
export interface BootstrapOffer extends BootstrapProgress {
  problem: BootstrapProblem;
}

export interface BootstrapTally {
  replicas: number;
  /** Replicas with X2_b >= X2. */
  atLeast: number;
  notConverged: number;
  /** (1 + atLeast) / (replicas + 1). */
  p: number;
  /** 101 quantiles of X2_b, 0 to 100%, over the replicas that converged; empty without one. */
  quantiles: number[];
}

/** Relative. Counts are whole numbers, so replicas often tie with the data: ties count as reaching it. */
export const tie = 1e-7;

/**
 * Runs the replicas here, one by one, telling after each how many are done, so that the caller can
 * pause or stop.
 */
export function* runBootstrap(
  problem: BootstrapProblem,
): Generator<BootstrapProgress, BootstrapRun> {
  const { blocks, seed, replicas } = problem;
  const bootstrap = new ConditionalBootstrap(blocks, seed);
  const X2 = new Float64Array(replicas);
  for (let b = 0; b < replicas; b++) {
    const replica = bootstrap.runReplica(b);
    X2[b] = replica.converged ? replica.X2 : NaN;
    yield { stage: 'bootstrap', done: b + 1, total: replicas };
  }
  return { X2, by: 'cpu' };
}

/** p and the null's quantiles. A replica that did not converge counts against rejecting. */
export function tallyBootstrap({ X2 }: BootstrapProblem, run: BootstrapRun): BootstrapTally {
  const found = run.X2.filter((value) => !Number.isNaN(value)).sort();
  const replicas = run.X2.length;
  const notConverged = replicas - found.length;
  let atLeast = notConverged;
  for (const value of found) if (value >= X2 * (1 - tie)) atLeast++;
  const quantiles = Array.from(found.length > 0 ? { length: 101 } : [], (_, percent) =>
    quantile(found, percent / 100),
  );
  return { replicas, atLeast, notConverged, p: (1 + atLeast) / (replicas + 1), quantiles };
}

/** Quantile of ascending values, linear between them. */
export function quantile(values: Float64Array, share: number): number {
  const at = share * (values.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, values.length - 1);
  return values[below]! + (at - below) * (values[above]! - values[below]!);
}
