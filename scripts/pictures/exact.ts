/** The picture of an exact kernel at other temperatures. */
import * as Plot from '@observablehq/plot';
import { atTemperature } from '../../src/analysis/graph/temperature';
import { asExactKernel } from '../../src/transitions/kernel-csv';
import { bundled } from './data';
import { INK, word, type Picture } from './paper';

/** The affinity of abc in the golden example, taken as an exact kernel, over the temperature. */
export function exactKernel(): Picture {
  const counts = bundled('four.csv');
  const chance = (values: Float64Array) => values.map((value, f) => value / counts.attempts[f]!);
  const count = counts.count.slice();
  counts.names.forEach((_, f) => {
    for (let k = counts.rowStart[f]!; k < counts.rowStart[f + 1]!; k++)
      count[k]! /= counts.attempts[f]!;
  });
  const graph = asExactKernel({
    ...counts,
    count,
    rejected: chance(counts.rejected),
    selfTransitions: chance(counts.selfTransitions),
  });
  const state = (name: string) => graph.names.indexOf(name);
  const affinityAt = (t: number) => {
    const { rowStart, target, count } = atTemperature(graph, t);
    const chanceOf = (from: string, to: string) => {
      for (let k = rowStart[state(from)]!; k < rowStart[state(from) + 1]!; k++)
        if (target[k] === state(to)) return count[k]!;
      return 0;
    };
    return Math.log(
      (chanceOf('a', 'b') * chanceOf('b', 'c') * chanceOf('c', 'a')) /
        (chanceOf('b', 'a') * chanceOf('c', 'b') * chanceOf('a', 'c')),
    );
  };
  const at1 = affinityAt(1);
  const dots = [0.4, 0.5, 0.75, 1, 1.5, 2, 3].map((t) => ({ t, A: affinityAt(t) }));
  const curve = Array.from({ length: 53 }, (_, i) => 0.4 + i / 20).map((t) => ({ t, A: at1 / t }));
  return {
    name: 'exact-kernel',
    title:
      'Affinity of a cycle of the golden example at temperatures from 0.4 to 3: it is the affinity at 1 divided by the temperature',
    plot: {
      x: { label: 'temperature, relative to that of the sampling', grid: true },
      y: { label: 'affinity of a → b → c → a (nats)', grid: true, domain: [-2, 0.1] },
      marks: [
        Plot.ruleY([0], { stroke: INK.soft }),
        Plot.line(curve, { x: 't', y: 'A', stroke: INK.first, strokeWidth: 2 }),
        Plot.dot(dots, { x: 't', y: 'A', r: 4.5, fill: INK.second }),
        word('line: A / t', 1.6, -1.2),
        word('dots: read off the kernel at t', 1.6, -1.32),
        word('balance', 2.6, 0, { dy: 10 }),
      ],
    },
  };
}
