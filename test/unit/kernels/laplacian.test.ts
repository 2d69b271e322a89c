/** The float64 inner solve, twin of shaders/laplacian/, and the GPU's plan carried out in float64. */
import { describe, expect, test } from 'vitest';
import { hessianVector, hessianWeights } from '../../../src/analysis/potential/hessian-vector';
import { laplacianFactor, solveLaplacian } from '../../../src/analysis/potential/laplacian';
import { planLaplacian } from '../../../src/gpu/laplacian-plan';
import { cases } from '../../cases/laplacian';

describe('Laplacian', () => {
  test.each(cases)('$name: L x = b', ({ graph, action, V, x: b }) => {
    if (graph.states < 2) return;
    const weights = new Float64Array(graph.neighbour.length);
    hessianWeights(graph, action, V, weights);
    const { x } = solveLaplacian(graph, weights, laplacianFactor(graph, weights), b);
    const product = new Float64Array(graph.states);
    hessianVector(graph, weights, x, product);
    const size = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    product.forEach((value, f) => expect(Math.abs(value - b[f]!)).toBeLessThan(1e-6 * size));
  });
});

describe('the plan of elimination', () => {
  test.each(cases)('$name: every state once, every round independent', ({ graph }) => {
    const plan = planLaplacian(graph);
    expect([...plan.position].sort((a, b) => a - b)).toEqual([...plan.position.keys()]);
    expect(plan.graph.neighbour.length).toBe(graph.neighbour.length);
    let eliminated = 0;
    for (const { first, count } of plan.rounds) {
      expect(first).toBe(eliminated);
      eliminated += count;
      for (let record = first; record < first + count; record++) {
        for (let k = plan.stars.start[record]!; k < plan.stars.start[record + 1]!; k++) {
          // Neighbours at the time go later, or stay in the core.
          const position = plan.stars.entry[2 * k]!;
          const later = position < plan.coreStates || position >= plan.coreStates + eliminated;
          expect(later).toBe(true);
        }
      }
    }
    expect(eliminated + plan.coreStates).toBe(graph.states);
    expect(plan.aggregation.aggregates).toBeLessThanOrEqual(128);
  });

  test('chains, trees and rings are eliminated in few rounds', () => {
    for (const name of ['chain', 'ring', 'star', 'tree']) {
      const { graph } = cases.find((one) => one.name === name)!;
      const plan = planLaplacian(graph);
      expect(plan.coreConnected).toBe(0);
      expect(plan.coreStates).toBe(1);
      expect(plan.rounds.length).toBeLessThan(30);
    }
  });
});
