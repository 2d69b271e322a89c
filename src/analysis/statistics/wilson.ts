/** The interval of a proportion. */

/** Quantile of the normal distribution at 97.5%. */
const z = 1.959963984540054;

/** 95% interval of a chance from `hits` in `trials` > 0 independent trials (Wilson 1927). */
export function wilsonInterval(hits: number, trials: number): [number, number] {
  const share = hits / trials;
  const square = (z * z) / trials;
  const centre = (share + square / 2) / (1 + square);
  const half = Math.sqrt(
    (share * (1 - share) * square + (square * square) / 4) / (1 + square) ** 2,
  );
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
