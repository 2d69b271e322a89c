/** Exact kernels: no noise, no test, the effect size as it is; and what a temperature does to them. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { atTemperature } from '../../../src/analysis/graph/temperature';
import { asExactKernel, kernelCsv, parseKernelCsv } from '../../../src/transitions/kernel-csv';
import { readTransitions } from '../../../src/transitions/read-file';
import type { CountGraph } from '../../../src/transitions/types';
import { bundled, graphOf, steady, type Edge } from '../helpers/graphs';

/** The counts as chances: N_fg / N_f. */
function asKernel(graph: CountGraph): CountGraph {
  const per = (values: Float64Array) => values.map((value, f) => value / graph.attempts[f]!);
  const count = graph.count.slice();
  for (let f = 0; f < graph.names.length; f++)
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      count[k]! /= graph.attempts[f]!;
  return asExactKernel({
    ...graph,
    count,
    rejected: per(graph.rejected),
    selfTransitions: per(graph.selfTransitions),
  });
}

const four = bundled('four.csv');
const kernel = asKernel(four);

/** A balanced kernel: symmetric conductances, stationary weights e^-V. */
function balanced(n: number): { graph: CountGraph; V: number[] } {
  const random = steady(3);
  const V = Array.from({ length: n }, () => 2 * random());
  const edges: Edge[] = [];
  for (let f = 0; f < n; f++)
    for (let g = f + 1; g < n; g++) {
      const c = random() / n / 10;
      edges.push([`s${f}`, `s${g}`, c * Math.exp(V[f]!)], [`s${g}`, `s${f}`, c * Math.exp(V[g]!)]);
    }
  return { graph: asExactKernel(graphOf(edges)), V };
}

/** Affinity of the cycle through these states. */
function affinity(graph: CountGraph, cycle: string[]): number {
  const at = (f: string, g: string) => {
    const [i, j] = [graph.names.indexOf(f), graph.names.indexOf(g)];
    for (let k = graph.rowStart[i]!; k < graph.rowStart[i + 1]!; k++)
      if (graph.target[k] === j) return Math.log(graph.count[k]!);
    return NaN;
  };
  return cycle.reduce((sum, f, i) => {
    const g = cycle[(i + 1) % cycle.length]!;
    return sum + at(f, g) - at(g, f);
  }, 0);
}

describe('an exact kernel', () => {
  const result = analyse(kernel);

  it('has the potential and the dynamics of the counts with these shares', () => {
    const counted = analyse(four, { replicas: 0 });
    for (const name of 'abcd') {
      expect(result.potential.V[name]).toBeCloseTo(counted.potential.V[name]!, 10);
      expect(result.dynamics!.stationary[name]).toBeCloseTo(
        counted.dynamics!.stationary[name]!,
        12,
      );
    }
    expect(result.dynamics!.entropyProduction.plugIn).toBeCloseTo(0.005503428, 9);
    expect(result.tests.pairs.r).toBeCloseTo(counted.tests.pairs.r!, 10);
    expect(result.options.normalisation).toBe('exact');
  });

  it('has the effect size that ever more counts come to', () => {
    const scale = (values: Float64Array) => values.map((value) => value * 1e7);
    const many = analyse(
      {
        ...four,
        count: scale(four.count),
        attempts: scale(four.attempts),
        rejected: scale(four.rejected),
      },
      { replicas: 0 },
    );
    expect(result.tests.balance.tau! / many.tests.balance.tau!).toBeCloseTo(1, 6);
    expect(result.tests.balance.tau).toBeGreaterThan(0.2);
  });

  it('is not tested and has no interval: every null says why', () => {
    const { balance, cycles, triangles } = result.tests;
    expect(balance).toMatchObject({ X2: null, p: null, method: 'none', tauDetectable: null });
    for (const key of ['X2', 'G2', 'p', 'tauDetectable', 'medianExpected'])
      expect(balance.why?.[key]).toMatch(/no sampling noise/);
    expect(cycles.why?.['chi2']).toBeTruthy();
    expect(triangles.why?.['chi2']).toBeTruthy();
    expect(result.potential.standardError).toBeUndefined();
    expect(result.potential.why?.['standardError']).toBeTruthy();
    expect(result.verdict).toMatchObject({ code: 'rejected' });
    expect(result.verdict.text).toMatch(/no sampling noise.*factor of 1\.\d/);
  });

  it('that is balanced has tau 0 up to rounding and its own potential', () => {
    const { graph, V } = balanced(12);
    const found = analyse(graph);
    expect(found.tests.balance.tau).toBeLessThan(1e-7);
    expect(found.verdict.code).toBe('not-rejected');
    for (let f = 1; f < 12; f++)
      expect(found.potential.V[`s${f}`]! - found.potential.V['s0']!).toBeCloseTo(V[f]! - V[0]!, 8);
  });

  it('says how much of a row was not followed', () => {
    const part = asExactKernel({ ...kernel, rejected: kernel.rejected.map((r) => r - 0.02) });
    expect(analyse(part).verdict.text).toMatch(/Up to 2% of a row was not followed/);
  });
});

describe('another temperature', () => {
  it('divides every affinity: golden four', () => {
    expect(affinity(kernel, ['a', 'b', 'c'])).toBeCloseTo(-0.729515, 6);
    expect(affinity(atTemperature(kernel, 0.5), ['a', 'b', 'c'])).toBeCloseTo(-1.45903, 5);
  });

  it('is the same kernel at 1, and every row adds up to 1', () => {
    const same = atTemperature(kernel, 1);
    same.count.forEach((T, k) => expect(T).toBeCloseTo(kernel.count[k]!, 12));
    const hot = atTemperature(kernel, 3);
    for (let f = 0; f < 4; f++) {
      const row = hot.count.subarray(hot.rowStart[f], hot.rowStart[f + 1]);
      expect(row.reduce((a, b) => a + b, hot.rejected[f])).toBeCloseTo(1, 12);
    }
  });

  it('keeps balance, with V / t - ln Z', () => {
    const { graph, V } = balanced(8);
    for (let f = 0; f < 8; f++) {
      let moved = 0;
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) moved += graph.count[k]!;
      graph.rejected[f] = 1 - moved;
    }
    const t = 0.4;
    const found = analyse(atTemperature(graph, t));
    expect(found.tests.balance.tau).toBeLessThan(1e-6);
    const expected = V.map((value, f) => {
      let Z = graph.rejected[f]! ** (1 / t);
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
        Z += graph.count[k]! ** (1 / t);
      return value / t - Math.log(Z);
    });
    for (let f = 1; f < 8; f++)
      expect(found.potential.V[`s${f}`]! - found.potential.V['s0']!).toBeCloseTo(
        expected[f]! - expected[0]!,
        6,
      );
  });

  it('is an option of the analysis, for exact kernels alone', () => {
    const half = analyse(kernel, { temperature: 0.5 });
    expect(half.potential.V).toEqual(analyse(atTemperature(kernel, 0.5)).potential.V);
    const counted = analyse(four, { replicas: 0 });
    expect(analyse(four, { replicas: 0, temperature: 0.5 }).potential.V).toEqual(
      counted.potential.V,
    );
  });

  it('does not overflow near 0 and refuses 0', () => {
    const cold = atTemperature(kernel, 1e-3);
    expect(cold.count.every(Number.isFinite)).toBe(true);
    expect(() => atTemperature(kernel, 0)).toThrow(RangeError);
  });
});

describe('the kernel table', () => {
  it('comes back as it was written, and is told apart by its header', () => {
    const read = readTransitions(kernelCsv(kernel));
    expect(read.ok && read.value.format).toBe('kernel');
    expect(read.ok && read.value.graph).toEqual(kernel);
  });

  it.each([
    ['from,to,probability\na,b,1.5\n', /Line 2, column 3: expected a number from 0 to 1/],
    ['from,to,probability\na,b,-0.1\n', /Line 2, column 3/],
    ['from,to,probability\na,b,0x1\n', /Line 2, column 3/],
    ['from,to,probability\na,b,\n', /Line 2, column 3/],
    ['from,to,probability\na,b,0.7\na,c,0.6\n', /from "a" add up to 1\.2999.*at most 1/],
    ['from,to,probability\n,b,0.7\n', /Line 2, column 1/],
  ])('refuses %j', (text, message) => {
    const read = readTransitions(text);
    expect(read.ok ? '' : read.fault.message).toMatch(message);
    expect(parseKernelCsv(text).ok).toBe(false);
  });
});
