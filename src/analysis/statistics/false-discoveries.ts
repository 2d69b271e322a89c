/** Many p-values at once: false discoveries (Benjamini and Hochberg), any false alarm (Holm). */

/** The false discovery rate of what is said to stand out. */
const discoveryRate = 0.05;

/** Which of the p-values stand out at a false discovery rate of 5% (Benjamini and Hochberg 1995). */
export function falseDiscoveries(p: readonly number[]): boolean[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  let kept = 0;
  order.forEach((i, rank) => {
    if (p[i]! <= (discoveryRate * (rank + 1)) / p.length) kept = rank + 1;
  });
  const found = p.map(() => false);
  for (const i of order.slice(0, kept)) found[i] = true;
  return found;
}

/** Holm's (1979) adjusted p-values; a null takes no part and stays null. */
export function holmAdjusted(p: readonly (number | null)[]): (number | null)[] {
  const order = p.flatMap((value, i) => (value === null ? [] : [i]));
  order.sort((a, b) => p[a]! - p[b]!);
  const adjusted = p.map((): number | null => null);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * p[i]!));
    adjusted[i] = largest;
  });
  return adjusted;
}
