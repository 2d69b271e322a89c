/** Typed arrays that grow. */

/** A copy of twice the length (at least 16), zeros at the end. */
export function grown<T extends Int32Array | Float64Array>(
  old: T,
  make: new (length: number) => T,
): T {
  const larger = new make(Math.max(16, old.length * 2));
  larger.set(old);
  return larger;
}
