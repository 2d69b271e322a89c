/** The start-up self-test passes here, fails on a wrong kernel, and errors are values. */
import { expect, test } from 'vitest';
import { adapterName } from '../../src/gpu/device';
import { solveLeastActionGpu } from '../../src/gpu/least-action';
import { selfTest } from '../../src/gpu/self-test';
import { fromRows } from '../cases/graphs';
import { fourRows, rowsOf } from '../cases/neighbour-cases';
import { openForTest, valueOf } from './open';

const fourProblem = fromRows(rowsOf(fourRows));

test('passes on this adapter and names every family', async () => {
  const gpu = await openForTest();
  const result = valueOf(await selfTest(gpu));
  expect(result).toMatchObject({ verdict: 'passed' });
  expect(Object.keys(result.differences)).toEqual([
    'kernel-normalise',
    'action',
    'action-gradient',
    'hessian-vector',
    'laplacian elimination',
    'laplacian dense',
    'laplacian iteration',
    'bootstrap',
    'least-action',
  ]);
  expect(adapterName(gpu.adapter)).not.toBe('');
  gpu.destroy();
});

test('fails on a device that computes wrong values', async () => {
  const gpu = await openForTest();
  const make = gpu.device.createShaderModule.bind(gpu.device);
  gpu.device.createShaderModule = (descriptor) =>
    make({ ...descriptor, code: descriptor.code.replace('sum -= w.y *', 'sum += w.y *') });
  const result = valueOf(await selfTest(gpu));
  expect(result.verdict).toBe('failed');
  expect(result.detail).toContain('action-gradient');
  gpu.destroy();
});

test('a shader that does not compile is a fault', async () => {
  const gpu = await openForTest();
  const make = gpu.device.createShaderModule.bind(gpu.device);
  gpu.device.createShaderModule = (descriptor) =>
    make({ ...descriptor, code: `${descriptor.code} nonsense` });
  const outcome = await selfTest(gpu);
  expect(outcome.ok ? 'a verdict' : outcome.fault.code).toMatch(/^gpu-/);
  gpu.destroy();
});

test('a lost device is a fault', async () => {
  const gpu = await openForTest();
  valueOf(await solveLeastActionGpu(gpu, fourProblem, 'softplus'));
  gpu.destroy();
  await gpu.device.lost;
  const outcome = await solveLeastActionGpu(gpu, fourProblem, 'softplus');
  expect(outcome.ok ? 'a number' : outcome.fault.code).toBe('gpu-lost');
});

test('a buffer above the limit is a fault', async () => {
  const gpu = await openForTest();
  Object.defineProperty(gpu.device, 'limits', { value: { maxBufferSize: 16 } });
  const outcome = await solveLeastActionGpu(gpu, fourProblem, 'softplus');
  expect(outcome.ok ? 'a number' : outcome.fault.code).toBe('gpu-too-large');
});
