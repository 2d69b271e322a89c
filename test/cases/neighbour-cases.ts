/** Named graphs with a potential and a vector, for the action, its gradient, its Hessian and solves. */
import { neighbourGraph, type NeighbourGraph } from '../../src/analysis/graph/neighbour-graph';
import type { ActionKernel } from '../../src/analysis/result';
import { fromRows, problemFromPairs, randomPairs, seeded } from './graphs';

export interface NeighbourCase {
  name: string;
  graph: NeighbourGraph;
  action: ActionKernel;
  /** n values, nats. */
  V: Float64Array;
  /** n values that sum to 0 in each component: a vector to multiply, a right-hand side. */
  x: Float64Array;
  /** The GPU must answer with the fault `gpu-not-finite`, the CPU with Infinity. */
  overflows?: boolean;
}

/** Kernel of the golden example "four" (method.md), `attempts`. */
export const fourRows = [
  [0, 0.12, 0.08, 0.06],
  [0.2, 0, 0.09, 0],
  [0.1, 0.14, 0, 0.05],
  [0.15, 0, 0.07, 0],
];
/** Its least-action potential, softplus, min V = 0 (method.md section 3). */
export const fourPotential = [0, 0.337822, 0.543265, 0.901532];

export function rowsOf(matrix: number[][], states = matrix.length): Map<number, number>[] {
  return Array.from({ length: states }, (_, f) => {
    const row = new Map<number, number>();
    matrix[f]?.forEach((w, g) => w > 0 && row.set(g, w));
    return row;
  });
}

function fourCase(
  name: string,
  action: ActionKernel,
  stretch: number,
  overflows?: boolean,
): NeighbourCase {
  const graph = neighbourGraph(fromRows(rowsOf(fourRows)));
  const V = Float64Array.from(fourPotential, (v) => v * stretch);
  const made = { name, graph, action, V, x: Float64Array.of(1, -0.5, 0.25, -0.75) };
  return overflows ? { ...made, overflows } : made;
}

function disconnected(): NeighbourCase {
  // four, a state alone, and a pair.
  const rows = rowsOf(fourRows, 7);
  rows[5]!.set(6, 0.3);
  rows[6]!.set(5, 0.1);
  const V = Float64Array.of(0, 0.3, 0.5, 0.9, 42, 1, 0);
  const x = Float64Array.of(1, -0.5, 0.25, -0.75, 0, 0.2, -0.2);
  return { name: 'disconnected', graph: neighbourGraph(fromRows(rows)), action: 'softplus', V, x };
}

function manyEdges(): NeighbourCase {
  // A hub with every other state for a neighbour, and 30,000 random pairs.
  const n = 3000;
  const pairs = randomPairs(n, 30_000, 11);
  const seen = new Set(pairs.map(([f, g]) => Math.min(f, g) * n + Math.max(f, g)));
  for (let g = 1; g < n; g++) if (!seen.has(g)) pairs.push([0, g]);
  const random = seeded(12);
  const V = Float64Array.from({ length: n }, () => 4 * random());
  const x = Float64Array.from({ length: n }, () => random() - 0.5);
  const mean = x.reduce((a, b) => a + b, 0) / n;
  const graph = neighbourGraph(problemFromPairs(n, pairs, 13));
  return { name: 'many edges', graph, action: 'softplus', V, x: x.map((value) => value - mean) };
}

const empty = neighbourGraph(fromRows([]));
const alone = neighbourGraph(fromRows(rowsOf([[0]])));

export const neighbourCases: NeighbourCase[] = [
  fourCase('golden four', 'softplus', 1),
  fourCase('golden four, exp', 'exp', 1),
  {
    name: 'empty',
    graph: empty,
    action: 'softplus',
    V: new Float64Array(0),
    x: new Float64Array(0),
  },
  {
    name: 'one state',
    graph: alone,
    action: 'softplus',
    V: Float64Array.of(3),
    x: Float64Array.of(0),
  },
  disconnected(),
  fourCase('huge differences', 'softplus', 1e4),
  fourCase('overflow of exp', 'exp', 1e4, true),
  manyEdges(),
];
