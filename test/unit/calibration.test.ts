/** The calibration's own parts on a tiny run: kernels that are what they say, the same numbers every time. */
import { describe, expect, it } from 'vitest';
import {
  configurations,
  drivenKernelOf,
  exactEffect,
  kernelOf,
  nameOfConfiguration,
  scaleFor,
  type Configuration,
} from '../../bench/calibration/configurations';
import { analyseDataSet } from '../../bench/calibration/data-set';
import { truePotential, type Kernel } from '../../bench/calibration/kernels';
import { lineOf } from '../../bench/calibration/line';
import { streamOf } from '../../bench/calibration/random';
import { planOf, runDataSets, type Plan } from '../../bench/calibration/run';
import { nameOf, sampleCounts } from '../../bench/calibration/sample';
import { tables } from '../../bench/calibration/table';
import { addTally, emptyTally, type Tally } from '../../bench/calibration/tally';
import { analyse } from '../../src/analysis/analyse';

const small: Configuration = {
  family: 'sparse',
  states: 10,
  attempts: 300,
  rejected: 0.9,
  sources: 'fixed',
};
const families = ['sparse', 'dense', 'ladder'] as const;
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

describe('kernels', () => {
  it.each(families)('%s: rows leave what is rejected, and balance holds exactly', (family) => {
    const kernel = kernelOf({ ...small, family, states: 20, rejected: 0.6 }, 3);
    const V = truePotential(kernel);
    expect(Math.abs(total(V))).toBeLessThan(1e-12);
    kernel.target.forEach((row, f) => {
      const accepted = total(kernel.chance[f]!) + kernel.stay[f]!;
      expect(Math.abs(1 - accepted - 0.6)).toBeLessThan(0.051);
      row.forEach((g, k) => expect(ratio(kernel, f, k)).toBeCloseTo(V[f]! - V[g]!, 10));
    });
    expect(exactEffect(kernel).tau).toBeLessThan(1e-6);
  });

  it('driven: the wanted tau, in rows of the same sums', () => {
    const kernel = kernelOf(small, 3);
    const driven = drivenKernelOf(kernel, scaleFor(kernel, 0.3, 3), 3);
    expect(exactEffect(driven).tau).toBeCloseTo(0.3, 6);
    driven.chance.forEach((row, f) => expect(total(row)).toBeCloseTo(total(kernel.chance[f]!), 12));
  });

  /** ln(T_fg / T_gf) of the k-th neighbour of f. */
  function ratio({ target, chance }: Kernel, f: number, k: number): number {
    const g = target[f]![k]!;
    return Math.log(chance[f]![k]! / chance[g]![target[g]!.indexOf(f)]!);
  }
});

describe('data sets', () => {
  it('have the attempts asked for, in rows like the kernel', () => {
    const kernel = kernelOf({ ...small, rejected: 0.3 }, 1);
    const graph = sampleCounts(kernel, 20_000, 'fixed', streamOf(5));
    expect(graph.names).toEqual(kernel.target.map((_, f) => nameOf(f)));
    expect([...graph.attempts]).toEqual(new Array(10).fill(20_000));
    kernel.target.forEach((row, f) => {
      row.forEach((g, k) => {
        const p = kernel.chance[f]![k]!;
        const at = graph.target.subarray(graph.rowStart[f], graph.rowStart[f + 1]).indexOf(g);
        const share = (at < 0 ? 0 : graph.count[graph.rowStart[f]! + at]!) / 20_000;
        expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 20_000));
      });
    });
    const drawn = sampleCounts(kernel, 100, 'uniform', streamOf(6));
    expect(total(drawn.attempts)).toBe(1000);
    expect(new Set(drawn.attempts).size).toBeGreaterThan(1);
  });

  it('are decided as by all replicas of the page', () => {
    const kernel = kernelOf(small, 1);
    const decisions = new Set<boolean | null>();
    for (let i = 0; i < 4; i++) {
      // Half of them driven hard, so that both answers come up.
      const graph = sampleCounts(
        i % 2 === 0 ? kernel : drivenKernelOf(kernel, 2, 1),
        300,
        'fixed',
        streamOf(7, i),
      );
      const { test, rejected } = analyseDataSet(graph, {}, 99, i);
      const { balance } = analyse(graph, { replicas: 99, seed: i }).tests;
      expect(balance.method).toBe('exact-conditional');
      expect(test).toMatchObject({ method: balance.method, X2: balance.X2, tau: balance.tau });
      expect(rejected).toBe(balance.p! <= 0.05);
      decisions.add(rejected);
    }
    expect(decisions.size).toBe(2);
  }, 30_000);
});

describe('a run', () => {
  const balanced = planOf(small, 1, 39);
  const driven = planOf({ ...small, driven: { power: 0.8, misfit: 'random' } }, 1, 39);
  const inPieces = (plan: Plan, ends: number[]): Tally => {
    const tally = emptyTally(10);
    let from = 0;
    for (const to of ends) {
      addTally(tally, runDataSets(plan, from, to));
      from = to;
    }
    return tally;
  };

  it('gives the same counts however it is cut, and others for another seed', () => {
    const whole = runDataSets(balanced, 0, 12);
    const cut = inPieces(balanced, [5, 6, 12]);
    expect(cut.reversible).toEqual(whole.reversible);
    expect(cut.rejected).toBe(whole.rejected);
    expect(cut.information).toBeCloseTo(whole.information, 9);
    expect(whole.dataSets).toBe(12);
    expect(total(Float64Array.from(whole.reversible.given))).toBe(10 * whole.connected);
    expect(runDataSets(planOf(small, 2, 39), 0, 12).information).not.toBe(whole.information);
  });

  it('is printed and written with what is outside the limits marked', () => {
    const lines = [balanced, driven].map((plan) => lineOf(plan, inPieces(plan, [6]), 1));
    expect(lines[0]!.leastAction!.mean).toBeGreaterThan(0.5);
    expect(lines[1]!.driven!.tau).toBeCloseTo(lines[1]!.driven!.meanDetectable!, 1);
    const bad = { ...lines[0]!, rejected: 0.5, outside: ['rejected'] };
    const text = tables([bad, lines[1]!]).join('\n');
    expect(text).toMatch(/\*\*50\.0% \(/);
    expect(text).toContain('| sparse | 10 | 300 | 90% |');
    expect(JSON.parse(JSON.stringify(lines))).toEqual(lines);
  });
});

it('the configurations are those that the issue asks for, each once', () => {
  const names = configurations.map(nameOfConfiguration);
  expect(new Set(names).size).toBe(names.length);
  const of = (key: 'states' | 'attempts' | 'rejected') =>
    configurations.filter(({ driven }) => !driven).map((one) => one[key]);
  expect([Math.min(...of('states')), Math.max(...of('states'))]).toEqual([10, 60]);
  expect([Math.min(...of('attempts')), Math.max(...of('attempts'))]).toEqual([300, 3000]);
  expect([Math.min(...of('rejected')), Math.max(...of('rejected'))]).toEqual([0.3, 0.9]);
});
