/** The float64 gradient, twin of shaders/action-gradient.wgsl, against differences of the action. */
import { describe, expect, test } from 'vitest';
import { action } from '../../../src/analysis/potential/action';
import { actionGradient } from '../../../src/analysis/potential/action-gradient';
import { cases } from '../../cases/action-gradient';

describe('action gradient', () => {
  test.each(cases)('$name', ({ graph, action: kernel, V, x, overflows }) => {
    const gradient = new Float64Array(graph.states);
    actionGradient(graph, kernel, V, gradient);
    if (overflows) {
      expect(gradient.every(Number.isFinite)).toBe(false);
      return;
    }
    expect(gradient.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
    const at = (t: number) =>
      action(
        graph,
        kernel,
        V.map((v, f) => v + t * x[f]!),
      );
    const slope = gradient.reduce((sum, g, f) => sum + g * x[f]!, 0);
    const difference = (at(1e-4) - at(-1e-4)) / 2e-4;
    expect(Math.abs(slope - difference)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(at(0))));
  });
});
