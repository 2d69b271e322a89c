/** The nine kinds of count graphs (make_kinds.py), and that of make_quantities.py, as the program reads them. */
import type { CountGraph } from '../../../src/transitions/types';
import kinds from '../../fixtures/kinds.json';
import quantities from '../../fixtures/quantities.json';
import { graphOf, type Edge } from './graphs';

const { kind, edges, rejected } = quantities.at(-1)!;
/** Each pair has a drive of its own: some of many stand out. */
const scattered = { kind, edges: edges!, rejected: rejected! };

/** Names sort like numbers. */
export function stateName(f: number): string {
  return `s${String(f).padStart(4, '0')}`;
}

/** Edges of a kind, every state first named in order, and its rejected attempts by state. */
export function kindTable(kind: string): { edges: Edge[]; rejected: [string, number][] } {
  const { edges, rejected } = [...kinds, scattered].find((one) => one.kind === kind)!;
  const known = rejected.map((_, f): Edge => [stateName(f), stateName(f), 0]);
  return {
    edges: [...known, ...edges.map(([f, g, n]): Edge => [stateName(f!), stateName(g!), n!])],
    rejected: rejected.map((count, f) => [stateName(f), count]),
  };
}

/** The count graph of a kind; state f has index f. */
export function kindGraph(kind: string): CountGraph {
  const { edges, rejected } = kindTable(kind);
  return graphOf(edges, rejected);
}
