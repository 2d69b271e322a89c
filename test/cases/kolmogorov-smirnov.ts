/** The two-sample Kolmogorov-Smirnov test, for replicas that should have one distribution. */

/** p of max |F_a - F_b| by Kolmogorov's series, with Stephens' correction; ties make it cautious. */
export function kolmogorovSmirnov(a: Iterable<number>, b: Iterable<number>): number {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let distance = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length;) {
    const at = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= at) i++;
    while (j < y.length && y[j]! <= at) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const root = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  if (lambda < 0.2) return 1;
  let p = 0;
  for (let k = 1; k <= 100; k++)
    p += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda ** 2);
  return Math.min(1, Math.max(0, p));
}
