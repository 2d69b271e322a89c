/** Binomial draws from tables: one random word in, one count out, the same bits on every machine. */
import { threefry } from './counter-random';

/**
 * The tables of a list of pairs (alias method: Walker 1977, doi:10.1145/355744.355749). A pair has
 * 2^(32 - shift) cells of equal size; the top bits of a word pick the cell, the lower `shift` bits
 * choose between the cell's own outcome and its alias. Outcome j is the count `low + step * j`.
 *
 * Exact up to this: P(N <= k) is rounded to a whole multiple of 2^-32, so that what has less mass in a
 * tail is never drawn; all else is arithmetic on whole numbers.
 */
export interface BinomialTables {
  pairs: number;
  /** First cell of each pair. */
  offset: Int32Array;
  shift: Int32Array;
  low: Float64Array;
  /** 1, or more where a pair has more than 2^16 outcomes with mass: then they are drawn in steps. */
  step: Float64Array;
  /** Of each cell: the alias in the top bits, the share of its own outcome in the lower ones. */
  cells: Int32Array;
}

/** Most cells of a pair. */
const mostCells = 2 ** 16;
/** Relative to the mode: beyond this no outcome has mass. */
const negligible = 1e-16;

/**
 * Tables for N ~ Binomial(both, 1 / (1 + e^-logOdds)) on every pair; `both` holds whole numbers >= 0,
 * `logOdds` nats. O(standard deviation of N) a pair.
 */
export function binomialTables(
  both: ArrayLike<number>,
  logOdds: ArrayLike<number>,
): BinomialTables {
  const pairs = both.length;
  const offset = new Int32Array(pairs);
  const shift = new Int32Array(pairs);
  const low = new Float64Array(pairs);
  const step = new Float64Array(pairs);
  // Grows as a whole: an array a pair would cost a large graph more than its tables.
  let cells = new Int32Array(8 * pairs + 2);
  let size = 0;
  for (let i = 0; i < pairs; i++) {
    const outcomes = outcomesOf(both[i]!, logOdds[i]!);
    const table = aliasTable(outcomes.weight);
    offset[i] = size;
    shift[i] = table.shift;
    low[i] = outcomes.low;
    step[i] = outcomes.step;
    if (size + table.cells.length > cells.length) {
      const larger = new Int32Array(2 * cells.length + table.cells.length);
      larger.set(cells);
      cells = larger;
    }
    cells.set(table.cells, size);
    size += table.cells.length;
  }
  return { pairs, offset, shift, low, step, cells: cells.slice(0, size) };
}

interface Outcomes {
  low: number;
  step: number;
  /** Whole numbers that add up to 2^32: 2^32 P(N = low + step j). */
  weight: number[];
}

/** What has mass of Binomial(n, 1 / (1 + e^-x)), in units of 2^-32. */
function outcomesOf(n: number, x: number): Outcomes {
  if (x > 0) {
    // The odds of the rarer direction cannot overflow.
    const { low, step, weight } = outcomesOf(n, -x);
    return { low: n - low - step * (weight.length - 1), step, weight: weight.reverse() };
  }
  const { first, step, mass } = masses(n, Math.exp(x));
  let total = 0;
  for (const one of mass) total += one;
  const weight: number[] = [];
  let below = 0;
  let rounded = 0;
  mass.forEach((one, j) => {
    below += one;
    const next = j + 1 < mass.length ? Math.round((below / total) * 2 ** 32) : 2 ** 32;
    weight.push(next - rounded);
    rounded = next;
  });
  // A step's outcome stands for its middle.
  let low = first + Math.floor((step - 1) / 2);
  let start = 0;
  while (weight[start] === 0) start++;
  low += step * start;
  let end = weight.length;
  while (weight[end - 1] === 0) end--;
  return { low, step, weight: weight.slice(start, end) };
}

/** Standard deviations from the mode within which masses are above `negligible`. */
const reach = Math.sqrt(-2 * Math.log(negligible));

/** Masses of the counts first + step j, up to a factor; a step's is that of its middle. */
function masses(n: number, odds: number): { first: number; step: number; mass: number[] } {
  const mode = Math.min(n, Math.floor(((n + 1) * odds) / (1 + odds)));
  const width = 2 * reach * (Math.sqrt(n * odds) / (1 + odds));
  if (width > mostCells) {
    // Too many to go through: Stirling's formula, good to 1e-8 where counts are this large.
    const step = Math.ceil(width / mostCells);
    const first = Math.max(0, mode - Math.ceil(width / 2));
    const length = Math.min(Math.ceil(width / step), Math.floor((n - first) / step));
    const middle = first + Math.floor((step - 1) / 2);
    return {
      first,
      step,
      mass: Array.from({ length }, (_, j) => stirling(n, odds, middle + step * j)),
    };
  }
  const up: number[] = [];
  for (let k = mode, mass = 1; k < n; k++) {
    mass *= ((n - k) / (k + 1)) * odds;
    if (!(mass > negligible)) break;
    up.push(mass);
  }
  const down: number[] = [];
  for (let k = mode, mass = 1; k > 0; k--) {
    mass *= k / ((n - k + 1) * odds);
    if (!(mass > negligible)) break;
    down.push(mass);
  }
  return { first: mode - down.length, step: 1, mass: [...down.reverse(), 1, ...up] };
}

/** The mass of 0 < k < n up to a factor, by its deviance from the mean (Loader 2000). */
function stirling(n: number, odds: number, k: number): number {
  const mean = (n * odds) / (1 + odds);
  const d = k - mean;
  const deviance = k * Math.log1p(-d / k) + (n - k) * Math.log1p(d / (n - k));
  return Math.exp(deviance) / Math.sqrt((k / n) * (1 - k / n));
}

/** Vose's construction (1991) in whole numbers: cells of 2^shift each, filled without remainder. */
function aliasTable(weight: number[]): { shift: number; cells: Int32Array } {
  let bits = 1;
  while (2 ** bits < weight.length) bits++;
  const count = 2 ** bits;
  const shift = 32 - bits;
  const full = 2 ** shift;
  const left = Array.from({ length: count }, (_, j) => weight[j] ?? 0);
  const cells = new Int32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  left.forEach((w, j) => (w < full ? small : large).push(j));
  for (let j = small.pop(); j !== undefined; j = small.pop()) {
    const alias = large.at(-1)!;
    cells[j] = alias * full + left[j]!;
    left[alias]! -= full - left[j]!;
    if (left[alias]! < full) small.push(large.pop()!);
  }
  // What is left fills its cell: it is its own alias.
  for (const j of large) cells[j] = j * full;
  return { shift, cells };
}

/**
 * Draws every pair into `drawn`: pair i takes word i mod 4 of the block with the counter
 * (floor(i / 4), replica, purpose, 0) and the seed for a key. Any replica can be drawn alone.
 */
export function drawCounts(
  tables: BinomialTables,
  seed: number,
  replica: number,
  purpose: number,
  words: Int32Array,
  drawn: Float64Array,
): void {
  const { pairs, offset, shift, low, step, cells } = tables;
  const high = Math.floor(seed / 2 ** 32) | 0;
  for (let first = 0; first < pairs; first += 4) {
    threefry(words, first >>> 2, replica, purpose, 0, seed | 0, high, 0, 0);
    const end = Math.min(first + 4, pairs);
    for (let i = first; i < end; i++) {
      const word = words[i & 3]!;
      const bits = shift[i]!;
      const own = word >>> bits;
      const cell = cells[offset[i]! + own]!;
      const alias = cell >>> bits;
      const mask = -1 >>> (32 - bits);
      // All ones where the word is below the share: chance decides, so that a branch would be mistaken often.
      const below = ((word & mask) - (cell & mask)) >> 31;
      drawn[i] = low[i]! + step[i]! * (alias ^ ((alias ^ own) & below));
    }
  }
}
