/** The leading eigenvalue moduli of sparse kernels, against the dense solver and known spectra. */
import { describe, expect, it, vi } from 'vitest';
import { prepare, solve } from '../../../src/analysis/analyse';
import { Arnoldi } from '../../../src/analysis/dynamics/arnoldi';
import { closedKernel, leaving } from '../../../src/analysis/graph/closed-kernel';
import { dynamicsResult } from '../../../src/analysis/dynamics/dynamics-result';
import { hessenbergVector } from '../../../src/analysis/dynamics/hessenberg-tail';
import { evenPeriod } from '../../../src/analysis/dynamics/scaled-kernel';
import { leadingModuli } from '../../../src/analysis/dynamics/sparse-spectrum';
import { eigenvalueModuli } from '../../../src/analysis/dynamics/spectrum';
import { stationary } from '../../../src/analysis/dynamics/stationary';
import { fromRows, gridPairs, problemFromPairs, randomPairs, seeded } from '../../cases/graphs';
import { graphOf, type Edge } from '../helpers/graphs';

// Dense spectra, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** The kernel of a problem, its rows scaled down together so that none adds up to more than 1. */
function kernelOf(problem: { rowStart: Int32Array; target: Int32Array; weight: Float64Array }) {
  const every = Int32Array.from({ length: problem.rowStart.length - 1 }, (_, f) => f);
  const kernel = closedKernel(problem.rowStart, problem.target, problem.weight, every);
  const most = Math.max(1, ...leaving(kernel));
  return { ...kernel, weight: kernel.weight.map((weight) => weight / most) };
}

/** n states round a ring: p to the next, q to the one before, else stay. */
function ring(n: number, p: number, q: number) {
  const rows = Array.from({ length: n }, (_, f) => {
    const row = new Map([[(f + 1) % n, p]]);
    if (q > 0) row.set((f + n - 1) % n, q);
    return row;
  });
  return kernelOf(fromRows(rows));
}

/** Moduli of its eigenvalues, largest first: s + p w + q / w over the n-th roots of unity w. */
function ringModuli(n: number, p: number, q: number): number[] {
  const moduli = Array.from({ length: n }, (_, k) => {
    const angle = (2 * Math.PI * k) / n;
    return Math.hypot(1 - p - q + (p + q) * Math.cos(angle), (p - q) * Math.sin(angle));
  });
  return moduli.sort((a, b) => b - a);
}

/** Three groups that are visited in turn: eigenvalues at the third roots of unity. */
function inTurn(size: number) {
  const random = seeded(3);
  const rows = Array.from({ length: 3 * size }, (_, f) => {
    const row = new Map<number, number>();
    const next = ((Math.floor(f / size) + 1) % 3) * size;
    for (let j = 0; j < 5; j++)
      row.set(next + (j === 0 ? (3 * f + 1) % size : Math.floor(size * random())), 0.1 + random());
    const total = [...row.values()].reduce((sum, one) => sum + one, 0);
    return new Map([...row].map(([g, weight]) => [g, weight / total]));
  });
  return kernelOf(fromRows(rows));
}

const complete = (n: number) =>
  kernelOf(
    fromRows(
      Array.from(
        { length: n },
        (_, f) =>
          new Map(
            Array.from({ length: n }, (_x, g) => [g, 0.75 / n] as const).filter(([g]) => g !== f),
          ),
      ),
    ),
  );

/**
 * A lazy walk along n places that also turns among three sides, forwards with a chance of `turn`: its
 * eigenvalues are those of the walk times 1 and the two of the turning. And its moduli.
 */
function turning(n: number, turn: number) {
  const rows = Array.from({ length: 3 * n }, (_, f) => {
    const [place, side] = [Math.floor(f / 3), f % 3];
    const row = new Map<number, number>();
    for (const [to, chance] of [
      [place, 0.4],
      [Math.max(0, place - 1), 0.3],
      [Math.min(n - 1, place + 1), 0.3],
    ] as const) {
      for (const [by, share] of [
        [1, turn],
        [2, 1 - turn],
      ] as const) {
        const g = 3 * to + ((side + by) % 3);
        if (share > 0) row.set(g, (row.get(g) ?? 0) + chance * share);
      }
    }
    return row;
  });
  const turns = Math.hypot(0.5, (Math.sqrt(3) / 2) * (2 * turn - 1));
  const known = Array.from({ length: n }, (_, k) =>
    Math.abs(0.4 + 0.6 * Math.cos((Math.PI * k) / n)),
  )
    .flatMap((one) => [one, one * turns, one * turns])
    .sort((a, b) => b - a);
  return { kernel: kernelOf(fromRows(rows)), known };
}

describe('leading moduli', () => {
  it.each([
    ['a grid', kernelOf(problemFromPairs(150, gridPairs(10, 15, 5), 4))],
    ['a tree', kernelOf(problemFromPairs(200, randomPairs(200, 0, 5), 4))],
    ['a tree with 100 more pairs', kernelOf(problemFromPairs(200, randomPairs(200, 100, 5), 4))],
    ['a random graph', kernelOf(problemFromPairs(200, randomPairs(200, 1500, 5), 4))],
    ['three groups in turn', inTurn(60)],
    ['all alike, one eigenvalue many times', complete(120)],
  ])('of %s, as the dense solver has them', (_, kernel) => {
    const { logPi } = stationary(kernel);
    const dense = eigenvalueModuli(kernel, logPi)!;
    const { moduli, residual } = leadingModuli(kernel, logPi, 10)!;
    expect(moduli).toHaveLength(10);
    moduli.forEach((modulus, k) => expect(Math.abs(modulus - dense[k]!)).toBeLessThan(1e-10));
    expect(residual).toBeLessThan(1e-9);
  });

  it.each([
    ['driven', 1000, 0.6, 0.1],
    ['symmetric', 1000, 0.3, 0.3],
    ['with returns of any length, hardly staying', 1000, 0.5, 0.499999],
    ['of even period', 1000, 0.7, 0.3],
    ['of odd length', 999, 0.7, 0.3],
  ])('of a ring %s, in closed form', (_, n, p, q) => {
    const kernel = ring(n, p, q);
    const found = leadingModuli(kernel, stationary(kernel).logPi, 10)!;
    expect(found.method).toBe('Arnoldi, shift-invert');
    expect(found.moduli).toHaveLength(10);
    const known = ringModuli(n, p, q);
    found.moduli.forEach((modulus, k) => expect(Math.abs(modulus - known[k]!)).toBeLessThan(1e-12));
  });

  it.each([
    [60, 1, 10],
    [400, 0.8, 10],
    [400, 0.999, null],
    [400, 1, null],
  ])('of a slow walk along %i places that turns (%d): right, or none', (n, turn, count) => {
    // Near the third roots of unity the modes crowd out of sight of a shift at 1.
    const { kernel, known } = turning(n, turn);
    const found = leadingModuli(kernel, stationary(kernel).logPi, 10);
    expect(found?.moduli.length ?? null).toBe(count);
    found?.moduli.forEach((modulus, k) =>
      expect(Math.abs(modulus - known[k]!)).toBeLessThan(1e-12),
    );
  });

  it('that do not settle are left out, and the result says why', () => {
    const { rowStart, target, weight } = turning(400, 1).kernel;
    const edges = Array.from(target, (g, k): Edge => {
      const f = rowStart.findIndex((_, i) => rowStart[i + 1]! > k);
      return [`${f}`, `${g}`, Math.round(100 * weight[k]!)];
    });
    const prepared = prepare(graphOf(edges), { replicas: 0 });
    const { potential, reversible } = solve(prepared);
    const steps = dynamicsResult(prepared, potential, reversible);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const dynamics = step.value!;
    expect(dynamics.eigenvalueModuli).toEqual([]);
    expect(dynamics.relaxationTimes).toEqual([]);
    expect(dynamics).not.toHaveProperty('spectrum');
    expect(dynamics.why!['eigenvalueModuli']).toMatch(/no eigenvalue but the first/);
  });
});

describe('their parts', () => {
  it('an even period is told from an odd one, and from staying', () => {
    expect(evenPeriod(ring(10, 0.7, 0.3))).toBe(true);
    expect(evenPeriod(ring(9, 0.7, 0.3))).toBe(false);
    expect(evenPeriod(ring(10, 0.6, 0.3))).toBe(false);
    expect(evenPeriod(ring(9, 1, 0))).toBe(false);
    expect(evenPeriod(ring(8, 1, 0))).toBe(true);
  });

  it('a vector of a Hessenberg matrix solves its equation, complex ones too', () => {
    const n = 12;
    const random = seeded(5);
    const h = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = Math.max(0, i - 1); j < n; j++) h[i * n + j] = random() - 0.5;
    // A block of its own at the end, with the eigenvalues 2 +- 3i.
    h[(n - 2) * n + n - 3] = 0;
    [h[(n - 2) * n + n - 2], h[(n - 2) * n + n - 1]] = [2, -3];
    [h[(n - 1) * n + n - 2], h[(n - 1) * n + n - 1]] = [3, 2];
    const { real, imaginary } = hessenbergVector(h, n, n, 2, 3);
    for (let i = 0; i < n; i++) {
      let a = -2 * real[i]! + 3 * imaginary[i]!;
      let b = -2 * imaginary[i]! - 3 * real[i]!;
      for (let j = 0; j < n; j++) {
        a += h[i * n + j]! * real[j]!;
        b += h[i * n + j]! * imaginary[j]!;
      }
      expect(Math.hypot(a, b)).toBeLessThan(1e-12);
    }
    expect(real.reduce((sum, x, i) => sum + x * x + imaginary[i]! ** 2, 0)).toBeCloseTo(1, 12);
  });

  it('Ritz values of a diagonal matrix settle at its ends first, and their residual says so', () => {
    const n = 400;
    const values = Float64Array.from({ length: n }, (_, i) => (i < 3 ? 2 + i : i / n));
    const without = new Float64Array(n);
    without[n - 1] = 1;
    const arnoldi = new Arnoldi(n, (v) => v.map((x, i) => x * values[i]!), without);
    arnoldi.grow(25);
    const [first, second, third, fourth] = arnoldi.ritz(4)!;
    [first, second, third].forEach((one, k) => {
      expect(one!.x).toBeCloseTo(4 - k, 10);
      expect(one!.residual).toBeLessThan(1e-8);
    });
    expect(fourth!.residual).toBeGreaterThan(1e-4);
    expect(fourth!.x).toBeLessThan(values[n - 2]!);
  });
});
