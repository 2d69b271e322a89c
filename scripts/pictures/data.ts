/** What the pictures show: the bundled data, a driven ring, and walks drawn with a fixed seed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Counter } from '../../src/transitions/count';
import { readTransitions } from '../../src/transitions/read-file';
import type { Attempt, CountGraph } from '../../src/transitions/types';

export type Row = Record<string, number>;
/** Chances of the next state by state; what is missing from 1 is a rejection. */
export type Kernel = Record<string, Row>;

/** A bundled table of counts. */
export function bundled(file: string): CountGraph {
  const path = fileURLToPath(new URL(`../../public/data/${file}`, import.meta.url));
  const read = readTransitions(readFileSync(path, 'utf8'));
  if (!read.ok) throw new Error(read.fault.message);
  return read.value.graph;
}

export function graphOf(
  edges: [from: string, to: string, count: number][],
  rejected: [string, number][] = [],
): CountGraph {
  const counter = new Counter();
  for (const [from, to, count] of edges) counter.addTransitions(from, to, count);
  for (const [from, count] of rejected) counter.addRejections(from, 'invalid', count);
  return counter.snapshot();
}

/**
 * A hilly ring of `states` that is driven round: ln(N_fg / N_gf) = V_f - V_g + drive along it, `both`
 * counts a pair, rounded.
 */
export function drivenRing(states: number, drive: number, both: number, hills = 3): CountGraph {
  const height = (f: number) => hills * Math.sin((6 * Math.PI * f) / states);
  const name = (f: number) => `s${String(f % states).padStart(2, '0')}`;
  const edges: [string, string, number][] = [];
  for (let f = 0; f < states; f++) {
    const share = 1 / (1 + Math.exp(height(f + 1) - height(f) - drive));
    const out = Math.round(both * share);
    edges.push([name(f), name(f + 1), out], [name(f + 1), name(f), both - out]);
  }
  return graphOf(edges);
}

/** A small linear congruential generator: the same numbers in every run. */
export function steady(seed: number): () => number {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
}

/** A balanced kernel on `states` letters in the landscape `V`: chances by Metropolis, the rest rejected. */
export function metropolis(V: number[]): Kernel {
  const names = V.map((_, f) => 'abcdefghijkl'[f]!);
  return Object.fromEntries(
    names.map((from, f) => [
      from,
      Object.fromEntries(
        names.flatMap((to, g) =>
          f === g ? [] : [[to, Math.min(1, Math.exp(V[f]! - V[g]!)) / V.length]],
        ),
      ),
    ]),
  );
}

/** Where the walk goes from a row, or null for a rejection. */
function draw(row: Row, chance: number): string | null {
  let left = chance;
  for (const [to, p] of Object.entries(row)) if ((left -= p) < 0) return to;
  return null;
}

/**
 * A log of attempts. `row` gives the chances of attempt `i` from the present state and the one before;
 * along a chain, or from sources drawn uniformly.
 */
export function walk(
  states: string[],
  attempts: number,
  seed: number,
  row: (i: number, at: string, before: string) => Row,
  chain = true,
): Attempt[] {
  const random = steady(seed);
  let at = states[0]!;
  let before = at;
  return Array.from({ length: attempts }, (_, i) => {
    if (!chain) at = states[Math.floor(random() * states.length)]!;
    const from = at;
    const to = draw(row(i, at, before), random());
    before = at;
    if (to !== null) at = to;
    return to === null ? { i, t: i, from, reject: 'invalid' } : { i, t: i, from, to };
  });
}
