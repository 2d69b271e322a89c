/** All cycles at once: the test of detailed balance and its effect size (method.md 5.3 to 5.5). */
import { logistic } from '../potential/action';
import { hessianWeights } from '../potential/hessian-vector';
import { estimatedLeverages, exactLeverages, sparseLeverages } from './leverages';
import { meanShift } from './mean-shift';
import { addPair, noCounts, type FewCounts } from './power';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import { denseLimit, pseudoInverse } from '../potential/pseudo-inverse';
import { chi2Quantile } from '../statistics/special';

/** A block of raw counts with its reversible fit. */
export interface FittedBlock {
  graph: NeighbourGraph;
  /** theta of section 4, n values in nats; only differences matter. */
  theta: Float64Array;
}

export interface Misfit {
  /** Pearson X2 = sum (N_fg - B p)^2 / (B p (1 - p)). */
  X2: number;
  /** Deviance 2 sum N ln(N / (B p)) over both directions. */
  G2: number;
  /** Pairs f, g with B_fg > 0. */
  pairs: number;
  states: number;
}

/** X2 and G2 of a block. Pairs where the fit is exact in the limit (p = 0 or 1) add 0. */
export function misfit({ graph, theta }: FittedBlock): Misfit {
  let X2 = 0;
  let G2 = 0;
  let pairs = 0;
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      const out = graph.out[k]!;
      const back = graph.back[k]!;
      const both = out + back;
      if (!(both > 0)) continue;
      pairs++;
      const x = theta[f]! - theta[g]!;
      const p = logistic(x);
      const q = logistic(-x);
      const variance = both * p * q;
      const residual = out * q - back * p; // = N_fg - B p, without cancellation
      if (variance > 0) X2 += (residual * residual) / variance;
      if (out > 0) G2 += 2 * out * Math.log(out / (both * p));
      if (back > 0) G2 += 2 * back * Math.log(back / (both * q));
    }
  }
  return { X2, G2, pairs, states: graph.states };
}

/** `misfit` summed over blocks, and the degrees of freedom: pairs - states + components. */
export function totalMisfit(blocks: FittedBlock[]): Misfit & { ndf: number } {
  const total: Misfit = { X2: 0, G2: 0, pairs: 0, states: 0 };
  for (const block of blocks) {
    const part = misfit(block);
    total.X2 += part.X2;
    total.G2 += part.G2;
    total.pairs += part.pairs;
    total.states += part.states;
  }
  return { ...total, ndf: total.pairs - total.states + blocks.length };
}

/** Median over all pairs of the smaller expected count, min(B p, B (1 - p)); null without pairs. */
export function medianExpected(blocks: FittedBlock[]): number | null {
  const smaller: number[] = [];
  for (const { graph, theta } of blocks) {
    for (let f = 0; f < graph.states; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        const g = graph.neighbour[k]!;
        if (g < f) continue;
        smaller.push((graph.out[k]! + graph.back[k]!) * logistic(-Math.abs(theta[f]! - theta[g]!)));
      }
    }
  }
  if (smaller.length === 0) return null;
  const sorted = Float64Array.from(smaller).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Below this median expected count the chi-squared distribution is not trusted (method.md 5.3). */
export const validExpected = 5;

/**
 * Nor is it where the mean of X2 under balance is further than this from ndf, in its standard deviations
 * sqrt(2 ndf): a tenth makes the size of a test at 5% 6.1%, and a median says nothing of it.
 */
export const validShift = 0.1;

/**
 * Where more of the exact test's samples than this have one and the same X2, the totals leave the test few values to
 * choose from: it then rejects too seldom, 3% at 0.3 and 1% at 0.6 in simulations at 5%.
 */
export const coarse = 0.25;

/**
 * Below this median expected count most pairs were seen once, and the bootstrap errs on the safe side: at
 * 0.3 it rejected 2.8% of balanced data sets at 5%, at 0.8 5.0% (docs/calibration.md).
 */
export const cautiousExpected = 0.5;

/** May the p-value be that of the chi-squared distribution? `shift` is E[X2] - ndf, over all blocks. */
export function chi2IsValid(median: number | null, shift: number, ndf: number): boolean {
  return (
    median !== null && median >= validExpected && Math.abs(shift) <= validShift * Math.sqrt(2 * ndf)
  );
}

export interface Information {
  /** C = sum (B - 1) p (1 - p) (1 - h). */
  C: number;
  /** What the power follows from where counts are few. */
  few: FewCounts;
  /** False where the leverages of a large block were estimated. */
  exact: boolean;
  /** The exact leverages, 2 x pairs; null where they were estimated, or the block has no cycle. */
  h: Float64Array | null;
  /** E[X2] - ndf under balance. */
  shift: number;
}

/**
 * C of section 5.4 over one block; `inverse` is its L^+ where it is known already. A block without
 * cycles has h = 1 everywhere and C = 0. `estimated` is 0 for exact kernels: B stands for B - 1.
 */
export function information(
  { graph, theta }: FittedBlock,
  inverse?: Float64Array,
  estimated: 0 | 1 = 1,
): Information {
  const pairs = graph.neighbour.length / 2;
  if (pairs === graph.states - 1) return { C: 0, few: noCounts(), exact: true, h: null, shift: 0 };
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, 'softplus', theta, weights);
  const known = graph.states <= denseLimit ? (inverse ?? pseudoInverse(graph, weights)) : undefined;
  const sure = known ? exactLeverages(graph, weights, known) : sparseLeverages(graph, weights);
  const exact = sure !== null;
  const h = sure ?? estimatedLeverages(graph, weights);
  let C = 0;
  const few = noCounts();
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      const x = theta[f]! - theta[g]!;
      const both = graph.out[k]! + graph.back[k]!;
      const pq = logistic(x) * logistic(-x);
      C += (both - estimated) * pq * (1 - h[k]!);
      addPair(few, both, pq, h[k]!);
    }
  }
  const shift = meanShift(graph, theta, weights, h, known);
  return { C: Math.max(0, C), few, exact, h: exact ? h : null, shift };
}

export interface EffectSize {
  /** Typical misfit of a log ratio to any potential, nats per pair. */
  tau: number;
  /** 95% interval by scaled chi-squared; approximate: it covers 94 to 99% (docs/calibration.md). */
  interval: [number, number];
}

/** tau^2 = max(0, (X2 - ndf) / C) (section 5.4); null where nothing can be said (ndf or C is 0). */
export function effectSize(X2: number, ndf: number, C: number): EffectSize | null {
  if (!(ndf > 0) || !(C > 0)) return null;
  const toTau = (noncentrality: number) => Math.sqrt(Math.max(0, noncentrality) / C);
  return {
    tau: toTau(X2 - ndf),
    // X2 is about (ndf + tau^2 C) / ndf times a chi-squared variable.
    interval: [
      toTau((ndf * X2) / chi2Quantile(0.975, ndf) - ndf),
      toTau((ndf * X2) / chi2Quantile(0.025, ndf) - ndf),
    ],
  };
}
