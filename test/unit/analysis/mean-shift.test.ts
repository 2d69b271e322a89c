/** The mean of X2 under balance against its exact value, and when chi-squared may give the p-value. */
import { expect, it } from 'vitest';
import { prepare, solve } from '../../../src/analysis/analyse';
import { balanceResult, type BalanceOutcome } from '../../../src/analysis/balance/balance-result';
import { information, misfit, type FittedBlock } from '../../../src/analysis/balance/balance-test';
import { hessianWeights } from '../../../src/analysis/potential/hessian-vector';
import { exactLeverages } from '../../../src/analysis/balance/leverages';
import { meanShift } from '../../../src/analysis/balance/mean-shift';
import { newtonSolve } from '../../../src/analysis/potential/newton-solve';
import { neighbourGraph, splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { localValues } from '../../../src/analysis/potential/potential-result';
import { pseudoInverse } from '../../../src/analysis/potential/pseudo-inverse';
import { graphOf, steady, type Edge } from '../helpers/graphs';

const theta = Float64Array.of(0.6, -0.5, -0.1);
const pairs = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;
const chance = (f: number, g: number) => 1 / (1 + Math.exp(theta[g]! - theta[f]!));

/** A triangle with `both` counts on every pair, `forward` of them from the first to the second. */
function triangle(forward: readonly number[], both: number) {
  const [a, b, c] = forward as [number, number, number];
  return neighbourGraph({
    rowStart: Int32Array.of(0, 2, 4, 6),
    target: Int32Array.of(1, 2, 0, 2, 0, 1),
    weight: Float64Array.of(a, b, both - a, c, both - b, both - c),
  });
}

/** E[X2] over all tables of the triangle, each fitted, that are not too rare to matter. */
function exactMean(both: number): number {
  const row = pairs.map(([f, g]) => {
    const p = chance(f, g);
    let probability = (1 - p) ** both;
    return Array.from({ length: both + 1 }, (_, k) => {
      const now = probability;
      probability *= ((both - k) / (k + 1)) * (p / (1 - p));
      return now;
    });
  });
  let mean = 0;
  let total = 0;
  for (let a = 1; a < both; a++)
    for (let b = 1; b < both; b++)
      for (let c = 1; c < both; c++) {
        const probability = row[0]![a]! * row[1]![b]! * row[2]![c]!;
        if (probability < 1e-8) continue;
        const graph = triangle([a, b, c], both);
        const { V } = newtonSolve(graph, 'softplus', { start: theta, tolerance: 1e-6 });
        mean += probability * misfit({ graph, theta: V }).X2;
        total += probability;
      }
  return mean / total;
}

it('is the exact mean of X2 minus its degree of freedom, up to the next order', () => {
  const both = 24;
  const graph = triangle(
    pairs.map(([f, g]) => both * chance(f, g)),
    both,
  );
  const { shift } = information({ graph, theta });
  const exact = exactMean(both) - 1;
  expect(exact).toBeGreaterThan(0.01);
  expect(Math.abs(shift - exact)).toBeLessThan(0.2 * exact);
});

it('is the same through L^+ and through a solve, and halves with twice the counts', () => {
  const at = (both: number, dense: boolean) => {
    const graph = triangle(
      pairs.map(([f, g]) => both * chance(f, g)),
      both,
    );
    const weights = new Float64Array(6);
    hessianWeights(graph, 'softplus', theta, weights);
    const inverse = pseudoInverse(graph, weights);
    const h = exactLeverages(graph, weights, inverse);
    return meanShift(graph, theta, weights, h, dense ? inverse : undefined);
  };
  expect(at(24, false)).toBeCloseTo(at(24, true), 8);
  expect(at(48, true)).toBeCloseTo(at(24, true) / 2, 10);
});

/** A ladder of n / 2 rungs with the same counts everywhere. */
function ladder(states: number, counts: number): Edge[] {
  const edges: Edge[] = [];
  const link = (f: number, g: number) =>
    edges.push([`s${f}`, `s${g}`, counts], [`s${g}`, `s${f}`, counts]);
  for (let f = 0; f < states; f++) {
    if (f + 2 < states) link(f, f + 2);
    if (f % 2 === 0) link(f, f + 1);
  }
  return edges;
}

/** The test alone, without what else an analysis holds. */
function tested(edges: Edge[], replicas = 20): BalanceOutcome {
  const prepared = prepare(graphOf(edges), { replicas });
  const { reversible } = solve(prepared);
  const blocks = splitBlocks(prepared.counts);
  const steps = balanceResult(
    blocks.map((block) => ({ graph: block.graph, theta: localValues(block, reversible.V) })),
    blocks.map(({ states }) => Array.from(states, (f) => prepared.graph.names[f]!)),
    reversible.converged,
    prepared.options,
  );
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

it('few counts on a long graph are tested by simulation, though the median is above 5', () => {
  const few = tested(ladder(120, 6)).test;
  expect(few.medianExpected).toBeCloseTo(6, 6);
  expect(few.method).toBe('exact-conditional');
  expect(tested(ladder(120, 60)).test.method).toBe('asymptotic');
  // The same counts on a short ladder: the mean is off by less of a standard deviation.
  expect(tested(ladder(8, 6)).test.method).toBe('asymptotic');
  const { why, p } = tested(ladder(120, 6), 0).test;
  expect(p).toBeNull();
  expect(why!['p']).toContain('too few for the asymptotic p-value');
});

it('where most pairs were seen once the bootstrap is called cautious, the exact test is not', () => {
  const random = steady(4);
  const seen = (times: number, part = 1): Edge[] => {
    const edges: Edge[] = [];
    for (let f = 0; f < 15; f++)
      for (let g = 0; g < f; g++)
        for (let i = 0; i < times; i++)
          edges.push(random() < 0.5 ? [`s${f}`, `s${g}`, part] : [`s${g}`, `s${f}`, part]);
    return edges;
  };
  const once = tested(seen(1));
  expect(once.test.pairs).toBe(105);
  expect(once.warnings).toEqual([]);
  // Counts that are not whole are the bootstrap's alone.
  expect(tested(seen(1, 0.99)).warnings.join()).toContain('there the bootstrap is cautious');
  expect(tested(seen(4)).warnings).toEqual([]);
});

it('no cycle, no shift', () => {
  const graph = neighbourGraph({
    rowStart: Int32Array.of(0, 1, 3, 4),
    target: Int32Array.of(1, 0, 2, 1),
    weight: Float64Array.of(7, 3, 5, 2),
  });
  const chain: FittedBlock = { graph, theta: Float64Array.of(Math.log(7 / 3), 0, Math.log(2 / 5)) };
  expect(information(chain).shift).toBe(0);
});
