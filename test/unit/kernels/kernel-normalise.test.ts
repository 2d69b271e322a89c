/** The float64 normalisation, twin of shaders/kernel-normalise.wgsl, against its definition. */
import { describe, expect, test } from 'vitest';
import { normaliseKernel } from '../../../src/analysis/graph/kernel-normalise';
import { cases, normalisations } from '../../cases/kernel-normalise';
import { fourCounts } from '../../cases/kernel-normalise';

describe.each(normalisations)('%s', (normalisation) => {
  test.each(cases)('$name', ({ graph, uniformAttempts }) => {
    const a = 0.5;
    const { weight } = normaliseKernel(graph, { normalisation, uniformAttempts, pseudoCounts: a });
    const n = graph.names.length;
    const total = graph.attempts.reduce((sum, N) => sum + N, 0);
    for (let f = 0; f < n; f++) {
      const row = Array.from(graph.count.subarray(graph.rowStart[f]!, graph.rowStart[f + 1]!));
      const outcomes =
        row.length + Number(graph.selfTransitions[f]! > 0) + Number(graph.rejected[f]! > 0);
      row.forEach((N, k) => {
        const expected = {
          attempts: N / graph.attempts[f]!,
          exact: N / graph.attempts[f]!,
          accepted: N / row.reduce((x, y) => x + y, 0),
          uniform: Math.min(1, N / (uniformAttempts ?? total / n)),
          dirichlet: (N + a) / (graph.attempts[f]! + a * outcomes),
        }[normalisation];
        expect(weight[graph.rowStart[f]! + k]).toBeCloseTo(expected, 12);
      });
    }
  });
});

test('golden four, attempts: N_fg / 1000', () => {
  const options = { normalisation: 'attempts', uniformAttempts: null, pseudoCounts: 1 } as const;
  expect([...normaliseKernel(fourCounts, options).weight]).toEqual([
    0.12, 0.08, 0.06, 0.2, 0.09, 0.1, 0.14, 0.05, 0.15, 0.07,
  ]);
});
