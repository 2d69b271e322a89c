/** Looking up an edge of a sparse graph (CSR). */

/** Position of the edge f -> g among a graph's edges, rows ascending, or -1. O(log row). */
export function findEdge(
  graph: { rowStart: Int32Array; target: Int32Array },
  f: number,
  g: number,
): number {
  let low = graph.rowStart[f]!;
  let high = graph.rowStart[f + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = graph.target[middle]!;
    if (at === g) return middle;
    if (at < g) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
