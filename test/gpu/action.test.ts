/** The action on the GPU against its float64 twin. */
import { expect, test } from 'vitest';
import { action } from '../../src/analysis/potential/action';
import { Action } from '../../src/gpu/action';
import { cases, tolerance } from '../cases/action';
import { openForTest, relative, valueOf } from './open';

const gpu = await openForTest();
const kernel = await Action.create(gpu);

test.each(cases)('action: $name', async ({ graph, action: name, V, overflows }) => {
  const outcome = await kernel.run(graph, name, V);
  if (overflows) {
    expect(outcome.ok ? 'a number' : outcome.fault.code).toBe('gpu-not-finite');
    return;
  }
  expect(relative([valueOf(outcome)], [action(graph, name, V)])).toBeLessThan(tolerance);
});

test('the same device gives the same bits', async () => {
  const { graph, V } = cases.at(-1)!;
  const first = valueOf(await kernel.run(graph, 'softplus', V));
  for (let k = 0; k < 3; k++) expect(valueOf(await kernel.run(graph, 'softplus', V))).toBe(first);
});
