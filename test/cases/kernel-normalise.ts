/** Count graphs for kernel normalisation, under every normalisation. */
import type { Normalisation } from '../../src/analysis/result';
import type { CountGraph } from '../../src/transitions/types';
import { seeded } from './graphs';

/** Float32 against float64, relative to the largest expected value. */
export const tolerance = 1e-6;

export interface NormaliseCase {
  name: string;
  graph: CountGraph;
  uniformAttempts: number | null;
}

export const normalisations: Normalisation[] = ['attempts', 'accepted', 'uniform', 'dirichlet'];

function counts(
  rows: number[][],
  rejected: number[],
  selfTransitions = rows.map(() => 0),
): CountGraph {
  const rowStart = new Int32Array(rows.length + 1);
  const target: number[] = [];
  const count: number[] = [];
  const attempts = rows.map((row, f) => {
    row.forEach((N, g) => {
      if (N === 0) return;
      target.push(g);
      count.push(N);
    });
    rowStart[f + 1] = target.length;
    return row.reduce((a, b) => a + b, 0) + rejected[f]! + selfTransitions[f]!;
  });
  return {
    names: rows.map((_, f) => `s${f}`),
    rowStart,
    target: Int32Array.from(target),
    count: Float64Array.from(count),
    attempts: Float64Array.from(attempts),
    rejected: Float64Array.from(rejected),
    selfTransitions: Float64Array.from(selfTransitions),
    attemptsGiven: false,
  };
}

/** Golden example "four" (method.md): counts, 1,000 attempts a state. */
export const fourCounts = counts(
  [
    [0, 120, 80, 60],
    [200, 0, 90, 0],
    [100, 140, 0, 50],
    [150, 0, 70, 0],
  ],
  [740, 710, 710, 780],
);

function manyEdges(): CountGraph {
  const random = seeded(31);
  const rows = Array.from({ length: 500 }, (_, f) =>
    Array.from({ length: 500 }, (_, g) =>
      f !== g && random() < 0.2 ? 1 + Math.floor(1e6 * random() ** 4) : 0,
    ),
  );
  return counts(
    rows,
    rows.map(() => Math.floor(50 * random())),
    rows.map(() => Math.floor(3 * random())),
  );
}

export const cases: NormaliseCase[] = [
  { name: 'golden four', graph: fourCounts, uniformAttempts: null },
  { name: 'golden four, N_0 = 150', graph: fourCounts, uniformAttempts: 150 },
  { name: 'empty', graph: counts([], []), uniformAttempts: null },
  { name: 'one state', graph: counts([[0]], [7]), uniformAttempts: null },
  {
    name: 'a state without attempts',
    graph: counts(
      [
        [0, 5],
        [0, 0],
      ],
      [3, 0],
      [2, 0],
    ),
    uniformAttempts: null,
  },
  {
    name: 'overflow',
    graph: counts(
      [
        [0, 1e30],
        [1, 0],
      ],
      [1e30, 0],
    ),
    uniformAttempts: null,
  },
  { name: 'many edges', graph: manyEdges(), uniformAttempts: null },
];
