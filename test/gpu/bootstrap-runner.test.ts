/** Who runs the replicas makes no difference: this thread, real workers, the GPU, or what is left of them. */
import { expect, test } from 'vitest';
import {
  runBootstrap,
  tallyBootstrap,
  type BootstrapProblem,
} from '../../src/analysis/balance/bootstrap-null';
import { browserThreads, type Hired } from '../../src/app/analysis/bootstrap-pool';
import { runReplicas } from '../../src/app/analysis/bootstrap-runner';
import { Bootstrap } from '../../src/gpu/bootstrap';
import { cases, tolerance } from '../cases/bootstrap';
import { openForTest } from './open';

const gpu = await openForTest();
const device = await Bootstrap.create(gpu);
const threads = browserThreads()!;
const problemOf = (name: string, replicas: number): BootstrapProblem => ({
  ...cases.find((one) => one.name === name)!.problem,
  replicas,
});

/** The numbers of one thread, in one go. */
function alone(problem: BootstrapProblem): Float64Array {
  const steps = runBootstrap(problem);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.X2;
  }
}

const ignore = () => undefined;
const never = new AbortController().signal;

test('workers give every bit of one thread, and tell how far they are', async () => {
  const problem = problemOf('60 states, few counts: often not strongly connected', 200);
  let hired = 0;
  const counting = { threads: 3, hire: () => (hired++, threads.hire()) };
  const told: number[] = [];
  const progress = ({ done }: { done: number }) => told.push(done);
  const helpers = { device: null, threads: counting };
  const run = await runReplicas(problem, helpers, progress, never, 0);
  expect(hired).toBe(3);
  expect(run).toEqual({ X2: alone(problem), by: 'cpu' });
  expect(told.at(-1)).toBe(200);
  expect(told).toEqual([...told].sort((a, b) => a - b));
});

test('a short bootstrap calls nobody', async () => {
  const problem = problemOf('three states', 20);
  const nobody = { threads: 2, hire: () => expect.unreachable() as never };
  const run = await runReplicas(problem, { device: null, threads: nobody }, ignore, never);
  expect(run).toEqual({ X2: alone(problem), by: 'cpu' });
});

test('the GPU gives the same p: what float32 cannot decide is run again', async () => {
  const problem = problemOf('three states', 500);
  const run = (await runReplicas(problem, { device, threads }, ignore, never, 0))!;
  const expected = alone(problem);
  expect(run.by).toBe('webgpu');
  // Three states and 60 attempts: X2 takes few values, and some replicas have that of the data.
  expect(run.repeated).toBeGreaterThan(0);
  expect(run.repeated).toBeLessThan(100);
  run.X2.forEach((X2, b) =>
    expect(Math.abs(X2 - expected[b]!)).toBeLessThan(tolerance * Math.max(1, expected[b]!)),
  );
  const p = tallyBootstrap(problem, run).p;
  expect(p).toBe(tallyBootstrap(problem, { X2: expected, by: 'cpu' }).p);
});

test('a device that fails half-way is replaced, and named', async () => {
  const problem = problemOf('12 states, all pairs', 300);
  const failing = {
    fits: () => true,
    run: async (...[asked, first, , options]: Parameters<Bootstrap['run']>) => {
      await device.run(asked, first, 40, options);
      return { ok: false, fault: { code: 'gpu-lost', message: 'gone' } };
    },
  } as unknown as Bootstrap;
  const run = (await runReplicas(problem, { device: failing, threads }, ignore, never, 0))!;
  expect(run.by).toBe('cpu');
  expect(run.note).toMatch(/WebGPU stopped.*gone/);
  const expected = alone(problem);
  expect(run.X2.slice(41)).toEqual(expected.slice(41));
  run.X2.forEach((X2, b) => expect(X2 / expected[b]!).toBeCloseTo(1, 4));
});

test('a worker that fails is replaced, and named', async () => {
  const problem = problemOf('12 states, all pairs', 300);
  const failing = (): Hired => ({
    ...threads.hire(),
    onFailure: (listener) => void setTimeout(() => listener('out of memory')),
  });
  const helpers = { device: null, threads: { threads: 2, hire: failing } };
  const run = (await runReplicas(problem, helpers, ignore, never, 0))!;
  expect(run.note).toMatch(/out of memory/);
  expect(run.X2).toEqual(alone(problem));
});

test.each(['device', 'threads', 'nobody'])('stops with %s', async (who) => {
  const problem = problemOf('60 states, all pairs', 1_000_000);
  const stopper = new AbortController();
  const helpers = {
    device: who === 'device' ? device : null,
    threads: who === 'threads' ? threads : null,
  };
  setTimeout(() => stopper.abort(), 300);
  expect(await runReplicas(problem, helpers, ignore, stopper.signal, 0)).toBeNull();
});
