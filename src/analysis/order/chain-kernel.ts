/** The kernel of a stretch of a log with all it takes to say how well its powers are known. */
import type { NumberedLog } from './attempt-rows';
import { reached } from './chains';

/** n states, CSR with the diagonal. A state that was never left stays: nothing is known of it. */
export interface ChainKernel {
  states: number;
  /** n + 1 offsets. */
  rowStart: Int32Array;
  /** m columns. */
  target: Int32Array;
  /** m chances a step. */
  chance: Float64Array;
  /** n: attempts from each state, 0 for one that was never left. */
  attempts: Int32Array;
}

/** From the first `end` attempts; rejections count as staying. O(attempts + n). */
export function chainKernel(log: NumberedLog, end = log.source.length): ChainKernel {
  const n = log.names.length;
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  const attempts = new Int32Array(n);
  for (let i = 0; i < end; i++) {
    const row = rows[log.source[i]!]!;
    const g = reached(log, i);
    row.set(g, (row.get(g) ?? 0) + 1);
    attempts[log.source[i]!]!++;
  }
  const rowStart = new Int32Array(n + 1);
  const target: number[] = [];
  const chance: number[] = [];
  rows.forEach((row, f) => {
    if (row.size === 0) row.set(f, 1);
    for (const [g, count] of row) {
      target.push(g);
      chance.push(count / Math.max(1, attempts[f]!));
    }
    rowStart[f + 1] = target.length;
  });
  return {
    states: n,
    rowStart,
    target: Int32Array.from(target),
    chance: Float64Array.from(chance),
    attempts,
  };
}

/** The distributions after 0, 1, ..., `steps` steps from f: steps + 1 rows of n chances. */
export function walkFrom(kernel: ChainKernel, f: number, steps: number): Float64Array[] {
  const { states, rowStart, target, chance } = kernel;
  const rows = [new Float64Array(states)];
  rows[0]![f] = 1;
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(states);
    rows[step]!.forEach((mass, u) => {
      if (mass === 0) return;
      for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) next[target[k]!]! += mass * chance[k]!;
    });
    rows.push(next);
  }
  return rows;
}

/** The chances to be in the set `inside` (n values, 0 or 1) after 0, ..., `steps` steps, from each state. */
function chancesOf(kernel: ChainKernel, inside: Float64Array, steps: number): Float64Array[] {
  const { states, rowStart, target, chance } = kernel;
  const columns = [inside];
  for (let step = 0; step < steps; step++) {
    const before = columns[step]!;
    const next = new Float64Array(states);
    for (let u = 0; u < states; u++) {
      for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++)
        next[u]! += chance[k]! * before[target[k]!]!;
    }
    columns.push(next);
  }
  return columns;
}

/**
 * The chance to be in `inside` after k steps has a linear response to errors of the kernel's entries.
 * m numbers: that response in standard deviations, each row a multinomial share of `attempts` from
 * its state, so that the covariance of two such chances is the scalar product of their responses
 * (delta method). Rows without attempts give none. `rows` is `walkFrom` of the start with at least
 * k - 1 steps.
 */
export function response(
  kernel: ChainKernel,
  rows: Float64Array[],
  inside: Float64Array,
  k: number,
  attempts: Int32Array,
): Float64Array {
  const { states, rowStart, target, chance } = kernel;
  const columns = chancesOf(kernel, inside, k - 1);
  const found = new Float64Array(target.length);
  for (let u = 0; u < states; u++) {
    if (attempts[u] === 0) continue;
    const start = rowStart[u]!;
    const end = rowStart[u + 1]!;
    for (let step = 0; step < k; step++) {
      const mass = rows[step]![u]!;
      if (mass === 0) continue;
      const after = columns[k - 1 - step]!;
      for (let e = start; e < end; e++) found[e]! += mass * after[target[e]!]!;
    }
    let mean = 0;
    for (let e = start; e < end; e++) mean += chance[e]! * found[e]!;
    for (let e = start; e < end; e++)
      found[e] = (found[e]! - mean) * Math.sqrt(chance[e]! / attempts[u]!);
  }
  return found;
}
