/** One data set: attempts from every state, answered by a kernel, through the program's own counting. */
import { cumulative, pick, type Uniform } from '../../src/models/draw';
import { Counter } from '../../src/transitions/count';
import type { CountGraph } from '../../src/transitions/types';
import type { Kernel } from './kernels';
import { wholeBelow } from './random';

/**
 * `fixed`: the same number of attempts from every state. `uniform`: sources drawn uniformly, so that the
 * numbers differ, with that mean.
 */
export type Sources = 'fixed' | 'uniform';

/** The name of state f; states are numbered alike in the kernel and in the graph. */
export function nameOf(f: number): string {
  return `s${f}`;
}

/** Counts of `attempts` a state, every attempt drawn from its row. */
export function sampleCounts(
  kernel: Kernel,
  attempts: number,
  sources: Sources,
  uniform: Uniform,
): CountGraph {
  const n = kernel.target.length;
  const tried = new Float64Array(n).fill(sources === 'fixed' ? attempts : 0);
  if (sources === 'uniform') {
    for (let i = 0; i < n * attempts; i++) tried[wholeBelow(n, uniform)]!++;
  }
  return countRows(kernel, (f, chances) => {
    const sums = cumulative(chances);
    const row = new Float64Array(chances.length);
    for (let i = 0; i < tried[f]!; i++) row[pick(sums, uniform)]!++;
    return row;
  });
}

/** The counts that are expected of `attempts` a state: real numbers, no noise. */
export function expectedCounts(kernel: Kernel, attempts: number): CountGraph {
  return countRows(kernel, (_, chances) => chances.map((chance) => attempts * chance));
}

/** Counts rows: of chances in the order of `target`, then the self-transition, then the rejection. */
function countRows(
  { target, chance, stay }: Kernel,
  rowOf: (f: number, chances: Float64Array) => Float64Array,
): CountGraph {
  const counter = new Counter();
  for (let f = 0; f < target.length; f++) counter.addRejections(nameOf(f), 'invalid', 0);
  for (let f = 0; f < target.length; f++) {
    const accepted = chance[f]!.reduce((total, value) => total + value, stay[f]!);
    const row = rowOf(f, Float64Array.from([...chance[f]!, stay[f]!, 1 - accepted]));
    const from = nameOf(f);
    target[f]!.forEach((g, k) => counter.addTransitions(from, nameOf(g), row[k]!));
    counter.addTransitions(from, from, row.at(-2)!);
    counter.addRejections(from, 'invalid', row.at(-1)!);
  }
  return counter.snapshot();
}
