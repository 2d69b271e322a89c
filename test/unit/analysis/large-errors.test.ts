/** Standard errors and leverages without the n x n inverse, against those with it. */
import { describe, expect, it, vi } from 'vitest';
import { hessianWeights } from '../../../src/analysis/potential/hessian-vector';
import {
  estimatedBy,
  largeLeastActionErrors,
  largeReversibleErrors,
  type LargeErrors,
} from '../../../src/analysis/potential/large-errors';
import { laplacianFactor } from '../../../src/analysis/potential/laplacian';
import { exactLeverages, sparseLeverages } from '../../../src/analysis/balance/leverages';
import { newtonSolve } from '../../../src/analysis/potential/newton-solve';
import { splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { solveLeastAction } from '../../../src/analysis/potential/least-action';
import { localValues, potentialResult } from '../../../src/analysis/potential/potential-result';
import { prepare } from '../../../src/analysis/prepare';
import { denseInverse } from '../../../src/analysis/potential/pseudo-inverse';
import { selectedInverse } from '../../../src/analysis/potential/selected-inverse';
import {
  leastActionErrors,
  reversibleErrors,
} from '../../../src/analysis/potential/standard-errors';
import { familyGraph, type Family } from '../../../bench/tools/families';

vi.setConfig({ testTimeout: 60_000 });

function blockOf(
  family: Family,
  states: number,
  edges: number,
  problem: 'counts' | 'leastAction' = 'counts',
) {
  const prepared = prepare(familyGraph(family, states, edges));
  const [block] = splitBlocks(prepared[problem]);
  const { graph } = block!;
  const theta = newtonSolve(graph, 'softplus').V;
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, 'softplus', theta, weights);
  return { prepared, block: block!, graph, theta, weights, inverse: denseInverse(graph, weights) };
}

function leastAction(family: Family, states: number, edges: number) {
  const {
    prepared,
    block,
    graph,
    theta: V,
    inverse,
  } = blockOf(family, states, edges, 'leastAction');
  const denominator = localValues(block, prepared.kernel.denominator);
  const trials = localValues(block, prepared.kernel.trials);
  return {
    found: largeLeastActionErrors(graph, 'softplus', V, denominator, trials),
    expected: leastActionErrors(graph, 'softplus', V, inverse, denominator, trials),
  };
}

function worst(found: Float64Array, expected: Float64Array): number {
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(found[i]! / value - 1)), 0);
}

describe.each(['tree', 'ring', 'chain'] as const)('%s: exact in the time of a factor', (family) => {
  const { prepared, block, graph, theta, weights, inverse } = blockOf(family, 400, 1160);
  const n = graph.states;

  it('the diagonal of the inverse and every effective resistance', () => {
    const { diagonal, resistance } = selectedInverse(laplacianFactor(graph, weights))!;
    expect(
      worst(
        diagonal,
        Float64Array.from(diagonal, (_, f) => inverse[f * n + f]!),
      ),
    ).toBeLessThan(1e-9);
    expect(resistance.length).toBe(graph.neighbour.length / 2);
  });

  it('leverages', () => {
    const h = sparseLeverages(graph, weights)!;
    exactLeverages(graph, weights, inverse).forEach((value, k) =>
      expect(h[k]).toBeCloseTo(value, 9),
    );
  });

  it('standard errors of both estimators', () => {
    const attempts = localValues(block, prepared.graph.attempts);
    const reversible = largeReversibleErrors(graph, theta, attempts);
    expect(reversible.probes).toBe(0);
    expect(worst(reversible.errors, reversibleErrors(inverse, attempts))).toBeLessThan(1e-9);
    const { found, expected } = leastAction(family, 400, 1160);
    expect(found.probes).toBe(0);
    expect(worst(found.errors, expected)).toBeLessThan(1e-8);
  });
});

describe('where a core stays, from random probes', () => {
  const { prepared, block, graph, theta, weights, inverse } = blockOf('random', 1500, 9000);
  const attempts = localValues(block, prepared.graph.attempts);

  const { found: estimate, expected: exact } = leastAction('random', 1500, 9000);
  const sandwich: [LargeErrors, Float64Array] = [estimate, exact];

  it('has no selected inverse', () => {
    expect(selectedInverse(laplacianFactor(graph, weights))).toBeNull();
    expect(sparseLeverages(graph, weights)).toBeNull();
  });

  it.each(['reversible', 'least action'])('%s: within what is said', (which) => {
    const [found, expected]: [LargeErrors, Float64Array] =
      which === 'reversible'
        ? [largeReversibleErrors(graph, theta, attempts), reversibleErrors(inverse, attempts)]
        : sandwich;
    expect(found.probes).toBeGreaterThanOrEqual(50);
    const said = 1 / Math.sqrt(2 * found.probes);
    const ratios = Array.from(found.errors, (value, i) => value / expected[i]! - 1);
    const spread = Math.sqrt(ratios.reduce((sum, r) => sum + r * r, 0) / ratios.length);
    const bias = ratios.reduce((sum, r) => sum + r, 0) / ratios.length;
    expect(spread).toBeLessThan(1.15 * said);
    expect(spread).toBeGreaterThan(0.02 * said);
    expect(Math.abs(bias)).toBeLessThan(0.3 * said);
  });

  it('says how good they are', () => {
    expect(estimatedBy(200)).toContain('200 random probes: each is good to about 5%');
  });
});

describe('the result of a component of more than 1,500 states', () => {
  const resultOf = (family: Family, edges: number) => {
    const prepared = prepare(familyGraph(family, 1600, edges));
    const solution = solveLeastAction(prepared.leastAction, 'softplus');
    return potentialResult(prepared, solution, splitBlocks(prepared.leastAction));
  };

  it('has all standard errors, and says nothing where they are exact', () => {
    const { standardError, why } = resultOf('ring', 4640);
    expect(Object.keys(standardError!)).toHaveLength(1600);
    expect(why).toBeUndefined();
  });

  it('has all standard errors, and says how good where they are estimated', () => {
    const { standardError, why } = resultOf('random', 9600);
    expect(Object.keys(standardError!)).toHaveLength(1600);
    expect(why!['standardError']).toMatch(
      /estimated from \d+ random probes: each is good to about \d+%/,
    );
  });
});
