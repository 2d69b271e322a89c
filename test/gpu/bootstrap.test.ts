/** The replicas on the GPU against their float64 twin: the same draws, X2 to float32, the same null. */
import { expect, test } from 'vitest';
import { ConditionalBootstrap } from '../../src/analysis/balance/bootstrap';
import { Bootstrap } from '../../src/gpu/bootstrap';
import { cases, tolerance } from '../cases/bootstrap';
import { kolmogorovSmirnov } from '../cases/kolmogorov-smirnov';
import { openForTest, valueOf } from './open';

const gpu = await openForTest();
const bootstrap = await Bootstrap.create(gpu);
const problemOf = (name: string) => cases.find((one) => one.name === name)!.problem;

test.each(cases)('bootstrap: $name', async ({ problem, device }) => {
  expect(bootstrap.fits(problem)).toBe(device);
  const outcome = await bootstrap.run(problem, 0, problem.replicas);
  if (!device) {
    expect(outcome.ok ? 'numbers' : outcome.fault.code).toBe('gpu-too-large');
    return;
  }
  const X2 = valueOf(outcome);
  const twin = new ConditionalBootstrap(problem.blocks, problem.seed);
  let missing = 0;
  X2.forEach((value, b) => {
    const expected = twin.runReplica(b).X2;
    if (Number.isNaN(value)) missing++;
    else expect(Math.abs(value - expected)).toBeLessThan(tolerance * Math.max(1, expected));
  });
  expect(missing).toBeLessThanOrEqual(problem.replicas / 20);
});

test('2,000 replicas have the distribution of 2,000 of the twin with another seed', async () => {
  const problem = problemOf('12 states, all pairs');
  const own = valueOf(await bootstrap.run({ ...problem, seed: 11 }, 0, 2000));
  const twin = new ConditionalBootstrap(problem.blocks, 12);
  const others = Array.from({ length: 2000 }, (_, b) => twin.runReplica(b).X2);
  expect(own.some(Number.isNaN)).toBe(false);
  expect(kolmogorovSmirnov(own, others)).toBeGreaterThan(1e-3);
  expect(new Set(own).size).toBeGreaterThan(1990);
});

test('the same device gives the same bits, in chunks of any size', async () => {
  const problem = problemOf('60 states, few counts: often not strongly connected');
  const whole = valueOf(await bootstrap.run(problem, 0, 24));
  const parts = [
    ...valueOf(await bootstrap.run(problem, 0, 5)),
    ...valueOf(await bootstrap.run(problem, 5, 19)),
  ];
  expect(parts).toEqual([...whole]);
});

test('tells how far it is, and stops between chunks', async () => {
  const problem = problemOf('12 states, all pairs');
  const stopper = new AbortController();
  const told: number[] = [];
  const outcome = await bootstrap.run(problem, 0, 100_000, {
    signal: stopper.signal,
    onReplicas: (first) => {
      told.push(first);
      if (told.length === 2) stopper.abort();
    },
  });
  expect(outcome.ok ? 'numbers' : outcome.fault.code).toBe('gpu-cancelled');
  expect(told).toHaveLength(2);
  expect(told[0]).toBeLessThan(told[1]!);
});

test('a lost device is a fault', async () => {
  const other = await openForTest();
  const kernel = await Bootstrap.create(other);
  other.destroy();
  await other.device.lost;
  const outcome = await kernel.run(problemOf('three states'), 0, 10);
  expect(outcome.ok ? 'numbers' : outcome.fault.code).toBe('gpu-lost');
});
