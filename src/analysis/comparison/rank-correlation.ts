/** Correlation of two lists of numbers: Pearson's, Spearman's, and the errors-in-variables slope. */

/** Values closer than this are taken as equal: below what a solver leaves of a potential, in nats. */
const tie = 1e-9;

/** Sums of squares and products about the means. */
interface Moments {
  xx: number;
  yy: number;
  xy: number;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function moments(x: ArrayLike<number>, y: ArrayLike<number>): Moments {
  const xMean = mean(x);
  const yMean = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - xMean;
    const dy = y[i]! - yMean;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return { xx, yy, xy };
}

/** True where all values are the same up to 1e-9. */
export function isConstant(values: ArrayLike<number>): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return !(high - low > tie);
}

/** Pearson's r, in [-1, 1]; null with fewer than two values or where one list is constant. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length < 2 || isConstant(x) || isConstant(y)) return null;
  const { xx, yy, xy } = moments(x, y);
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

/** Ranks from 1; values that are equal up to 1e-9 share their mean rank. O(n log n). */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => values[a]! - values[b]!);
  const rank = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]!]! - values[order[end - 1]!]! <= tie) end++;
    for (let i = first; i < end; i++) rank[order[i]!] = (first + end + 1) / 2;
    first = end;
  }
  return rank;
}

/** Spearman's rho, Pearson's r of the ranks (Spearman 1904, with mean ranks for ties); or null. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  return pearson(ranks(x), ranks(y));
}

/**
 * Slope of y on x where both have errors, `ratio` the variance of the errors of y over that of x
 * (Deming 1943). Null where x and y do not vary together.
 */
export function demingSlope(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  ratio: number,
): number | null {
  if (x.length < 2 || isConstant(x) || isConstant(y) || !(ratio > 0)) return null;
  const { xx, yy, xy } = moments(x, y);
  if (xy === 0) return null;
  const lean = yy - ratio * xx;
  const slope = (lean + Math.sqrt(lean * lean + 4 * ratio * xy * xy)) / (2 * xy);
  return Number.isFinite(slope) ? slope : null;
}
