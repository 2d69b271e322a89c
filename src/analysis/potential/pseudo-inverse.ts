/** The dense pseudo-inverse L^+ of a connected block's weighted Laplacian, for errors and leverages. */
import { centre, laplacianFactor, solveLaplacian } from './laplacian';
import type { NeighbourGraph } from '../graph/neighbour-graph';

/** Above this many states dense work is left out (n^2 numbers, n solves). */
export const denseLimit = 1500;

/**
 * L^+ as n x n numbers, row by row, for weights (2 x pairs, one positive number a pair) on a
 * connected block. Unit: 1 / unit of the weights. Chooses between a dense factorisation and n sparse
 * solves by their cost.
 */
export function pseudoInverse(graph: NeighbourGraph, weights: Float64Array): Float64Array {
  const n = graph.states;
  const sparseCost = 20 * (3 * graph.neighbour.length + 20 * n);
  return n * n < sparseCost ? denseInverse(graph, weights) : sparseInverse(graph, weights);
}

/** Relative error of a column in the energy norm; its diagonal entry is good to the square of it. */
const enough = 1e-8;

/** One conjugate-gradient solve a column. */
export function sparseInverse(graph: NeighbourGraph, weights: Float64Array): Float64Array {
  const n = graph.states;
  const inverse = new Float64Array(n * n);
  const factor = laplacianFactor(graph, weights);
  const b = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    b.fill(-1 / n);
    b[i]! += 1;
    inverse.set(solveLaplacian(graph, weights, factor, b, enough).x, i * n);
  }
  return inverse;
}

/** Cholesky with the last state grounded, then both gauges centred. */
export function denseInverse(graph: NeighbourGraph, weights: Float64Array): Float64Array {
  const n = graph.states;
  const size = n - 1;
  // Lower triangle of the grounded Laplacian.
  const lower = new Float64Array(size * size);
  for (let f = 0; f < size; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      lower[f * size + f]! += weights[k]!;
      if (graph.neighbour[k]! < f) lower[f * size + graph.neighbour[k]!]! -= weights[k]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / lower[j * size + j]!;
    }
  }
  const inverse = new Float64Array(n * n);
  const x = new Float64Array(n);
  for (let i = 0; i < size; i++) {
    // Column i of the grounded inverse: forward from i, then back.
    x.fill(0);
    for (let r = i; r < size; r++) {
      let sum = r === i ? 1 : 0;
      for (let k = i; k < r; k++) sum -= lower[r * size + k]! * x[k]!;
      x[r] = sum / lower[r * size + r]!;
    }
    for (let r = size - 1; r >= 0; r--) {
      const value = x[r]! / lower[r * size + r]!;
      x[r] = value;
      for (let k = 0; k < r; k++) x[k]! -= lower[r * size + k]! * value;
    }
    centre(x);
    inverse.set(x, i * n);
  }
  // Rows are centred; centring the columns gives P G P = L^+.
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += inverse[i * n + j]!;
    for (let i = 0; i < n; i++) inverse[i * n + j]! -= sum / n;
  }
  return inverse;
}
