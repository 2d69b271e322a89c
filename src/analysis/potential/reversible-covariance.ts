/** The whole covariance of the reversible fit's potential (method.md section 4). */

/**
 * L^+ - P diag(1/N_f) P, n x n numbers in nats squared, mean gauge: rows sum to 0. `inverse` is L^+ of
 * the weights B p (1 - p), N_f the `attempts`, n of each. Its diagonal is the square of
 * `reversibleErrors`. O(n^2).
 */
export function reversibleCovariance(inverse: Float64Array, attempts: Float64Array): Float64Array {
  const n = attempts.length;
  let mean = 0;
  for (const count of attempts) mean += 1 / count / n;
  return inverse.map((value, at) => {
    const f = Math.floor(at / n);
    const g = at % n;
    const gauge = mean / n - (1 / attempts[f]! + 1 / attempts[g]!) / n;
    return value - gauge - (f === g ? 1 / attempts[f]! : 0);
  });
}
