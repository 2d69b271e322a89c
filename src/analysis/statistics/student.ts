/** Student's t distribution for whole degrees of freedom. */

/** P(|t| <= x) for x >= 0 and `ndf` >= 1 (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4). */
function within(x: number, ndf: number): number {
  const angle = Math.atan(x / Math.sqrt(ndf));
  const square = Math.cos(angle) ** 2;
  const odd = ndf % 2 === 1;
  if (ndf === 1) return (2 * angle) / Math.PI;
  let term = odd ? Math.cos(angle) : 1;
  let sum = term;
  for (let k = odd ? 3 : 2; k < ndf; k += 2) {
    term *= ((k - 1) / k) * square;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** The x with P(|t| <= x) = p, 0 < p < 1, by bisection. O(ndf). */
export function studentQuantile(p: number, ndf: number): number {
  let high = 1;
  while (within(high, ndf) < p) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (within(middle, ndf) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
