/** Values in another order. */

/** values[index[i]] for every i. */
export function gathered(values: Float64Array, index: Int32Array): Float64Array {
  const chosen = new Float64Array(index.length);
  for (let i = 0; i < index.length; i++) chosen[i] = values[index[i]!]!;
  return chosen;
}
