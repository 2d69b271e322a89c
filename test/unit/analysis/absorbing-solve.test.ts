/** The absorbing solve on large and random kernels: equations, failures that say so, identities. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { closedKernel, type ClosedKernel } from '../../../src/analysis/graph/closed-kernel';
import { committor } from '../../../src/analysis/dynamics/committor';
import { entropyProduction } from '../../../src/analysis/dynamics/entropy-production';
import { kemenyConstant, meanFirstPassage } from '../../../src/analysis/dynamics/first-passage';
import { chanceEverToEnter } from '../../../src/analysis/dynamics/forbidden';
import { netFlux } from '../../../src/analysis/dynamics/net-flux';
import { schnakenbergSum } from '../../../src/analysis/dynamics/schnakenberg';
import { stationary } from '../../../src/analysis/dynamics/stationary';
import { fromRows, gridPairs, problemFromPairs, randomPairs } from '../../cases/graphs';
import { graphOf, type Edge } from '../helpers/graphs';

// Large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = (f: number) => `s${String(f).padStart(4, '0')}`;

/** A kernel of all states of a problem. */
function kernelOf(problem: { rowStart: Int32Array; target: Int32Array; weight: Float64Array }) {
  const every = Int32Array.from({ length: problem.rowStart.length - 1 }, (_, f) => f);
  return closedKernel(problem.rowStart, problem.target, problem.weight, every);
}

const marks = (kernel: ClosedKernel, ...states: number[]) => {
  const marked = new Uint8Array(kernel.states);
  for (const f of states) marked[f] = 1;
  return marked;
};

/** Largest |sum over f -> g of T_fg (x_f - x_g) - c| / (c + flow) outside the marked states. */
function misfit(kernel: ClosedKernel, x: Float64Array, fixed: Uint8Array, c: number): number {
  let worst = 0;
  for (let f = 0; f < kernel.states; f++) {
    if (fixed[f]) continue;
    let sum = -c;
    let size = c;
    for (let k = kernel.rowStart[f]!; k < kernel.rowStart[f + 1]!; k++) {
      sum += kernel.weight[k]! * (x[f]! - x[kernel.target[k]!]!);
      size += kernel.weight[k]! * x[f]!;
    }
    if (size > 0) worst = Math.max(worst, Math.abs(sum) / size);
  }
  return worst;
}

describe.each([
  ['a chain of 20,000 states', problemFromPairs(20000, gridPairs(1, 20000, 3), 1)],
  ['a tree with 300 more pairs', problemFromPairs(5000, randomPairs(5000, 300, 5), 2)],
  ['a grid of 40 x 50', problemFromPairs(2000, gridPairs(40, 50, 9), 3)],
  ['a core of 2,500 states, iterated', problemFromPairs(2500, randomPairs(2500, 60000, 5), 4)],
])('%s', (_, problem) => {
  const kernel = kernelOf(problem);
  const [a, b] = [marks(kernel, 0, 3), marks(kernel, 7)];

  it('first-passage times solve their equation, and a larger target is reached sooner', () => {
    const times = meanFirstPassage(kernel, a)!;
    expect(misfit(kernel, times, a, 1)).toBeLessThan(1e-9);
    expect(Math.min(...times)).toBe(0);
    const sooner = meanFirstPassage(kernel, marks(kernel, 0, 3, 7))!;
    times.forEach((time, f) => expect(sooner[f]).toBeLessThanOrEqual(time * (1 + 1e-9)));
  });

  it('committors solve their equation, and add up to 1 with the way back', () => {
    const there = committor(kernel, a, b)!;
    const back = committor(kernel, b, a)!;
    const ends = marks(kernel, 0, 3, 7);
    expect(misfit(kernel, there, ends, 0)).toBeLessThan(1e-8);
    there.forEach((chance, f) => expect(chance + back[f]!).toBeCloseTo(1, 8));
    expect(Math.min(...there, ...back)).toBe(0);
    expect(Math.max(...there, ...back)).toBe(1);
  });

  it('every state enters a forbidden one in the end', () => {
    for (const chance of chanceEverToEnter(kernel, a)!) expect(chance).toBeCloseTo(1, 8);
  });
});

describe('the solver states its failure', () => {
  // Two well-mixing halves, joined by one pair with a chance of 1e-13.
  const half = problemFromPairs(900, randomPairs(900, 30000, 5), 4);
  const rows = Array.from({ length: 1800 }, (_, f) => {
    const row = new Map<number, number>();
    const base = f < 900 ? 0 : 900;
    for (let k = half.rowStart[f - base]!; k < half.rowStart[f - base + 1]!; k++)
      row.set(half.target[k]! + base, half.weight[k]!);
    return row;
  });
  rows[899]!.set(900, 1e-13);
  rows[900]!.set(899, 1e-13);
  const kernel = kernelOf(fromRows(rows));

  it('where a core is large and its walks are long', () => {
    expect(meanFirstPassage(kernel, marks(kernel, 1799))).toBeNull();
    expect(committor(kernel, marks(kernel, 0), marks(kernel, 1))).toBeNull();
  });

  it('where a mean time is beyond a float64', () => {
    const climb = kernelOf(
      fromRows(
        Array.from({ length: 400 }, (_, f) => {
          const row = new Map<number, number>();
          if (f > 0) row.set(f - 1, 0.9);
          if (f < 399) row.set(f + 1, 0.01);
          return row;
        }),
      ),
    );
    const times = meanFirstPassage(climb, marks(climb, 399))!;
    expect(times.every(Number.isFinite)).toBe(false);
    const edges: Edge[] = [];
    for (let f = 0; f < 399; f++) edges.push([name(f), name(f + 1), 1], [name(f + 1), name(f), 99]);
    const { firstPassage } = analyse(graphOf(edges), {
      replicas: 0,
      target: [name(399)],
    }).dynamics!;
    expect(firstPassage!.times).toEqual({});
    expect(firstPassage!.why!['times']).toMatch(/largest number/);
  });
});

describe('identities', () => {
  it('a random graph: two ways to the entropy production, one Kemeny constant from every start', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 0, max: 60 }),
        fc.nat(),
        (n, extra, seed) => {
          const kernel = kernelOf(problemFromPairs(n, randomPairs(n, extra, seed), seed + 1));
          const { pi } = stationary(kernel);
          const { plugIn } = entropyProduction(kernel, pi);
          expect(Math.abs(schnakenbergSum(kernel, pi)! - plugIn)).toBeLessThan(1e-10);
          const { share, largest } = netFlux(kernel, pi);
          expect(share).toBeGreaterThanOrEqual(0);
          if (extra === 0) expect(share).toBeLessThan(1e-12);
          expect(largest.every(({ net }, k) => k === 0 || net <= largest[k - 1]!.net)).toBe(true);
          const constant = kemenyConstant(kernel, pi) as number;
          const mean = new Float64Array(n);
          for (let g = 0; g < n; g++)
            meanFirstPassage(kernel, marks(kernel, g))!.forEach((t, f) => (mean[f]! += pi[g]! * t));
          for (const one of mean) expect(one / constant).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 40 },
    );
  });
});
