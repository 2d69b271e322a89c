/** The Hessian of the action times a vector on the GPU against its float64 twin. */
import { expect, test } from 'vitest';
import { hessianVector, hessianWeights } from '../../src/analysis/potential/hessian-vector';
import { HessianVector } from '../../src/gpu/hessian-vector';
import { cases, tolerance } from '../cases/hessian-vector';
import { openForTest, relative, valueOf } from './open';

const gpu = await openForTest();
const kernel = await HessianVector.create(gpu);

test.each(cases)('Hessian product: $name', async ({ graph, action, V, x, overflows }) => {
  const outcome = await kernel.run(graph, action, V, x);
  if (overflows) {
    expect(outcome.ok ? 'a number' : outcome.fault.code).toBe('gpu-not-finite');
    return;
  }
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, action, V, weights);
  const expected = new Float64Array(graph.states);
  hessianVector(graph, weights, x, expected);
  expect(relative(valueOf(outcome), expected)).toBeLessThan(tolerance);
});
