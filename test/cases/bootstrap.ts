/** Bootstrap problems that unit tests, gpu tests and the benchmark share: seeded counts from balanced kernels. */
import { prepare, solve } from '../../src/analysis/analyse';
import { misfit } from '../../src/analysis/balance/balance-test';
import type { BootstrapProblem } from '../../src/analysis/balance/bootstrap-null';
import { splitBlocks } from '../../src/analysis/graph/neighbour-graph';
import { localValues } from '../../src/analysis/potential/potential-result';
import { Counter } from '../../src/transitions/count';
import type { CountGraph } from '../../src/transitions/types';
import { gridPairs, randomPairs, seeded } from './graphs';

/** Relative difference of X2, float32 against float64. */
export const tolerance = 1e-4;

/** The bootstrap of a count graph's test. */
export function problemOf(graph: CountGraph, replicas: number, seed = 1): BootstrapProblem {
  const prepared = prepare(graph, {});
  const { reversible } = solve(prepared);
  const blocks = splitBlocks(prepared.counts).map((block) => ({
    graph: block.graph,
    theta: localValues(block, reversible.V),
  }));
  const X2 = blocks.reduce((sum, block) => sum + misfit(block).X2, 0);
  return { blocks, X2, replicas, seed };
}

/**
 * Counts of `attempts` from sources drawn uniformly, 30% rejected, under a balanced kernel on the
 * given pairs; heights uniform on [0, height] nats.
 */
export function balancedCounts(
  states: number,
  pairs: [number, number][],
  attempts: number,
  height: number,
  seed: number,
): CountGraph {
  const random = seeded(seed);
  const V = Array.from({ length: states }, () => height * random());
  const rows: [number, number][][] = Array.from({ length: states }, () => []);
  for (const [f, g] of pairs) {
    const rate = 0.3 + random();
    rows[f]!.push([g, rate / (1 + Math.exp(V[g]! - V[f]!))]);
    rows[g]!.push([f, rate / (1 + Math.exp(V[f]! - V[g]!))]);
  }
  const most = Math.max(...rows.map((row) => row.reduce((sum, [, rate]) => sum + rate, 0)));
  const counter = new Counter();
  const name = (f: number) => `s${String(f).padStart(3, '0')}`;
  for (let i = 0; i < attempts; i++) {
    const f = Math.floor(random() * states);
    let left = (random() * most) / 0.7;
    for (const [g, rate] of rows[f]!) {
      left -= rate;
      if (left >= 0) continue;
      counter.addTransitions(name(f), name(g), 1);
      break;
    }
  }
  return counter.snapshot();
}

/** Every pair of n states. */
export function allPairs(states: number): [number, number][] {
  return Array.from({ length: states }, (_, f) => f).flatMap((f) =>
    Array.from({ length: f }, (_, g): [number, number] => [f, g]),
  );
}

export interface BootstrapCase {
  name: string;
  problem: BootstrapProblem;
  /** False where a block is too large for a workgroup. */
  device: boolean;
}

function one(
  name: string,
  states: number,
  pairs: [number, number][],
  attempts: number,
  { height = 3, device = true, replicas = 60 } = {},
): BootstrapCase {
  const graph = balancedCounts(states, pairs, attempts, height, 31);
  return { name, problem: problemOf(graph, replicas), device };
}

/** Two rings that lead to each other in one direction only. */
function islands(): BootstrapCase {
  const counter = new Counter();
  for (const [ring, size] of [
    ['a', 7],
    ['b', 5],
  ] as const) {
    for (let f = 0; f < size; f++) {
      const [from, to] = [`${ring}${f}`, `${ring}${(f + 1) % size}`];
      counter.addTransitions(from, to, 3 + ((5 * f) % 4));
      counter.addTransitions(to, from, 2 + ((3 * f) % 5));
    }
  }
  counter.addTransitions('a0', 'b0', 4);
  return { name: 'islands', problem: problemOf(counter.snapshot(), 60), device: true };
}

const ring = (n: number): [number, number][] => [...gridPairs(1, n), [n - 1, 0]];

export const cases: BootstrapCase[] = [
  one('three states', 3, allPairs(3), 60),
  one('12 states, all pairs', 12, allPairs(12), 900),
  one('60 states, ten neighbours', 60, randomPairs(60, 250, 1), 20_000),
  one('60 states, all pairs', 60, allPairs(60), 20_000),
  one('60 states, few counts: often not strongly connected', 60, randomPairs(60, 120, 2), 1500),
  one('40 states, steep', 40, randomPairs(40, 200, 3), 20_000, { height: 12 }),
  one('ring of 200', 200, ring(200), 20_000, { height: 1, replicas: 12 }),
  islands(),
  one('450 states', 450, randomPairs(450, 900, 4), 9000, { device: false, replicas: 5 }),
];
