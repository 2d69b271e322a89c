/** The comparison on simulated experiments, seeded: false alarms, power, cover of the intervals. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it, vi } from 'vitest';
import { compare } from '../../../src/analysis/comparison/compare';
import { pearson } from '../../../src/analysis/comparison/rank-correlation';
import { normalQuantile } from '../../../src/analysis/statistics/special';
import { Counter } from '../../../src/transitions/count';
import type { CountGraph } from '../../../src/transitions/types';
import { drawBinomial } from '../helpers/draw-binomial';

vi.setConfig({ testTimeout: 120_000 });

const random = xoroshiro128plus(20);
random.jump();
const normal = () => normalQuantile(uniformFloat64(random) + 2 ** -54);
const states = 10;
const attempts = 400;

/** A balanced kernel on all pairs, rows at most 0.7, with this potential. */
function kernelOf(V: number[]): number[][] {
  const T = V.map(() => V.map(() => 0));
  for (let f = 0; f < V.length; f++)
    for (let g = 0; g < f; g++) {
      const speed = 0.3 + uniformFloat64(random);
      T[f]![g] = speed * Math.exp((V[f]! - V[g]!) / 2);
      T[g]![f] = speed * Math.exp((V[g]! - V[f]!) / 2);
    }
  const most = Math.max(...T.map((row) => row.reduce((a, b) => a + b, 0)));
  return T.map((row) => row.map((chance) => (0.7 * chance) / most));
}

function draw(T: number[][]): CountGraph {
  const counter = new Counter();
  T.forEach((row, f) => {
    let left = attempts;
    let share = 1;
    row.forEach((chance, g) => {
      if (f === g) return;
      const n = drawBinomial(random, left, Math.min(1, chance / share));
      left -= n;
      share -= chance;
      counter.addTransitions(`s${f}`, `s${g}`, n);
    });
    counter.addRejections(`s${f}`, 'invalid', left);
  });
  return counter.snapshot();
}

function pairOf(one: CountGraph, two: CountGraph, replicas = 0) {
  const experiments = [
    { name: 'one', graph: one },
    { name: 'two', graph: two },
  ];
  return compare(experiments, { replicas }).pairs[0]!;
}

describe('simulated experiments', () => {
  it('false alarms near 5%, power near 80% at the smallest detectable difference', () => {
    let alarms = 0;
    let kernelAlarms = 0;
    let seen = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const V = Array.from({ length: states }, normal);
      const T = kernelOf(V);
      const one = draw(T);
      const equal = pairOf(one, draw(T));
      if (equal.potentials.p! <= 0.05) alarms++;
      if (equal.kernels.p! <= 0.05) kernelAlarms++;
      const { detectable } = equal.potentials;
      const moved = kernelOf(V.map((v) => v + detectable! * normal()));
      if (pairOf(one, draw(moved)).potentials.p! <= 0.05) seen++;
    }
    // Two standard errors of 400 runs are 2.2 and 4 points.
    for (const rate of [alarms / runs, kernelAlarms / runs]) {
      expect(rate).toBeGreaterThan(0.025);
      expect(rate).toBeLessThan(0.075);
    }
    expect(seen / runs).toBeGreaterThan(0.72);
    expect(seen / runs).toBeLessThan(0.9);
  });

  it.each([0, 0.9])('the interval of r covers the r of the potentials: %d', (rho) => {
    let covered = 0;
    const runs = 120;
    for (let run = 0; run < runs; run++) {
      const one = Array.from({ length: states }, normal);
      const two = one.map((v) => rho * v + Math.sqrt(1 - rho * rho) * normal());
      const { interval } = pairOf(draw(kernelOf(one)), draw(kernelOf(two)), 100).correlation
        .pearson;
      const truth = pearson(one, two)!;
      if (interval![0] <= truth && truth <= interval![1]) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.89);
    expect(covered / runs).toBeLessThan(1);
  });
});
