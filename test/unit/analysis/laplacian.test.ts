/** The Laplacian solver against a dense oracle, and the potential of long chains and large graphs. */
import { Matrix, pseudoInverse as densePseudoInverse } from 'ml-matrix';
import { describe, expect, it, vi } from 'vitest';
import { hessianVector } from '../../../src/analysis/potential/hessian-vector';
import { laplacianFactor, solveLaplacian } from '../../../src/analysis/potential/laplacian';
import {
  solveLeastAction,
  type LeastActionProblem,
} from '../../../src/analysis/potential/least-action';
import { neighbourGraph, type NeighbourGraph } from '../../../src/analysis/graph/neighbour-graph';
import { denseInverse, sparseInverse } from '../../../src/analysis/potential/pseudo-inverse';
import { steady } from '../helpers/graphs';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

function problem(n: number, edges: [number, number, number][]): LeastActionProblem {
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  for (const [f, g, w] of edges) rows[f]!.set(g, (rows[f]!.get(g) ?? 0) + w);
  const rowStart = new Int32Array(n + 1);
  const target: number[] = [];
  const weight: number[] = [];
  rows.forEach((row, f) => {
    for (const [g, w] of [...row].sort((a, b) => a[0] - b[0])) {
      target.push(g);
      weight.push(w);
    }
    rowStart[f + 1] = target.length;
  });
  return { rowStart, target: Int32Array.from(target), weight: Float64Array.from(weight) };
}

function randomEdges(n: number, extra: number, seed: number): [number, number, number][] {
  const random = steady(seed);
  const edges: [number, number, number][] = [];
  for (let f = 0; f < n; f++) edges.push([f, (f + 1) % n, 1 + Math.floor(5 * random())]);
  while (edges.length < n + extra) {
    const f = Math.floor(n * random());
    const g = Math.floor(n * random());
    if (f !== g) edges.push([f, g, 1 + Math.floor(5 * random())]);
  }
  return edges;
}

function weightsOf(graph: NeighbourGraph): Float64Array {
  return graph.out.map((out, k) => out + graph.back[k]!);
}

const chain = (n: number) =>
  Array.from({ length: n - 1 }, (_, f): [number, number, number] => [f, f + 1, 1 + (f % 7)]);

describe.each([
  ['chain', problem(60, chain(60))],
  ['ring', problem(50, randomEdges(50, 0, 1))],
  ['random', problem(60, randomEdges(60, 100, 2))],
  ['dense', problem(25, randomEdges(25, 500, 3))],
  [
    'star',
    problem(
      20,
      chain(20).map(([f, , w]) => [0, f + 1, w]),
    ),
  ],
])('%s', (_, one) => {
  const graph = neighbourGraph(one);
  const weights = weightsOf(graph);
  const n = graph.states;

  it('solves L x = b', () => {
    const random = steady(9);
    const b = Float64Array.from({ length: n }, () => random() - 0.5);
    const mean = b.reduce((sum, value) => sum + value, 0) / n;
    b.forEach((value, f) => (b[f] = value - mean));
    const { x, iterations } = solveLaplacian(graph, weights, laplacianFactor(graph, weights), b);
    const product = new Float64Array(n);
    hessianVector(graph, weights, x, product);
    b.forEach((value, f) => expect(Math.abs(product[f]! - value)).toBeLessThan(1e-8));
    expect(iterations).toBeLessThan(40);
  });

  it('has the pseudo-inverse of the dense oracle', () => {
    const laplacian = Matrix.zeros(n, n);
    for (let f = 0; f < n; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        laplacian.set(f, graph.neighbour[k]!, -weights[k]!);
        laplacian.set(f, f, laplacian.get(f, f) + weights[k]!);
      }
    }
    const expected = densePseudoInverse(laplacian);
    const dense = denseInverse(graph, weights);
    const sparse = sparseInverse(graph, weights);
    for (let i = 0; i < n * n; i++) {
      const value = expected.get(Math.floor(i / n), i % n);
      expect(Math.abs(dense[i]! - value)).toBeLessThan(1e-9);
      expect(Math.abs(sparse[i]! - value)).toBeLessThan(1e-7);
    }
  });
});

it('is exact on trees, chains and rings: one or two iterations', () => {
  for (const edges of [chain(5000), randomEdges(5000, 0, 4)]) {
    const graph = neighbourGraph(problem(5000, edges));
    const weights = weightsOf(graph);
    const b = new Float64Array(5000);
    b[0] = 1;
    b[2500] = -1;
    const factor = laplacianFactor(graph, weights);
    expect(solveLaplacian(graph, weights, factor, b).iterations).toBeLessThanOrEqual(3);
  }
});

describe('large graphs', () => {
  it.each(['softplus', 'exp'] as const)('a chain of 20,000 states converges, %s', (action) => {
    const random = steady(7);
    const edges: [number, number, number][] = [];
    const expected = [0];
    for (let f = 0; f + 1 < 20_000; f++) {
      const forward = 1 + Math.floor(300 * random());
      const back = 1 + Math.floor(300 * random());
      edges.push([f, f + 1, forward], [f + 1, f, back]);
      expected.push(expected[f]! - Math.log(forward / back));
    }
    const { V, converged, lastStep } = solveLeastAction(problem(20_000, edges), action);
    expect(converged).toBe(true);
    expect(lastStep).toBeLessThanOrEqual(1e-8);
    let worst = 0;
    expected.forEach((value, f) => (worst = Math.max(worst, Math.abs(V[f]! - V[0]! - value))));
    expect(worst).toBeLessThan(1e-6);
  });

  it('7,484 states and 21,697 transitions converge', () => {
    const edges = randomEdges(7484, 21697 - 7484, 8);
    const solution = solveLeastAction(problem(7484, edges), 'softplus');
    expect(solution.converged).toBe(true);
    expect(solution.iterations).toBeLessThan(20);
  });
});

it('does not pretend to converge where no minimum exists', () => {
  const one = problem(3, [
    [0, 1, 5],
    [1, 0, 5],
    [1, 2, 5],
  ]);
  for (const action of ['softplus', 'exp'] as const) {
    const solution = solveLeastAction(one, action, { maxIterations: 30 });
    expect(solution.converged).toBe(false);
    expect(solution.V.every(Number.isFinite)).toBe(true);
  }
});

it('copes with counts of very different size', () => {
  const one = problem(3, [
    [0, 1, 1e12],
    [1, 0, 1],
    [1, 2, 1e-9],
    [2, 1, 1e6],
  ]);
  for (const action of ['softplus', 'exp'] as const) {
    const { V, converged } = solveLeastAction(one, action);
    expect(converged).toBe(true);
    expect(V[0]! - V[1]!).toBeCloseTo(Math.log(1e12), 7);
    expect(V[1]! - V[2]!).toBeCloseTo(Math.log(1e-15), 7);
  }
});

it.each([8, 10, 12])(
  'never takes a system that it could not solve for a solved one: a link of 1e-%i',
  (exponent) => {
    // Two clusters joined by a link that is smaller than the rounding of the others.
    const link = 10 ** -exponent;
    for (let size = 3; size < 20; size++) {
      const edges: [number, number, number][] = [
        [size - 1, size, link],
        [size, size - 1, 3 * link],
      ];
      for (const base of [0, size])
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++)
            if (i !== j)
              edges.push([base + i, base + j, 0.5 + (((base + 6 * i + j) * 79) % 101) / 101]);
      const { V, converged } = solveLeastAction(problem(2 * size, edges), 'softplus');
      // Across the only link the potential is the log ratio of its two directions.
      const wrong = Math.abs(V[size - 1]! - V[size]! - Math.log(1 / 3));
      if (converged) expect(wrong, `${size} states`).toBeLessThan(1e-3);
    }
  },
);
