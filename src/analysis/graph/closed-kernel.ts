/** The kernel of one component alone: whatever leaves it counts as staying. */

/** n states with local indices, CSR without the diagonal: the rest of each row is staying. */
export interface ClosedKernel {
  states: number;
  /** n + 1 offsets. */
  rowStart: Int32Array;
  /** m local column indices, ascending inside a row, never the row itself. */
  target: Int32Array;
  /** m chances T_fg > 0 a step. */
  weight: Float64Array;
}

/**
 * The edges with weight > 0 between `members` (states of a CSR graph, ascending), renumbered in that
 * order. O(n + m).
 */
export function closedKernel(
  rowStart: Int32Array,
  target: Int32Array,
  weight: Float64Array,
  members: Int32Array,
): ClosedKernel {
  const local = new Int32Array(rowStart.length - 1).fill(-1);
  members.forEach((f, i) => (local[f] = i));
  const n = members.length;
  const start = new Int32Array(n + 1);
  let bound = 0;
  for (const f of members) bound += rowStart[f + 1]! - rowStart[f]!;
  const inner = new Int32Array(bound);
  const value = new Float64Array(bound);
  let size = 0;
  for (let i = 0; i < n; i++) {
    const f = members[i]!;
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const g = local[target[k]!]!;
      if (g < 0 || !(weight[k]! > 0)) continue;
      inner[size] = g;
      value[size++] = weight[k]!;
    }
    start[i + 1] = size;
  }
  return {
    states: n,
    rowStart: start,
    target: inner.slice(0, size),
    weight: value.slice(0, size),
  };
}

/** n: chance of leaving each state in a step, the row's sum. */
export function leaving(kernel: ClosedKernel): Float64Array {
  const total = new Float64Array(kernel.states);
  for (let f = 0; f < kernel.states; f++) {
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++)
      total[f]! += kernel.weight[k]!;
  }
  return total;
}
