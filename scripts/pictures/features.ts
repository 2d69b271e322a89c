/** The picture of a feature that explains some of the landscape. */
import * as Plot from '@observablehq/plot';
import { analyse } from '../../src/analysis/analyse';
import { bundled } from './data';
import { INK, word, type Picture } from './paper';

/** Words of food by their number of letters: a feature that explains little. */
export function features(): Picture {
  const graph = bundled('pocket-food.csv');
  const table = {
    names: ['letters'],
    states: graph.names,
    values: Float64Array.from(graph.names, (name) => name.length),
  };
  const { parametric, reversible } = analyse(graph, { replicas: 0 }, undefined, table);
  const [weight] = parametric!.weights;
  const { V, standardError } = reversible!;
  const points = graph.names.map((name) => ({
    letters: name.length,
    V: V[name]!,
    error: standardError![name]!,
  }));
  const share = `${(100 * parametric!.explained!).toFixed(0)}%`;
  return {
    name: 'features',
    title:
      'Height of 48 words of food against their number of letters, with 95% intervals, and what that feature explains: nothing',
    plot: {
      x: { label: 'letters of the word', inset: 16, ticks: [3, 4, 5, 6, 7, 8, 9], tickFormat: 'd' },
      y: { label: 'V (nats)', grid: true, domain: [-0.2, 3.5] },
      marks: [
        Plot.ruleX(points, {
          x: 'letters',
          y1: (d: (typeof points)[0]) => d.V - 1.96 * d.error,
          y2: (d: (typeof points)[0]) => d.V + 1.96 * d.error,
          stroke: INK.rule,
        }),
        Plot.dot(points, { x: 'letters', y: 'V', r: 3, stroke: INK.first, fill: INK.paper }),
        word(
          `${weight!.weight.toFixed(2)} nats a letter (${weight!.interval!.map((end) => end.toFixed(2)).join(' to ')})`.replaceAll(
            '-',
            '−',
          ),
          5,
          3.3,
          { dx: 12 },
        ),
        word(`explained: ${share}`, 5, 3.05, { dx: 12 }),
      ],
    },
  };
}
