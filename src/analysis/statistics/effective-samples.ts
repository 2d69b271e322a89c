/** How many independent draws a stretch of a Markov chain is worth. */

/**
 * Length over the integrated autocorrelation time, 1 + 2 sum of autocorrelations, summed in pairs of lags as
 * long as the pairs are positive: for a reversible chain they are all of them, up to noise (Geyer 1992,
 * initial positive sequence). From 1 to the length; null where all values are the same.
 */
export function effectiveSamples(values: Float64Array): number | null {
  const n = values.length;
  // From the first one, so that values that are all the same have a variance of 0 without rounding.
  const apart = values.map((value) => value - values[0]!);
  const mean = apart.reduce((sum, value) => sum + value, 0) / n;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += (apart[i]! - mean) * (apart[i + lag]! - mean);
    return sum / n;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return null;
  let time = 1;
  for (let lag = 1; lag + 1 < n; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (!(pair > 0)) break;
    time += 2 * pair;
  }
  return Math.max(1, Math.min(n, n / time));
}
