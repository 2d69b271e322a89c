/** The float64 replicas, twin of shaders/bootstrap.wgsl: against the general solver, and against other draws. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test, vi } from 'vitest';
import { misfit, type FittedBlock } from '../../../src/analysis/balance-test';
import { binomialTables, drawCounts } from '../../../src/analysis/binomial-tables';
import { blocksWithCycles, ConditionalBootstrap, purposes } from '../../../src/analysis/bootstrap';
import { pairsOf } from '../../../src/analysis/bootstrap-frame';
import { stronglyConnected } from '../../../src/analysis/components';
import { newtonSolve } from '../../../src/analysis/newton-solve';
import { cases } from '../../cases/bootstrap';
import { kolmogorovSmirnov } from '../../cases/kolmogorov-smirnov';
import { drawBinomial } from '../helpers/draw-binomial';

vi.setConfig({ testTimeout: 120_000 });

/** X2 of counts f -> g on the pairs of a block, by the general solver, tightly. */
function slowX2(block: FittedBlock, drawn: ArrayLike<number>): number {
  const { graph, theta } = block;
  const { rowStart, neighbour } = graph;
  const { both, ofEntry } = pairsOf(block);
  const out = new Float64Array(neighbour.length);
  const back = new Float64Array(neighbour.length);
  for (let f = 0; f < graph.states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const i = ofEntry[k]!;
      const up = drawn[i]!;
      const down = both[i]! - up;
      [out[k], back[k]] = f < neighbour[k]! ? [up, down] : [down, up];
    }
  }
  const { of } = stronglyConnected(rowStart, neighbour, out);
  for (let f = 0; f < graph.states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++)
      if (of[f] !== of[neighbour[k]!]) out[k] = back[k] = 0;
  }
  const replica = { ...graph, out, back };
  const options = { start: theta, byPairs: true, tolerance: 1e-8 };
  const { V, converged } = newtonSolve(replica, 'softplus', options);
  expect(converged).toBe(true);
  return misfit({ graph: replica, theta: V }).X2;
}

describe('a replica', () => {
  test.each(cases)('$name: X2 of the general solver to 1e-9', ({ problem }) => {
    const blocks = blocksWithCycles(problem.blocks);
    const bootstrap = new ConditionalBootstrap(problem.blocks, problem.seed);
    const pairs = blocks.map(pairsOf);
    const tables = binomialTables(
      pairs.flatMap(({ both }) => [...both]),
      pairs.flatMap(({ logOdds }) => [...logOdds]),
    );
    const drawn = new Float64Array(tables.pairs);
    const words = new Int32Array(4);
    for (let b = 0; b < problem.replicas; b++) {
      drawCounts(tables, problem.seed, b, purposes.bootstrap, words, drawn);
      let expected = 0;
      let first = 0;
      blocks.forEach((block, index) => {
        const end = first + pairs[index]!.to.length;
        expected += slowX2(block, drawn.subarray(first, end));
        first = end;
      });
      const { X2, converged } = bootstrap.runReplica(b);
      expect(converged).toBe(true);
      expect(Math.abs(X2 - expected)).toBeLessThan(1e-9 * Math.max(1, expected));
    }
  });
});

describe('the null', () => {
  test.each(['12 states, all pairs', 'islands'])(
    '%s: the distribution of another sampler and the general solver',
    (name) => {
      const { problem } = cases.find((one) => one.name === name)!;
      const bootstrap = new ConditionalBootstrap(problem.blocks, 5);
      const replicas = 2000;
      const ours = Array.from({ length: replicas }, (_, b) => bootstrap.runReplica(b).X2);
      const random = xoroshiro128plus(99);
      random.jump();
      const blocks = blocksWithCycles(problem.blocks);
      const pairs = blocks.map(pairsOf);
      const others = Array.from({ length: replicas }, () =>
        blocks.reduce((sum, block, index) => {
          const { both, logOdds } = pairs[index]!;
          const drawn = both.map((B, i) =>
            drawBinomial(random, B, 1 / (1 + Math.exp(-logOdds[i]!))),
          );
          return sum + slowX2(block, drawn);
        }, 0),
      );
      expect(kolmogorovSmirnov(ours, others)).toBeGreaterThan(1e-3);
      // The test itself can tell: a null half as wide again is another one.
      expect(
        kolmogorovSmirnov(
          ours,
          others.map((X2) => 1.5 * X2),
        ),
      ).toBeLessThan(1e-3);
    },
  );
});
