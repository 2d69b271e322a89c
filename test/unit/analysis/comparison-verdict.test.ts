/** The verdict on a comparison: each ending, and never more than the numbers hold. */
import { describe, expect, it } from 'vitest';
import { compare, type Experiment } from '../../../src/analysis/comparison/compare';
import type { CountGraph } from '../../../src/transitions/types';
import { bundled, graphOf, type Edge } from '../helpers/graphs';

const four = bundled('four.csv');

/** Every value times a factor. */
function times(graph: CountGraph, factor: number): CountGraph {
  const scaled = (values: Float64Array) => values.map((n) => n * factor);
  const { count, attempts, rejected, selfTransitions } = graph;
  return {
    ...graph,
    count: scaled(count),
    attempts: scaled(attempts),
    rejected: scaled(rejected),
    selfTransitions: scaled(selfTransitions),
  };
}

function verdict(one: CountGraph, two: CountGraph, ...more: CountGraph[]) {
  const experiments = [one, two, ...more].map((graph, e): Experiment => ({
    name: `e${e + 1}`,
    graph,
  }));
  return compare(experiments, { replicas: 100 }).verdict;
}

/** A balanced ring of five on which `share` of the answers are rejections. */
function ring(forth: number, back: number, rejected: number): CountGraph {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const edges = names.flatMap((f, k): Edge[] => [
    [f, names[(k + 1) % 5]!, forth],
    [f, names[(k + 4) % 5]!, back],
  ]);
  return graphOf(
    edges,
    names.map((f) => [f, rejected]),
  );
}

describe('the verdict on two', () => {
  it('equal: says what would have been seen', () => {
    const { code, text } = verdict(four, times(four, 2));
    expect(code).toBe('not-told-apart');
    expect(text).toMatch(/cannot be told apart on their 4 common states/);
    expect(text).toMatch(/nats in a typical state would have been seen four times out of five/);
  });

  it('few counts: does not call them the same', () => {
    const few = graphOf([
      ['a', 'b', 1],
      ['b', 'c', 1],
      ['c', 'a', 1],
      ['b', 'a', 1],
    ]);
    const { code, text } = verdict(few, times(few, 2));
    expect(code).toBe('too-few-counts');
    expect(text).toMatch(/too few counts to tell|Nothing is concluded/);
  });

  it('one landscape, other kernels: says both', () => {
    // Constant potentials, driven the one way and the other.
    const { code, text } = verdict(ring(400, 200, 400), ring(200, 400, 400));
    expect(code).toBe('kernels-differ');
    expect(text).toMatch(/cannot be told apart.*Their kernels differ all the same/);
  });

  it('nothing in common', () => {
    const apart = verdict(four, bundled('claude-4.csv'));
    expect(apart.code).toBe('too-few-counts');
    expect(apart.text).toMatch(/no state in common/);
  });

  it('exact kernels have no noise to test against', () => {
    const exact = { ...times(four, 1 / 1000), exact: true };
    const { code, text } = verdict(exact, exact);
    expect(code).toBe('too-few-counts');
    expect(text).toMatch(/their difference is exact/);
    // One of them: the test is against the counts' noise alone.
    expect(verdict(exact, four).code).toBe('not-told-apart');
  });
});

describe('the verdict on three', () => {
  it('names the pairs that differ after the adjustment', () => {
    const changed = { ...four, count: four.count.map((n, k) => (k < 3 ? n * 2 : n)) };
    const { code, text } = verdict(four, times(four, 2), changed);
    expect(code).toBe('potentials-differ');
    expect(text).toMatch(/^Of 3 pairs of experiments, 2 have potentials that differ/);
    expect(text).toMatch(/: e1 against e3 and e2 against e3\./);
    expect(text).toMatch(/All potentials at once, on 4 common states: W = /);
  });

  it('none differ', () => {
    const { code, text } = verdict(four, times(four, 2), times(four, 3));
    expect(code).toBe('not-told-apart');
    expect(text).toMatch(/^None of 3 pairs of experiments/);
  });
});
