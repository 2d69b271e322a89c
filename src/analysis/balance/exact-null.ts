/** The exact conditional test: p of X2 among tables with the data's pair totals and net outflows (method.md 5.3). */
import type { FittedBlock } from './balance-test';
import { tie } from './bootstrap-null';
import { ExactChain } from './exact-chain';
import { exactNetwork, networkX2 } from './exact-network';
import { effectiveSamples } from '../statistics/effective-samples';
import { purposes } from './bootstrap';
import { WordStream } from './word-stream';

/** Between two samples as many pairs are visited as there are, this many times. */
export const sweeps = 4;

/** No sample after fewer steps. */
const fewestSteps = 4;

/** More pairs on cycles than this are not tried; a few seconds. */
export const pairLimit = 20_000;
/** Ratios of counts that the samples may take; about five seconds. */
const workLimit = 4e8;

export interface ExactProgress {
  stage: 'exact';
  done: number;
  total: number;
}

export interface ExactRun {
  /** X2 of the data, as the chain has it. */
  observed: number;
  /** X2 of the samples, along the chain: the data are not among them. */
  X2: Float64Array;
}

export interface ExactTally {
  samples: number;
  /** Samples with X2_b >= X2. */
  atLeast: number;
  /** (1 + atLeast) / (samples + 1). */
  p: number;
  /** Independent samples that these are worth; null where all are the same. */
  effective: number | null;
  /** Share of the samples that have the most common X2. */
  mostCommon: number;
}

/** Why the test is not done, or what is needed to do it. */
export type ExactPlan =
  { chain: ExactChain; samples: number; seed: number; steps: number } | { why: string };

/** Finds the cycles, and what a sample takes. */
export function planExact(blocks: FittedBlock[], samples: number, seed: number): ExactPlan {
  const network = exactNetwork(blocks);
  const { pairs, room } = network;
  if (pairs > pairLimit)
    return {
      why: `More than ${pairLimit.toLocaleString('en')} pairs lie on cycles: the exact test would take too long.`,
    };
  if (!room.every(Number.isInteger))
    return { why: 'The counts are not whole numbers, which the exact test needs.' };
  const chain = ExactChain.of(network, seed);
  if (!chain) return { why: 'The cycles of this graph are too long for the exact test.' };
  const steps = Math.max(fewestSteps, Math.ceil((sweeps * pairs) / chain.meanLength));
  if (samples * steps * chain.meanWork + chain.firstWork > workLimit)
    return { why: 'The cycles are too many, or their counts too large, for the exact test.' };
  return { chain, samples, seed, steps };
}

/**
 * Runs the chain through all samples, telling after each how many are done, so that the caller can pause or
 * stop. The data stand at a random place of the chain, which runs on from there, and from there back
 * (Besag and Clifford 1989, the serial method): under balance their place among the X2 is then uniform,
 * however few steps lie between samples.
 */
export function* runExact(
  plan: Extract<ExactPlan, { chain: ExactChain }>,
): Generator<ExactProgress, ExactRun> {
  const { chain, samples, seed, steps } = plan;
  const { room } = chain.network;
  const observed = networkX2(chain.network);
  const data = room.slice();
  const X2 = new Float64Array(samples);
  const place = new WordStream(seed, purposes.exact, placeSide).below(samples + 1);
  let done = 0;
  for (let b = place; b < samples; b++) {
    chain.forward(b * steps, steps);
    X2[b] = networkX2(chain.network);
    yield { stage: 'exact', done: ++done, total: samples };
  }
  room.set(data);
  for (let b = place - 1; b >= 0; b--) {
    chain.backward((b + 1) * steps, steps);
    X2[b] = networkX2(chain.network);
    yield { stage: 'exact', done: ++done, total: samples };
  }
  return { observed, X2 };
}

/** p, exact on the condition of the pair totals and net outflows. */
export function tallyExact({ observed, X2 }: ExactRun): ExactTally {
  const samples = X2.length;
  let atLeast = 0;
  for (const value of X2) if (value >= observed * (1 - tie)) atLeast++;
  return {
    samples,
    atLeast,
    p: (1 + atLeast) / (samples + 1),
    effective: effectiveSamples(X2),
    mostCommon: samples > 0 ? longestTie(X2.slice().sort()) / samples : 0,
  };
}

/** The most of these ascending values that are the same up to rounding. */
function longestTie(ascending: Float64Array): number {
  let longest = 0;
  let first = 0;
  for (let b = 0; b < ascending.length; b++) {
    if (ascending[b]! > ascending[first]! * (1 + tie) + Number.MIN_VALUE) first = b;
    longest = Math.max(longest, b - first + 1);
  }
  return longest;
}

/** The stream that the place of the data is drawn from. */
const placeSide = 3;
