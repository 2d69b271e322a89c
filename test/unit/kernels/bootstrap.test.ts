/** The float64 replicas, twin of shaders/bootstrap.wgsl: against the general solver, and against other draws. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test, vi } from 'vitest';
import { misfit, type FittedBlock } from '../../../src/analysis/balance/balance-test';
import { binomialTables, drawCounts } from '../../../src/analysis/balance/binomial-tables';
import {
  blocksWithCycles,
  ConditionalBootstrap,
  purposes,
} from '../../../src/analysis/balance/bootstrap';
import { BootstrapFrame, pairsOf } from '../../../src/analysis/balance/bootstrap-frame';
import {
  tallyBootstrap,
  type BootstrapProblem,
  type BootstrapRun,
} from '../../../src/analysis/balance/bootstrap-null';
import { stronglyConnected } from '../../../src/analysis/graph/components';
import { newtonSolve } from '../../../src/analysis/potential/newton-solve';
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

/** The frames of a problem, and what fills them with the counts of a replica. */
function framesOf({ blocks, seed }: BootstrapProblem) {
  const drawn = blocksWithCycles(blocks).map((block) => ({ block, pairs: pairsOf(block) }));
  const tables = binomialTables(
    drawn.flatMap(({ pairs }) => [...pairs.both]),
    drawn.flatMap(({ pairs }) => [...pairs.logOdds]),
  );
  const all = new Float64Array(tables.pairs);
  let first = 0;
  const frames = drawn.map(({ block, pairs }) => {
    const out = all.subarray(first, (first += pairs.to.length));
    return { block, out, frame: new BootstrapFrame(block, pairs, out) };
  });
  const words = new Int32Array(4);
  const draw = (b: number) => drawCounts(tables, seed, b, purposes.bootstrap, words, all);
  return { frames, draw };
}

describe('a replica', () => {
  test.each(cases)('$name: X2 of the general solver', ({ problem }) => {
    const { frames, draw } = framesOf(problem);
    const bootstrap = new ConditionalBootstrap(problem.blocks, problem.seed);
    for (let b = 0; b < problem.replicas; b++) {
      draw(b);
      const expected = frames.reduce((sum, { block, out }) => sum + slowX2(block, out), 0);
      const whole = frames.map(({ frame }) => frame.refit());
      expect(whole.every((fit) => fit.converged)).toBe(true);
      const exact = whole.reduce((sum, { X2 }) => sum + X2, 0);
      expect(Math.abs(exact - expected)).toBeLessThan(1e-9 * Math.max(1, expected));
      const { X2, converged } = bootstrap.runReplica(b);
      expect(converged).toBe(true);
      expect(Math.abs(X2 - expected)).toBeLessThan(1e-5 * expected + 1e-12);
    }
  });

  test('takes no whole fit where counts are not few', () => {
    for (const name of [
      '12 states, all pairs',
      '60 states, ten neighbours',
      '60 states, all pairs',
    ]) {
      const { problem } = cases.find((one) => one.name === name)!;
      const { frames, draw } = framesOf(problem);
      let estimated = 0;
      for (let b = 0; b < problem.replicas; b++) {
        draw(b);
        if (frames.every(({ frame }) => !Number.isNaN(frame.estimate()))) estimated++;
      }
      expect(estimated).toBeGreaterThan(0.9 * problem.replicas);
    }
  });

  test.each(cases.filter(({ device }) => device))(
    '$name: p is that of whole fits',
    ({ problem }) => {
      const replicas = 200;
      const { frames, draw } = framesOf(problem);
      const bootstrap = new ConditionalBootstrap(problem.blocks, problem.seed);
      const run = (X2: (b: number) => number): BootstrapRun => ({
        X2: Float64Array.from({ length: replicas }, (_, b) => X2(b)),
        by: 'cpu',
      });
      const ours = run((b) => bootstrap.runReplica(b).X2);
      const whole = run((b) => {
        draw(b);
        return frames.reduce((sum, { frame }) => sum + frame.refit().X2, 0);
      });
      const asked = { ...problem, replicas };
      expect(tallyBootstrap(asked, ours).p).toBe(tallyBootstrap(asked, whole).p);
      // What is near enough to X2 to be taken for it is fitted as a whole.
      ours.X2.forEach((X2, b) => {
        if (Math.abs(X2 / problem.X2 - 1) < 5e-5) expect(X2).toBe(whole.X2[b]);
      });
    },
  );
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
