/** Binomial draws and the conditional bootstrap: repeatable, calibrated, stoppable. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it, vi } from 'vitest';
import { analyse, completing, prepare, solve } from '../../../src/analysis/analyse';
import { ConditionalBootstrap } from '../../../src/analysis/balance/bootstrap';
import {
  tallyBootstrap,
  type BootstrapOffer,
  type BootstrapRun,
} from '../../../src/analysis/balance/bootstrap-null';
import { solveLeastAction } from '../../../src/analysis/potential/least-action';
import { splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { localValues } from '../../../src/analysis/potential/potential-result';
import { chi2Survival, logGamma } from '../../../src/analysis/statistics/special';
import type { CountGraph } from '../../../src/transitions/types';
import { drawBinomial } from '../helpers/draw-binomial';
import { graphOf, steady, type Edge } from '../helpers/graphs';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('drawBinomial', () => {
  it.each([
    [5, 0.3],
    [30, 0.9],
    [12, 0.5],
    [400, 0.004],
    [60, 0.4], // the rejection sampler from here on
    [1000, 0.97],
    [5000, 0.5],
  ])('n = %d, p = %d has the right distribution', (n, p) => {
    const random = xoroshiro128plus(17);
    const draws = 20_000;
    const seen = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const k = drawBinomial(random, n, p);
      seen.set(k, (seen.get(k) ?? 0) + 1);
    }
    let chi2 = 0;
    let cells = 0;
    let restExpected = 0;
    let rest = 0;
    for (let k = 0; k <= n; k++) {
      const expected =
        draws *
        Math.exp(
          logGamma(n + 1) -
            logGamma(k + 1) -
            logGamma(n - k + 1) +
            k * Math.log(p) +
            (n - k) * Math.log1p(-p),
        );
      const found = seen.get(k) ?? 0;
      if (expected >= 10) {
        chi2 += (found - expected) ** 2 / expected;
        cells++;
      } else {
        restExpected += expected;
        rest += found;
      }
    }
    if (restExpected > 1) {
      chi2 += (rest - restExpected) ** 2 / restExpected;
      cells++;
    }
    expect(chi2Survival(chi2, cells - 1)).toBeGreaterThan(1e-4);
  });

  it('has its limits', () => {
    const random = xoroshiro128plus(1);
    expect(drawBinomial(random, 0, 0.5)).toBe(0);
    expect(drawBinomial(random, 7, 0)).toBe(0);
    expect(drawBinomial(random, 7, 1)).toBe(7);
    expect(drawBinomial(random, 7, 1e-300)).toBe(0);
  });
});

/** Sparse counts from a balanced kernel: pair totals and directions drawn from a potential. */
function balanced(seed: number, n: number, total: number): CountGraph {
  const random = xoroshiro128plus(7919 * seed);
  random.jump();
  const steps = steady(seed);
  const V = Array.from({ length: n }, () => 1.5 * steps());
  const edges: Edge[] = [];
  for (let f = 0; f < n; f++) {
    for (let g = f + 1; g < n; g++) {
      if (g !== f + 1 && steps() > 0.45) continue;
      const both = 1 + Math.floor(total * steps());
      const out = drawBinomial(random, both, 1 / (1 + Math.exp(V[g]! - V[f]!)));
      edges.push([`s${f}`, `s${g}`, out], [`s${g}`, `s${f}`, both - out]);
    }
  }
  return graphOf(edges);
}

describe('conditional bootstrap', () => {
  it('is used where expected counts are small, and not elsewhere', () => {
    const sparse = analyse(balanced(3, 8, 5), { replicas: 50 });
    expect(sparse.tests.balance.pBootstrap).toBeGreaterThan(0);
    expect(sparse.tests.balance.replicas).toBe(50);
    const dense = analyse(balanced(3, 8, 500), { replicas: 50 });
    expect(dense.tests.balance.method).toBe('asymptotic');
    expect(dense.tests.balance).not.toHaveProperty('pBootstrap');
    const skipped = analyse(balanced(3, 8, 5), { replicas: 0 });
    expect(skipped.tests.balance.method).toBe('none');
    expect(skipped.tests.balance.p).toBeNull();
    expect(skipped.tests.balance.why?.['p']).toMatch(/skipped/);
    expect(skipped.verdict.code).toBe('too-few-counts');
  });

  it('repeats with the seed, and any replica alone', () => {
    const graph = balanced(4, 8, 5);
    const once = analyse(graph, { replicas: 40, seed: 9 });
    expect(analyse(graph, { replicas: 40, seed: 9 })).toEqual(once);
    const prepared = prepare(graph);
    const { V } = solveLeastAction(prepared.counts, 'softplus');
    const blocks = splitBlocks(prepared.counts).map((block) => ({
      graph: block.graph,
      theta: localValues(block, V),
    }));
    const forward = new ConditionalBootstrap(blocks, 9);
    const inOrder = [0, 1, 2, 3, 4].map((b) => forward.runReplica(b).X2);
    const backward = new ConditionalBootstrap(blocks, 9);
    const reversed = [4, 3, 2, 1, 0].map((b) => backward.runReplica(b).X2).reverse();
    expect(reversed).toEqual(inOrder);
    expect(new Set(inOrder).size).toBeGreaterThan(1);
  });

  it('starts every stream well mixed: replica 0 of neighbouring seeds differ', () => {
    const graph = balanced(4, 8, 5);
    const prepared = prepare(graph);
    const { V } = solveLeastAction(prepared.counts, 'softplus');
    const blocks = splitBlocks(prepared.counts).map((block) => ({
      graph: block.graph,
      theta: localValues(block, V),
    }));
    const first = Array.from(
      { length: 10 },
      (_, seed) => new ConditionalBootstrap(blocks, seed).runReplica(0).X2,
    );
    expect(new Set(first).size).toBe(10);
  });

  it('reports progress after every replica and can be dropped', () => {
    const prepared = prepare(balanced(4, 8, 5), { replicas: 5 });
    const steps = completing(prepared, solve(prepared), {
      kind: 'cpu',
      precision: 'float64',
      selfTest: 'not run',
    });
    expect(steps.next().value).toMatchObject({ stage: 'bootstrap', done: 0, total: 5 });
    expect(steps.next().value).toEqual({ stage: 'bootstrap', done: 1, total: 5 });
    expect(steps.next().value).toEqual({ stage: 'bootstrap', done: 2, total: 5 });
  });

  it('gives the same result with replicas that were run elsewhere', () => {
    const prepared = prepare(balanced(4, 8, 5), { replicas: 30, seed: 3 });
    const backend = { kind: 'cpu', precision: 'float64', selfTest: 'not run' } as const;
    const steps = completing(prepared, solve(prepared), backend);
    const offer = steps.next().value as BootstrapOffer;
    const bootstrap = new ConditionalBootstrap(offer.problem.blocks, offer.problem.seed);
    // In any order, as it comes from several threads.
    const X2 = new Float64Array(30);
    for (let b = 29; b >= 0; b--) X2[b] = bootstrap.runReplica(b).X2;
    const given: BootstrapRun = { X2, by: 'cpu', note: 'One thread went on.' };
    let step = steps.next(given);
    while (!step.done) step = steps.next();
    const here = analyse(balanced(4, 8, 5), { replicas: 30, seed: 3 });
    const warnings = [...here.warnings!, 'One thread went on.'];
    expect(step.value).toEqual({ ...here, warnings });
  });

  it('tells the null: its quantiles, and how many reach X2', () => {
    const { balance } = analyse(balanced(4, 8, 5), { replicas: 200 }).tests;
    const { nullQuantiles, X2, pBootstrap: p, replicas, replicasBy } = balance;
    expect(replicasBy).toBe('cpu');
    expect(nullQuantiles).toHaveLength(101);
    expect([...nullQuantiles!].sort((a, b) => a - b)).toEqual(nullQuantiles);
    // The share above X2, read off the quantiles, is p up to a percent.
    const above = nullQuantiles!.filter((value) => value >= X2!).length / 101;
    expect(Math.abs(above - (p! * (replicas + 1) - 1) / replicas)).toBeLessThan(0.02);
    const problem = { blocks: [], X2: 2, replicas: 4, seed: 1 };
    const run: BootstrapRun = { X2: Float64Array.of(1, 2 - 1e-9, NaN, 3), by: 'cpu' };
    // A tie reaches X2; so does, against rejecting, what did not converge.
    const tally = tallyBootstrap(problem, run);
    expect(tally).toMatchObject({ atLeast: 3, notConverged: 1, p: 4 / 5 });
    expect(tally.quantiles[0]).toBe(1);
    expect(tally.quantiles[100]).toBe(3);
  });

  it('rejects balanced sparse data about as often as it says', () => {
    const sets = 120;
    let rejected = 0;
    let used = 0;
    for (let seed = 1; seed <= sets; seed++) {
      const { balance } = analyse(balanced(seed, 12, 8), { replicas: 79, seed: seed + 500 }).tests;
      if (balance.pBootstrap === undefined) continue;
      used++;
      if (balance.pBootstrap! <= 0.1) rejected++;
    }
    expect(used).toBeGreaterThan(100);
    // 10% nominal; 3 standard errors of a binomial with 120 trials are 8%.
    expect(rejected / used).toBeGreaterThan(0.02);
    expect(rejected / used).toBeLessThan(0.18);
  });

  it('rejects a driven ring', () => {
    const edges: Edge[] = [];
    for (let f = 0; f < 12; f++)
      edges.push([`s${f}`, `s${(f + 1) % 12}`, 6], [`s${(f + 1) % 12}`, `s${f}`, 1]);
    const { verdict, tests } = analyse(graphOf(edges), { replicas: 199 });
    expect(tests.balance.pBootstrap).toBeLessThanOrEqual(0.01);
    expect(tests.balance.method).toBe('exact-conditional');
    expect(tests.balance.p).toBeLessThanOrEqual(0.01);
    expect(verdict.code).toBe('rejected');
  });
});
