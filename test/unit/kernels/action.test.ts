/** The float64 action, twin of shaders/action.wgsl, on the cases that the GPU meets. */
import { describe, expect, test } from 'vitest';
import { action } from '../../../src/analysis/potential/action';
import { cases } from '../../cases/action';

describe('action', () => {
  test.each(cases)('$name', ({ graph, action: kernel, V, overflows }) => {
    let sum = 0;
    for (let f = 0; f < graph.states; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        const x = V[f]! - V[graph.neighbour[k]!]!;
        // ln(1 + e^-x) is -x to every digit below x = -40.
        const K = kernel === 'exp' ? Math.exp(-x / 2) : x < -40 ? -x : Math.log1p(Math.exp(-x));
        if (graph.out[k]! > 0) sum += graph.out[k]! * K;
      }
    }
    const own = action(graph, kernel, V);
    if (overflows) expect(own).toBe(Infinity);
    else expect(own).toBeCloseTo(sum, 8);
  });
});
