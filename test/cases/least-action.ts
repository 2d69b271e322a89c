/** Whole problems for the two solvers: every kind of graph, up to 20,000 states. */
import type { LeastActionProblem } from '../../src/analysis/graph/neighbour-graph';
import type { ActionKernel } from '../../src/analysis/result';
import { fromRows, gridPairs, problemFromPairs, randomPairs, seeded } from './graphs';
import { fourRows, rowsOf } from './neighbour-cases';

export interface ProblemCase {
  name: string;
  states: number;
  action: ActionKernel;
  make: () => LeastActionProblem;
  /** Where the inner solve does its work. */
  inner: 'eliminated' | 'dense' | 'iterated';
}

/** GPU against CPU: max |difference of V| with mean 0 in each component, nats. */
export const tolerance = 1e-4;

function random(states: number, extra: number, seed: number): () => LeastActionProblem {
  return () => problemFromPairs(states, randomPairs(states, extra, seed), seed);
}

function grid(width: number, length: number, shuffle = 0): () => LeastActionProblem {
  return () => problemFromPairs(width * length, gridPairs(width, length, shuffle), 7);
}

function ring(states: number): () => LeastActionProblem {
  return () => problemFromPairs(states, [...gridPairs(1, states), [states - 1, 0]], 8);
}

/** A chain that falls 2 nats a step: 10,000 nats from end to end. */
function steepChain(states: number): () => LeastActionProblem {
  return () => problemFromPairs(states, gridPairs(1, states), 10, (f) => 2 * f);
}

/** Counts of a run: few a state, most pairs seen one way only, favourite targets, a way round. */
function sparseCounts(states: number, attempts: number): () => LeastActionProblem {
  return () => {
    const draw = seeded(11);
    const rows = Array.from({ length: states }, (_, f) => {
      const row = new Map([[(f + 1) % states, 1]]);
      for (let k = 0; k < attempts; k++) {
        const g = Math.floor(states * draw() ** 3);
        if (g !== f) row.set(g, (row.get(g) ?? 0) + 1);
      }
      return row;
    });
    return fromRows(rows);
  };
}

/** Published counts between ATTITUDE, PERSONAL and PROBLEMS (method.md section 8), as they are. */
const claude = () =>
  fromRows(
    rowsOf([
      [0, 66, 20],
      [3879, 0, 0],
      [3558, 0, 0],
    ]),
  );

/** Three components of different kinds and a state alone, in one problem. */
function components(): LeastActionProblem {
  const parts = [random(400, 1600, 9)(), grid(1, 300)(), fromRows(rowsOf(fourRows))];
  const rows: Map<number, number>[] = [new Map()];
  for (const { rowStart, target, weight } of parts) {
    const first = rows.length;
    for (let f = 0; f + 1 < rowStart.length; f++) {
      const row = new Map<number, number>();
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) row.set(first + target[k]!, weight[k]!);
      rows.push(row);
    }
  }
  return fromRows(rows);
}

const softplus = { action: 'softplus' } as const;
const eliminated = { ...softplus, inner: 'eliminated' } as const;
const dense = { ...softplus, inner: 'dense' } as const;
const iterated = { ...softplus, inner: 'iterated' } as const;

export const cases: ProblemCase[] = [
  { name: 'golden four', states: 4, make: () => fromRows(rowsOf(fourRows)), ...eliminated },
  { name: 'claude-4, raw counts', states: 3, make: claude, ...eliminated },
  { name: 'claude-4, exp', states: 3, make: claude, ...eliminated, action: 'exp' },
  { name: 'random', states: 10, make: random(10, 15, 1), ...dense },
  { name: 'random', states: 100, make: random(100, 300, 2), ...dense },
  { name: 'random', states: 1000, make: random(1000, 3000, 3), ...iterated },
  { name: 'random', states: 20_000, make: random(20_000, 40_000, 4), ...iterated },
  { name: 'random, exp', states: 1000, make: random(1000, 3000, 5), ...iterated, action: 'exp' },
  { name: 'tree', states: 5000, make: random(5000, 0, 6), ...eliminated },
  { name: 'chain', states: 1000, make: grid(1, 1000), ...eliminated },
  { name: 'chain', states: 20_000, make: grid(1, 20_000), ...eliminated },
  { name: 'chain, names shuffled', states: 20_000, make: grid(1, 20_000, 9), ...eliminated },
  { name: 'ring', states: 3000, make: ring(3000), ...eliminated },
  { name: 'ladder', states: 10_000, make: grid(2, 5000), ...dense },
  { name: 'strip of six', states: 3000, make: grid(6, 500), ...iterated },
  { name: 'grid', states: 10_000, make: grid(100, 100), ...iterated },
  { name: 'steep chain', states: 5000, make: steepChain(5000), ...eliminated },
  { name: 'sparse counts', states: 3000, make: sparseCounts(3000, 8), ...iterated },
  { name: 'components', states: 705, make: components, ...iterated },
];
