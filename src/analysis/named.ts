/** Records keyed by state names, which may be any string, `__proto__` included. */

/** names[i] -> values[i], skipping values that are not finite. No prototype, so no inherited keys. */
export function named(names: string[], values: ArrayLike<number>): Record<string, number> {
  const record = Object.create(null) as Record<string, number>;
  for (let i = 0; i < names.length; i++) {
    if (Number.isFinite(values[i])) record[names[i]!] = values[i]!;
  }
  return record;
}
