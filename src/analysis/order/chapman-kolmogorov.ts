/** Do k steps of a chain follow from its single steps? Chapman and Kolmogorov (method.md 6). */
import { middle, type NumberedLog } from './attempt-rows';
import { chainKernel, response, walkFrom, type ChainKernel } from './chain-kernel';
import { reached } from './chains';
import type { ChapmanKolmogorovTest } from '../result';
import { leastExpected } from './row-homogeneity';
import { chi2Survival } from '../statistics/special';
import { wilsonInterval } from '../statistics/wilson';

const lags = [1, 2, 4, 8, 16];
/** States whose walks are looked at: the most visited. */
const sourceLimit = 5;
/** Outcomes told apart from one source, the pooled one included. */
const outcomeLimit = 8;
/** Transitions of a kernel beyond which this is left out: about a second of work. */
const kernelLimit = 25_000;

/** The walks of k steps from one source. */
interface Walks {
  source: number;
  walks: number;
  /** Walks that ended in each state. */
  ends: Map<number, number>;
  /** Chances to be in each state after 0, ..., k steps: of the first half, and of the whole log. */
  predicted: Float64Array[];
  whole: Float64Array[];
}

/** The kernel that predicts, and the one of the whole log, for the variances. */
interface Kernels {
  first: ChainKernel;
  whole: ChainKernel;
}

/**
 * T from the first half of the log, rejections counted as staying; walks of k = 1, 2, 4, 8, 16 steps
 * that follow each other without overlap along the chains of the second half, from the (up to) five
 * states left most often in the first half. For each k:
 * - `returns`: the predicted chance (T^k)_ff with its standard error, from the finite first half by
 *   the delta method, and the share of walks seen to end in f with the Wilson 95% interval of that
 *   share alone: walks do not overlap, so they are independent;
 * - `chi2` of the outcomes of all five against T^k: outcomes of expected count below 5 pooled and 8
 *   told apart at most. chi2 = d' S^-1 d, d the counts less the expected ones, S their covariance: that
 *   of the walks, plus that of T^k from the finite first half, which the sources share, both with the
 *   chances of the whole log, as in a test of homogeneity, which this is for k = 1. One degree of
 *   freedom an outcome, less one a source.
 * A small p says that steps depend on more than the state, or that the kernel changed between the
 * halves (k = 1 sees only that). A large p says little at large k, where there are few walks. States
 * first seen in the second half are predicted chance 0. The p-values of the k come from the same log:
 * they are not independent.
 */
export function chapmanKolmogorov(log: NumberedLog, starts: Int32Array): ChapmanKolmogorovTest {
  const half = middle(log);
  const kernels: Kernels = { first: chainKernel(log, half), whole: chainKernel(log) };
  if (kernels.whole.target.length > kernelLimit)
    return {
      lags: [],
      why: {
        lags: `The kernel has more than ${kernelLimit} transitions: its powers are left out.`,
      },
    };
  const sources = mostLeft(kernels.first);
  const test: ChapmanKolmogorovTest = { lags: [] };
  for (const k of lags) {
    const all = walksOf(log, starts, half, k);
    const walks = sources.flatMap((source): Walks[] => {
      const ends = all.ends.get(source);
      if (!ends) return [];
      return [
        {
          source,
          walks: [...ends.values()].reduce((sum, count) => sum + count, 0),
          ends,
          predicted: walkFrom(kernels.first, source, k),
          whole: walkFrom(kernels.whole, source, k),
        },
      ];
    });
    const found = misfit(kernels, walks, k);
    if (!found) {
      test.why = {
        lags: `From ${k === 1 ? '1 step' : `${k} steps`} on there are too few walks to expect 5 in two outcomes.`,
      };
      break;
    }
    test.lags.push({
      steps: k,
      walks: all.count,
      ...found,
      p: chi2Survival(found.chi2, found.ndf),
      returns: walks.map((one) => returnsOf(log, kernels.first, one, k)),
    });
  }
  return test;
}

type Returns = ChapmanKolmogorovTest['lags'][number]['returns'][number];

function returnsOf(log: NumberedLog, first: ChainKernel, one: Walks, k: number): Returns {
  const inside = new Float64Array(first.states);
  inside[one.source] = 1;
  const errors = response(first, one.predicted, inside, k, first.attempts);
  const hits = one.ends.get(one.source) ?? 0;
  return {
    state: log.names[one.source]!,
    predicted: one.predicted[k]![one.source]!,
    predictedError: Math.sqrt(scalarProduct(errors, errors)),
    seen: hits / one.walks,
    interval: wilsonInterval(hits, one.walks),
  };
}

/** The states left most often; of equals the one that came first. */
function mostLeft({ attempts }: ChainKernel): number[] {
  return Array.from(attempts, (_, f) => f)
    .filter((f) => attempts[f]! > 0)
    .sort((a, b) => attempts[b]! - attempts[a]! || a - b)
    .slice(0, sourceLimit);
}

/** Walks of k steps along the runs from attempt `half` on, by where they start and end. */
function walksOf(log: NumberedLog, starts: Int32Array, half: number, k: number) {
  const ends = new Map<number, Map<number, number>>();
  let count = 0;
  for (let run = 0; run + 1 < starts.length; run++) {
    const end = starts[run + 1]!;
    for (let i = Math.max(starts[run]!, half); i + k <= end; i += k) {
      let row = ends.get(log.source[i]!);
      if (!row) ends.set(log.source[i]!, (row = new Map()));
      const g = reached(log, i + k - 1);
      row.set(g, (row.get(g) ?? 0) + 1);
      count++;
    }
  }
  return { ends, count };
}

/** One outcome of a source: its count less the expected one, and what its variance is made of. */
interface Cell {
  source: number;
  walks: number;
  /** Of the outcome, by the whole log. */
  chance: number;
  difference: number;
  response: Float64Array;
}

/** chi2 and degrees of freedom over all sources; null where no source has two outcomes. */
function misfit(
  { first, whole }: Kernels,
  all: Walks[],
  k: number,
): { chi2: number; ndf: number } | null {
  const cells: Cell[] = [];
  for (const one of all) {
    const { source, walks } = one;
    // The last outcome follows from the others.
    for (const g of outcomes(one.whole[k]!, walks).slice(0, -1)) {
      const inside = new Float64Array(whole.states);
      inside[g] = 1;
      cells.push({
        source,
        walks,
        chance: one.whole[k]![g]!,
        difference: (one.ends.get(g) ?? 0) - walks * one.predicted[k]![g]!,
        response: response(whole, one.whole, inside, k, first.attempts),
      });
    }
  }
  if (cells.length === 0) return null;
  return { chi2: quadraticForm(cells), ndf: cells.length };
}

/**
 * The outcomes told apart: a state of expected count 5 or more each, the largest seven at most, and all
 * others together (-1), which join the rarest where they are too few. It and -1 come last.
 */
function outcomes(row: Float64Array, walks: number): number[] {
  const own = Array.from(row, (_, g) => g)
    .filter((g) => row[g]! * walks >= leastExpected)
    .sort((a, b) => row[b]! - row[a]! || a - b)
    .slice(0, outcomeLimit - 1);
  const rest = 1 - own.reduce((sum, g) => sum + row[g]!, 0);
  return rest * walks >= leastExpected ? [...own, -1] : own;
}

/** d' S^-1 d by Cholesky, S the covariance of the differences. */
function quadraticForm(cells: Cell[]): number {
  const n = cells.length;
  const lower = new Float64Array(n * n);
  const solved = new Float64Array(n);
  let chi2 = 0;
  for (let i = 0; i < n; i++) {
    const a = cells[i]!;
    for (let j = 0; j <= i; j++) {
      const b = cells[j]!;
      let sum = a.walks * b.walks * scalarProduct(a.response, b.response);
      if (a.source === b.source) sum += a.walks * ((i === j ? a.chance : 0) - a.chance * b.chance);
      for (let l = 0; l < j; l++) sum -= lower[i * n + l]! * lower[j * n + l]!;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
    let value = a.difference;
    for (let l = 0; l < i; l++) value -= lower[i * n + l]! * solved[l]!;
    solved[i] = value / lower[i * n + i]!;
    chi2 += solved[i]! ** 2;
  }
  return chi2;
}

function scalarProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
