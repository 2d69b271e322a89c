/** GPU and CPU agree to 1e-4 in V, on random graphs of 10 to 20,000 states, on chains too. */
import { afterAll, expect, test } from 'vitest';
import { solveLeastAction } from '../../src/analysis/potential/least-action';
import { solveLeastActionGpu } from '../../src/gpu/least-action';
import { cases, tolerance } from '../cases/least-action';
import { hangingByAThread, messyCounts } from '../cases/messy-graphs';
import { fourPotential } from '../cases/neighbour-cases';
import { openForTest, valueOf } from './open';

const gpu = await openForTest();
const table: string[] = [];

afterAll(() => {
  console.log(['V on the GPU against the CPU', ...table].join('\n'));
});

test.each(cases)('$name of $states', { timeout: 240_000 }, async (one) => {
  const problem = one.make();
  const started = performance.now();
  const twin = solveLeastAction(problem, one.action);
  const between = performance.now();
  const own = valueOf(await solveLeastActionGpu(gpu, problem, one.action));
  const ended = performance.now();
  const worst = own.V.reduce((most, v, f) => Math.max(most, Math.abs(v - twin.V[f]!)), 0);
  const times = `CPU ${(between - started).toFixed(0)} ms, GPU ${(ended - between).toFixed(0)} ms`;
  const steps = `${own.iterations} Newton steps (${own.deviceGradients} with the GPU's gradient)`;
  table.push(
    `${one.name} ${one.states}: ${worst.toExponential(1)}; ${times}; ${steps}, ${own.innerIterations} inner; ` +
      `last step ${own.lastStep.toExponential(1)}; ${JSON.stringify(own.inner)}`,
  );
  expect(worst).toBeLessThanOrEqual(tolerance);
  expect(own.converged).toBe(true);
  expect(own.lastStep).toBeLessThanOrEqual(1e-8);
  expect(own.inner[one.inner]).toBeGreaterThan(0);
  // One step on the host certifies the last one; none of these graphs needs more.
  expect(own.hostSteps).toBe(1);
});

test('golden four', async () => {
  const own = valueOf(await solveLeastActionGpu(gpu, cases[0]!.make(), 'softplus'));
  const lowest = own.V.reduce((low, v) => Math.min(low, v), Infinity);
  own.V.forEach((v, f) => expect(v - lowest).toBeCloseTo(fourPotential[f]!, 5));
});

test('messy counts, both actions', { timeout: 120_000 }, async () => {
  // 242: float32 is not enough, and float64 steps on the host come in.
  for (const seed of [...Array.from({ length: 30 }, (_, k) => k + 1), 242]) {
    const problem = messyCounts(seed);
    const action = seed % 3 === 0 ? 'exp' : 'softplus';
    const own = valueOf(await solveLeastActionGpu(gpu, problem, action));
    const twin = solveLeastAction(problem, action);
    const worst = own.V.reduce((most, v, f) => Math.max(most, Math.abs(v - twin.V[f]!)), 0);
    expect({ seed, converged: own.converged, near: worst <= 1e-6 }).toEqual({
      seed,
      converged: true,
      near: true,
    });
  }
});

test.each([1e-3, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12, 1e-15])(
  'hanging by a thread of %s: right, or not called converged',
  async (thread) => {
    for (const size of [20, 300]) {
      const problem = hangingByAThread(size, thread);
      const own = valueOf(await solveLeastActionGpu(gpu, problem, 'softplus'));
      const twin = solveLeastAction(problem, 'softplus');
      const worst = own.V.reduce((most, v, f) => Math.max(most, Math.abs(v - twin.V[f]!)), 0);
      if (own.converged) expect(worst).toBeLessThanOrEqual(tolerance);
      if (thread >= 1e-8) expect(own.converged).toBe(true);
    }
  },
);

test('the same device gives the same bits', async () => {
  const { make } = cases.find(({ name }) => name === 'components')!;
  const problem = make();
  const first = valueOf(await solveLeastActionGpu(gpu, problem, 'softplus'));
  const second = valueOf(await solveLeastActionGpu(gpu, problem, 'softplus'));
  expect([...second.V]).toEqual([...first.V]);
});

test('a problem without a minimum is not called converged', async () => {
  // One way only: the minimum lies at infinity (Ford 1957).
  const problem = {
    rowStart: Int32Array.of(0, 1, 1),
    target: Int32Array.of(1),
    weight: Float64Array.of(0.5),
  };
  const outcome = await solveLeastActionGpu(gpu, problem, 'softplus');
  expect(outcome.ok && outcome.value.converged).toBe(false);
});

test('nothing to solve', async () => {
  const empty = {
    rowStart: Int32Array.of(0),
    target: new Int32Array(0),
    weight: new Float64Array(0),
  };
  expect(valueOf(await solveLeastActionGpu(gpu, empty, 'softplus'))).toMatchObject({
    converged: true,
    lastStep: 0,
    iterations: 0,
  });
});
