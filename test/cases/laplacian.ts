/** Inputs of the inner solve: connected graphs of every kind that its three ways meet. */
import { neighbourGraph } from '../../src/analysis/graph/neighbour-graph';
import { gridPairs, problemFromPairs, randomPairs, seeded } from './graphs';
import { neighbourCases, type NeighbourCase } from './neighbour-cases';

/** Relative to the largest expected value: the inner solve's own tolerance is 1e-4 in energy. */
export const tolerance = 2e-3;

function solve(name: string, states: number, pairs: [number, number][]): NeighbourCase {
  const graph = neighbourGraph(problemFromPairs(states, pairs, 21));
  const random = seeded(22);
  const V = Float64Array.from({ length: states }, () => 2 * random());
  const x = Float64Array.from({ length: states }, () => random() - 0.5);
  const mean = x.reduce((a, b) => a + b, 0) / states;
  return { name, graph, action: 'softplus', V, x: x.map((value) => value - mean) };
}

const star = Array.from({ length: 999 }, (_, k): [number, number] => [0, k + 1]);
const ring = [...gridPairs(1, 600), [599, 0] as [number, number]];

export const cases: NeighbourCase[] = [
  ...neighbourCases.filter(({ name }) => !['disconnected', 'overflow of exp'].includes(name)),
  solve('chain', 2000, gridPairs(1, 2000, 3)),
  solve('ring', 600, ring),
  solve('star', 1000, star),
  solve('tree', 3000, randomPairs(3000, 0, 4)),
  solve('ladder', 1200, gridPairs(2, 600)),
  solve('grid', 900, gridPairs(30, 30)),
  solve('random', 800, randomPairs(800, 3200, 5)),
].filter(({ V }) => V.length === 0 || Math.max(...V) < 1000);
