/** Kernel normalisation on the GPU against its float64 twin, in every normalisation. */
import { expect, test } from 'vitest';
import { normaliseKernel } from '../../src/analysis/graph/kernel-normalise';
import { KernelNormalise } from '../../src/gpu/kernel-normalise';
import { cases, normalisations, tolerance } from '../cases/kernel-normalise';
import { openForTest, relative, valueOf } from './open';

const gpu = await openForTest();
const kernel = await KernelNormalise.create(gpu);

for (const normalisation of normalisations) {
  test.each(cases)(`${normalisation}: $name`, async ({ graph, uniformAttempts }) => {
    const options = { normalisation, uniformAttempts, pseudoCounts: 0.5 };
    const own = valueOf(await kernel.run(graph, options));
    const { weight } = normaliseKernel(graph, options);
    expect(own.length).toBe(weight.length);
    expect(relative(own, weight)).toBeLessThan(tolerance);
  });
}
