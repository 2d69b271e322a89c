/** Families of count graphs of constant degree, in any size, for benchmarks: seeded, strongly connected. */
import type { CountGraph } from '../../src/transitions/types';
import { seeded } from '../../test/cases/graphs';

/** What the pairs seen both ways look like; near short-cuts, seen one way, come on top. */
export const families = ['tree', 'ring', 'chain', 'random'] as const;
export type Family = (typeof families)[number];

/** A short-cut leads at most this many steps along the tree, ring or chain. */
const farthest = 10;

/**
 * `edges` directed edges over `states` states: the family's pairs both ways, then one-way edges (to
 * states up to ten steps away; to any state in the random family, whose pairs are a random tree).
 * Counts follow a potential of a few nats with sampling noise; half of the attempts are rejected.
 */
export function familyGraph(family: Family, states: number, edges: number, seed = 1): CountGraph {
  const random = seeded(seed);
  const rows = Array.from({ length: states }, () => new Map<number, number>());
  const V = Float64Array.from({ length: states }, () => 2 * random());
  let made = 0;
  const both = (f: number, g: number) => {
    const total = 4 + Math.floor(40 * random());
    const p = 1 / (1 + Math.exp(V[g]! - V[f]!));
    const forth = Math.min(total - 1, Math.max(1, Math.round(total * p + 2 * (random() - 0.5))));
    rows[f]!.set(g, forth);
    rows[g]!.set(f, total - forth);
    made += 2;
  };
  const parent = new Int32Array(states);
  for (let f = 1; f < states; f++) {
    parent[f] =
      family === 'tree' ? (f - 1) >> 1 : family === 'random' ? Math.floor(random() * f) : f - 1;
    both(f, parent[f]!);
  }
  if (family === 'ring') both(0, states - 1);
  const near = (f: number): number => {
    const steps = 2 + Math.floor((farthest - 1) * random());
    if (family === 'random') return Math.floor(states * random());
    if (family === 'ring') return (f + steps) % states;
    if (family === 'chain') return Math.min(states - 1, f + steps);
    // Up the tree, then down again somewhere else.
    let g = f;
    const up = 1 + Math.floor((steps / 2) * random());
    for (let i = 0; i < up; i++) g = parent[g]!;
    for (let i = up; i < steps && 2 * g + 2 < states; i++) g = 2 * g + 1 + (random() < 0.5 ? 0 : 1);
    return g;
  };
  while (made < edges) {
    const f = Math.floor(states * random());
    const g = near(f);
    if (f === g || rows[f]!.has(g) || rows[g]!.has(f)) continue;
    const [from, to] = random() < 0.5 ? [f, g] : [g, f];
    rows[from]!.set(to, 1 + Math.floor(3 * random()));
    made++;
  }
  return countGraph(rows);
}

/** Names are the states' numbers; as many rejections as transitions. */
function countGraph(rows: Map<number, number>[]): CountGraph {
  const states = rows.length;
  const rowStart = new Int32Array(states + 1);
  for (let f = 0; f < states; f++) rowStart[f + 1] = rowStart[f]! + rows[f]!.size;
  const target = new Int32Array(rowStart[states]!);
  const count = new Float64Array(target.length);
  const rejected = new Float64Array(states);
  let size = 0;
  rows.forEach((row, f) => {
    for (const [g, c] of [...row].sort((a, b) => a[0] - b[0])) {
      target[size] = g;
      count[size++] = c;
      rejected[f]! += c;
    }
  });
  return {
    names: rows.map((_, f) => String(f)),
    rowStart,
    target,
    count,
    attempts: rejected.map((value) => 2 * value),
    rejected,
    selfTransitions: new Float64Array(states),
    attemptsGiven: false,
  };
}
