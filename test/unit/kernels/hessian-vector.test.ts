/** The float64 Hessian product, twin of shaders/hessian-vector.wgsl, against differences of the gradient. */
import { describe, expect, test } from 'vitest';
import { actionGradient } from '../../../src/analysis/potential/action-gradient';
import { hessianVector, hessianWeights } from '../../../src/analysis/potential/hessian-vector';
import { cases } from '../../cases/hessian-vector';

describe('Hessian product', () => {
  test.each(cases)('$name', ({ graph, action, V, x, overflows }) => {
    const weights = new Float64Array(graph.neighbour.length);
    hessianWeights(graph, action, V, weights);
    const product = new Float64Array(graph.states);
    hessianVector(graph, weights, x, product);
    if (overflows) {
      expect(product.every(Number.isFinite)).toBe(false);
      return;
    }
    const at = (t: number) => {
      const gradient = new Float64Array(graph.states);
      actionGradient(
        graph,
        action,
        V.map((v, f) => v + t * x[f]!),
        gradient,
      );
      return gradient;
    };
    const [above, below] = [at(1e-4), at(-1e-4)];
    const scale = graph.out.reduce((a, b) => Math.max(a, b), 1e-3);
    product.forEach((value, f) => {
      const difference = (above[f]! - below[f]!) / 2e-4;
      expect(Math.abs(value - difference)).toBeLessThanOrEqual(1e-5 * scale);
    });
  });
});
