/** The packed product against the plain one, at sizes that need filling up and sizes that do not. */
import { expect, it } from 'vitest';
import { multiplyPacked, packed, paddedTo } from '../../../src/analysis/balance/packed-symmetric';
import { seeded } from '../../cases/graphs';

it.each([1, 2, 3, 4, 5, 8, 13, 60])('%d rows', (n) => {
  const random = seeded(n);
  const matrix = new Float64Array(n * n);
  for (let f = 0; f < n; f++) {
    for (let g = 0; g <= f; g++) matrix[f * n + g] = matrix[g * n + f] = random() - 0.5;
  }
  const x = new Float64Array(paddedTo(n));
  for (let f = 0; f < n; f++) x[f] = random() - 0.5;
  const y = new Float64Array(paddedTo(n)).fill(7);
  multiplyPacked(packed(matrix, n), x, y);
  y.forEach((value, f) => {
    let expected = 0;
    for (let g = 0; f < n && g < n; g++) expected += matrix[f * n + g]! * x[g]!;
    expect(Math.abs(value - expected)).toBeLessThan(1e-14);
  });
});
