/** The tables of make_statistics.py as edges. */
import type { Edge } from './graphs';

export function stateName(f: number): string {
  return `s${String(f).padStart(2, '0')}`;
}

/** Edges in the order of the states, every state first named in order. */
export function fixtureEdges(counts: number[][]): Edge[] {
  const known = counts.map((_, f): Edge => [stateName(f), stateName(f), 0]);
  const edges = counts.flatMap((row, f) =>
    row.flatMap((count, g): Edge[] =>
      count > 0 && f !== g ? [[stateName(f), stateName(g), count]] : [],
    ),
  );
  return [...known, ...edges];
}
