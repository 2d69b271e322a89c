/** The sparse Cholesky factor and its plan: exact where complete, positive whatever the weights. */
import { describe, expect, it } from 'vitest';
import { hessianVector } from '../../../src/analysis/potential/hessian-vector';
import {
  laplacianFactor,
  solveFactored,
  solveLaplacian,
} from '../../../src/analysis/potential/laplacian';
import { neighbourGraph, type NeighbourGraph } from '../../../src/analysis/graph/neighbour-graph';
import { eliminationPlan } from '../../../src/analysis/potential/sparse-cholesky-plan';
import { gridPairs, problemFromPairs, randomPairs, seeded } from '../../cases/graphs';

const graphs: [string, number, [number, number][], 'all' | 'part'][] = [
  ['chain', 500, gridPairs(1, 500, 3), 'all'],
  ['ladder', 400, gridPairs(2, 200, 3), 'all'],
  ['grid', 400, gridPairs(20, 20, 3), 'all'],
  ['dense', 40, randomPairs(40, 2000, 1), 'all'],
  ['two hubs', 302, twoHubs(300), 'all'],
  ['random', 3000, randomPairs(3000, 9000, 2), 'part'],
];

function twoHubs(others: number): [number, number][] {
  const pairs: [number, number][] = [[0, 1]];
  for (let f = 2; f < others + 2; f++) pairs.push([0, f], [1, f]);
  return pairs;
}

function weightsOf(graph: NeighbourGraph, decades: number): Float64Array {
  const random = seeded(5);
  const weights = new Float64Array(graph.neighbour.length);
  for (let k = 0; k < weights.length; k++)
    weights[k] = weights[graph.mirror[k]!] = 10 ** (decades * (random() - 0.5));
  return weights;
}

describe.each(graphs)('%s', (_, states, pairs, how) => {
  const graph = neighbourGraph(problemFromPairs(states, pairs, 7));
  const plan = eliminationPlan(graph);

  it('eliminates every state once, all of them where it is cheap', () => {
    expect([...plan.order].sort((a, b) => a - b)).toEqual([...Array(states).keys()]);
    plan.order.forEach((f, i) => expect(plan.place[f]).toBe(i));
    if (how === 'all') expect(plan.core.states).toBe(0);
    else expect(plan.core.states).toBeGreaterThan(states / 4);
  });

  it.each([0, 12])('solves with weights over %i decades', (decades) => {
    const weights = weightsOf(graph, decades);
    const factor = laplacianFactor(graph, weights, plan);
    const random = seeded(8);
    const expected = Float64Array.from({ length: states }, () => random());
    const b = new Float64Array(states);
    hessianVector(graph, weights, expected, b);
    const x = Float64Array.from(b);
    const { residual } = solveFactored(factor, x, 1e-12);
    expect(residual).toBeLessThanOrEqual(1e-11);
    const product = new Float64Array(states);
    hessianVector(graph, weights, x, product);
    const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    b.forEach((value, f) => expect(Math.abs(product[f]! - value)).toBeLessThan(1e-9 * scale));
  });

  it('serves nearby weights as a preconditioner', () => {
    const weights = weightsOf(graph, 1);
    const factor = laplacianFactor(graph, weights, plan);
    const near = weights.map((w, k) => w * (1 + 0.2 * Math.sin(Math.min(k, graph.mirror[k]!))));
    const b = new Float64Array(states);
    b[0] = 1;
    b[states - 1] = -1;
    const { x, iterations } = solveLaplacian(graph, near, factor, b);
    const product = new Float64Array(states);
    hessianVector(graph, near, x, product);
    b.forEach((value, f) => expect(Math.abs(product[f]! - value)).toBeLessThan(1e-8));
    if (how === 'all') expect(iterations).toBeLessThan(20);
  });
});

it('takes a pair without weight for none: parts are solved apart', () => {
  const graph = neighbourGraph(problemFromPairs(6, gridPairs(1, 6), 1));
  const weights = new Float64Array(graph.neighbour.length).fill(2);
  for (let k = graph.rowStart[2]!; k < graph.rowStart[3]!; k++)
    if (graph.neighbour[k] === 3) weights[k] = weights[graph.mirror[k]!] = 0;
  const x = Float64Array.of(1, 0, -1, 0, 3, -3);
  solveFactored(laplacianFactor(graph, weights), x, 1e-12);
  expect(x[0]! - x[1]!).toBeCloseTo(0.5, 12);
  expect(x[1]! - x[2]!).toBeCloseTo(0.5, 12);
  expect(x[3]! - x[4]!).toBeCloseTo(0, 12);
  expect(x[4]! - x[5]!).toBeCloseTo(1.5, 12);
});

it('refuses the factor of another graph', () => {
  const one = neighbourGraph(problemFromPairs(5, gridPairs(1, 5), 1));
  const other = neighbourGraph(problemFromPairs(6, gridPairs(1, 6), 1));
  const weights = new Float64Array(one.neighbour.length).fill(1);
  const factor = laplacianFactor(other, new Float64Array(other.neighbour.length).fill(1));
  expect(() => solveLaplacian(one, weights, factor, new Float64Array(5))).toThrow(RangeError);
});
