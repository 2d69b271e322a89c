/** Products with a small symmetric matrix of which only one half is kept: it stays in the cache. */

/** What vectors for these products are filled up to with zeros. */
export const paddedTo = (n: number): number => 4 * Math.ceil(n / 4);

/** Of every four rows of an n x n matrix the part from their diagonal on, column by column. */
export function packed(matrix: Float64Array, n: number): Float64Array {
  const padded = paddedTo(n);
  const values = new Float64Array((padded * (padded + 4)) / 2);
  let k = 0;
  for (let first = 0; first < padded; first += 4) {
    for (let g = first; g < padded; g++) {
      for (let f = first; f < first + 4; f++, k++)
        if (f < n && g < n) values[k] = matrix[f * n + g]!;
    }
  }
  return values;
}

/** y = A x, both filled up with zeros; four rows at a time, as one load then serves two sums. */
export function multiplyPacked(packed: Float64Array, x: Float64Array, y: Float64Array): void {
  const padded = x.length;
  y.fill(0);
  let k = 0;
  for (let f = 0; f < padded; f += 4) {
    const x0 = x[f]!;
    const x1 = x[f + 1]!;
    const x2 = x[f + 2]!;
    const x3 = x[f + 3]!;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    // The square on the diagonal is stored as a whole, and what is above it counts for both sides.
    for (let g = f; g < f + 4; g++) {
      const value = x[g]!;
      sum0 += packed[k]! * value;
      sum1 += packed[k + 1]! * value;
      sum2 += packed[k + 2]! * value;
      sum3 += packed[k + 3]! * value;
      k += 4;
    }
    for (let g = f + 4; g < padded; g++) {
      const value = x[g]!;
      const a0 = packed[k]!;
      const a1 = packed[k + 1]!;
      const a2 = packed[k + 2]!;
      const a3 = packed[k + 3]!;
      k += 4;
      sum0 += a0 * value;
      sum1 += a1 * value;
      sum2 += a2 * value;
      sum3 += a3 * value;
      y[g]! += a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3);
    }
    y[f]! += sum0;
    y[f + 1]! += sum1;
    y[f + 2]! += sum2;
    y[f + 3]! += sum3;
  }
}
