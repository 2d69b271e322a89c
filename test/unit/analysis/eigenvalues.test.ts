/** Eigenvalues of dense matrices, against ml-matrix and against known spectra. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { eigenvalues } from '../../../src/analysis/dynamics/eigenvalues';
import { steady } from '../helpers/graphs';

/** Real and imaginary parts, in a fixed order. */
function sorted(real: ArrayLike<number>, imaginary: ArrayLike<number>): [number, number][] {
  const round = (x: number) => Math.round(x * 1e7) / 1e7;
  return Array.from(real, (x, i): [number, number] => [x, imaginary[i]!]).sort(
    (a, b) => round(a[0]) - round(b[0]) || round(a[1]) - round(b[1]),
  );
}

function expectSame(found: [number, number][], expected: [number, number][]) {
  expect(found).toHaveLength(expected.length);
  found.forEach(([x, y], i) => {
    expect(Math.abs(x - expected[i]![0])).toBeLessThan(1e-8);
    expect(Math.abs(y - expected[i]![1])).toBeLessThan(1e-8);
  });
}

describe('eigenvalues', () => {
  it.each([1, 2, 3, 4, 7, 20, 61])('of random %i x %i matrices, as ml-matrix has them', (n) => {
    const random = steady(n);
    for (let round = 0; round < 5; round++) {
      const sparse = round % 2 === 1;
      const matrix = Float64Array.from({ length: n * n }, () =>
        sparse && random() < 0.5 ? 0 : random() - 0.3,
      );
      const oracle = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix));
      const found = eigenvalues(matrix, n)!;
      expectSame(
        sorted(found.real, found.imaginary),
        sorted(oracle.realEigenvalues, oracle.imaginaryEigenvalues),
      );
    }
  });

  it('of symmetric matrices are real', () => {
    const n = 30;
    const random = steady(9);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random();
    const { real, imaginary } = eigenvalues(matrix.slice(), n)!;
    const trace = real.reduce((sum, x) => sum + x, 0);
    let diagonal = 0;
    for (let i = 0; i < n; i++) diagonal += matrix[i * n + i]!;
    expect(trace).toBeCloseTo(diagonal, 10);
    expect(Math.max(...imaginary.map(Math.abs))).toBeLessThan(1e-8);
  });

  it.each([3, 4, 5, 8, 16, 50, 100])('of a cyclic shift of %i are the roots of 1', (n) => {
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) matrix[i * n + ((i + 1) % n)] = 1;
    const { real, imaginary } = eigenvalues(matrix, n)!;
    real.forEach((x, i) => expect(Math.hypot(x, imaginary[i]!)).toBeCloseTo(1, 10));
    expect(real.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 10);
  });

  it.each([
    ['zeros', new Float64Array(25), [0, 0, 0, 0, 0]],
    ['a diagonal', Float64Array.from([3, 0, 0, 0, 1, 0, 0, 0, 2]), [1, 2, 3]],
    ['a triangle', Float64Array.from([1, 5, 6, 0, 2, 7, 0, 0, 3]), [1, 2, 3]],
  ])('of %s', (_, matrix, expected) => {
    const { real } = eigenvalues(matrix, expected.length)!;
    expect([...real].sort((a, b) => a - b)).toEqual(expected);
  });
});
