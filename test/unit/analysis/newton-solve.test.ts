/** Damped Newton: where it starts, and that what it calls converged is the minimum to rounding. */
import { describe, expect, it } from 'vitest';
import { neighbourGraph } from '../../../src/analysis/graph/neighbour-graph';
import { newtonSolve } from '../../../src/analysis/potential/newton-solve';
import { gridPairs, problemFromPairs, randomPairs, seeded } from '../../cases/graphs';

/** Counts both ways on some pairs, one way (any) on the others; the states stay in one component. */
function counts(states: number, pairs: [number, number][], seed: number) {
  const graph = neighbourGraph(problemFromPairs(states, pairs, seed));
  const random = seeded(seed);
  for (let f = 0; f < states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f + 2) continue;
      const oneWay = random() < 0.6;
      const up = random() < 0.5;
      const forth = oneWay && !up ? 0 : 1 + Math.floor(20 * random());
      const back = oneWay && up ? 0 : 1 + Math.floor(20 * random());
      graph.out[k] = graph.back[graph.mirror[k]!] = forth;
      graph.back[k] = graph.out[graph.mirror[k]!] = back;
    }
  }
  return graph;
}

const band = Array.from({ length: 897 }, (_, f): [number, number] => [f, f + 3]);

const graphs = [
  ['band', counts(900, [...gridPairs(1, 900), ...band], 3)],
  ['random', counts(400, [...gridPairs(1, 400), ...randomPairs(400, 900, 2)], 5)],
] as const;

describe.each(graphs)('%s', (_, graph) => {
  it.each(['softplus', 'exp'] as const)('%s: from the end a new factor finds no step', (kernel) => {
    const solution = newtonSolve(graph, kernel);
    expect(solution.converged).toBe(true);
    expect(solution.iterations).toBeGreaterThan(3);
    const again = newtonSolve(graph, kernel, { start: solution.V });
    expect(again.iterations).toBe(1);
    expect(again.lastStep).toBeLessThan(1e-11);
  });
});

it('starts at the answer under detailed balance', () => {
  const graph = neighbourGraph(problemFromPairs(300, gridPairs(3, 100, 3), 3));
  const V = Float64Array.from({ length: 300 }, (_, f) => Math.sin(f));
  for (let f = 0; f < 300; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      graph.out[k] = Math.exp((V[f]! - V[graph.neighbour[k]!]!) / 2);
      graph.back[k] = 1 / graph.out[k]!;
    }
  }
  const { iterations, lastStep } = newtonSolve(graph, 'softplus');
  expect(iterations).toBe(1);
  expect(lastStep).toBeLessThan(1e-12);
});
