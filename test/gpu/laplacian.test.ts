/** The inner solve on the GPU against its float64 twin: eliminated, dense and iterated cores. */
import { expect, test } from 'vitest';
import { hessianWeights } from '../../src/analysis/potential/hessian-vector';
import { laplacianFactor, solveLaplacian } from '../../src/analysis/potential/laplacian';
import { Laplacian } from '../../src/gpu/laplacian';
import { cases, tolerance } from '../cases/laplacian';
import { openForTest, relative, valueOf } from './open';

const gpu = await openForTest();
const solver = await Laplacian.create(gpu);

test.each(cases)('solve: $name', async ({ graph, action, V, x: b }) => {
  const own = valueOf(await solver.run(graph, action, V, b));
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, action, V, weights);
  if (graph.states < 2) {
    expect([...own.x]).toEqual([...b].map(() => 0));
    return;
  }
  const twin = solveLaplacian(graph, weights, laplacianFactor(graph, weights), b);
  expect(relative(own.x, twin.x)).toBeLessThan(tolerance);
});

test('a cancelled solve is a fault, not a number', async () => {
  const { graph, action, V, x } = cases.at(-1)!;
  const signal = AbortSignal.abort();
  const outcome = await solver.run(graph, action, V, x, 1e-4, signal);
  expect(outcome.ok ? 'a number' : outcome.fault.code).toBe('gpu-cancelled');
});
