/** The gradient of the action on the GPU against its float64 twin. */
import { expect, test } from 'vitest';
import { actionGradient } from '../../src/analysis/potential/action-gradient';
import { ActionGradient, layout } from '../../src/gpu/action-gradient';
import { splitPotential } from '../../src/gpu/buffers';
import { uploadNeighbours } from '../../src/gpu/neighbour-buffers';
import { runOnce } from '../../src/gpu/run-once';
import { cases, tolerance } from '../cases/action-gradient';
import { openForTest, relative, valueOf } from './open';

const gpu = await openForTest();
const kernel = await ActionGradient.create(gpu);

test.each(cases)('gradient: $name', async ({ graph, action, V, overflows }) => {
  const outcome = await kernel.run(graph, action, V);
  if (overflows) {
    expect(outcome.ok ? 'a number' : outcome.fault.code).toBe('gpu-not-finite');
    return;
  }
  const expected = new Float64Array(graph.states);
  actionGradient(graph, action, V, expected);
  // At the minimum the terms cancel: the size of the terms counts then.
  const terms = graph.out.reduce((a, b) => Math.max(a, b), 0);
  expect(relative(valueOf(outcome), expected, terms)).toBeLessThan(tolerance);
});

test('a two-dimensional dispatch gives the same bits', async () => {
  const { graph, V } = cases.at(-1)!;
  const line = valueOf(await kernel.run(graph, 'softplus', V));
  const plane = valueOf(
    await runOnce(gpu, kernel.kernel, {
      parameters: { states: graph.states, kernel: 0 },
      inputs: (buffers) => {
        const uploaded = uploadNeighbours(buffers, graph);
        buffers.write(uploaded.potential, splitPotential(V));
        return { ...uploaded.byName };
      },
      output: { name: layout.storage.at(-1)!.name, words: graph.states },
      encode: (pass, group) => {
        pass.setPipeline(kernel.kernel.pipelines.rows);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(3, 5);
      },
    }),
  );
  expect([...plane]).toEqual([...line]);
});
