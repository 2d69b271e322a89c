/** Expectations until a walk is absorbed: (D - W) x = c by state reduction, for any right-hand sides. */
import { coreSolver, type Scale } from './absorbing-core';
import type { ClosedKernel } from '../graph/closed-kernel';
import { reduceStates, type Removed } from './state-reduction';

export interface AbsorbingSolver {
  /** Multiplications a solve takes; infinite where its core is iterated. */
  size: number;
  /** x, n values, for c; null where the iteration of a large core did not settle. */
  solve(given: Float64Array): Float64Array | null;
}

/**
 * Factors D_f x_f = c_f + sum_g W_fg x_g once, `kernel` the moves W between the n states that are not
 * absorbing, `exit` the chances a step to be absorbed, D their sum. Every state must reach an exit.
 * Where c has one sign nothing is subtracted: each x_f has a small relative error. With `logScale` l,
 * n values, W_fg is e^((l_f - l_g) / 2) times the kernel's, D as before.
 */
export function absorbingSolver(
  kernel: ClosedKernel,
  exit: Float64Array,
  logScale?: Float64Array,
): AbsorbingSolver {
  const { removed, core, out, exit: left } = reduceStates(kernel, exit);
  const scale: Scale | undefined =
    logScale && ((f, g) => Math.exp((logScale[f]! - logScale[g]!) / 2));
  const inner = coreSolver(core, out, left, scale);
  const steps = flatten(removed, out, scale ?? (() => 1));
  const solve = (given: Float64Array): Float64Array | null => {
    const x = given.slice();
    steps.forward(x);
    const middle = Float64Array.from(core, (f) => x[f]!);
    if (!inner.solve(middle)) return null;
    core.forEach((f, i) => (x[f] = middle[i]!));
    steps.back(x);
    return x;
  };
  return { size: inner.size + steps.size, solve };
}

/** The removed states in typed arrays, in the order of removal: a replay is one pass over them. */
function flatten(removed: Removed[], out: Map<number, number>[], scale: Scale) {
  const count = removed.length;
  const sourceStart = new Int32Array(count + 1);
  const rowStart = new Int32Array(count + 1);
  removed.forEach(({ state, sources }, r) => {
    sourceStart[r + 1] = sourceStart[r]! + sources.length;
    rowStart[r + 1] = rowStart[r]! + out[state]!.size;
  });
  const source = new Int32Array(sourceStart[count]!);
  const factor = new Float64Array(sourceStart[count]!);
  const target = new Int32Array(rowStart[count]!);
  const weight = new Float64Array(rowStart[count]!);
  removed.forEach(({ state, sources, factors, total }, r) => {
    sources.forEach((f, i) => {
      source[sourceStart[r]! + i] = f;
      factor[sourceStart[r]! + i] = factors[i]! * scale(f, state);
    });
    let at = rowStart[r]!;
    for (const [g, chance] of out[state]!) {
      target[at] = g;
      weight[at++] = (chance / total) * scale(state, g);
    }
  });
  return {
    size: source.length + target.length,
    /** Hands c of each removed state on to the states that lead to it. */
    forward: (c: Float64Array) => {
      for (let r = 0; r < count; r++) {
        const value = c[removed[r]!.state]!;
        if (value === 0) continue;
        for (let k = sourceStart[r]!; k < sourceStart[r + 1]!; k++)
          c[source[k]!]! += factor[k]! * value;
      }
    },
    /** From c to x, last removed first. */
    back: (x: Float64Array) => {
      for (let r = count - 1; r >= 0; r--) {
        const { state, total } = removed[r]!;
        let value = x[state]! / total;
        for (let k = rowStart[r]!; k < rowStart[r + 1]!; k++) value += weight[k]! * x[target[k]!]!;
        x[state] = value;
      }
    },
  };
}

/** Of the edges of each state in `members`, the weight into the states with a mark. */
export function weightInto(
  { rowStart, target, weight }: Pick<ClosedKernel, 'rowStart' | 'target' | 'weight'>,
  members: Int32Array,
  marked: Uint8Array,
): Float64Array {
  return Float64Array.from(members, (f) => {
    let sum = 0;
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) if (marked[target[k]!]) sum += weight[k]!;
    return sum;
  });
}

/** States without a mark, ascending. */
export function unmarked(marked: Uint8Array): Int32Array {
  return Int32Array.from(Array.from(marked.keys()).filter((f) => !marked[f]));
}
