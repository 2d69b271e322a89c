/** The nine kinds of count graphs (make_kinds.py) as the program reads them. */
import type { CountGraph } from '../../../src/transitions/types';
import kinds from '../../fixtures/kinds.json';
import { graphOf, type Edge } from './graphs';

export const kindNames = kinds.map(({ kind }) => kind);

/** Names sort like numbers. */
export function stateName(f: number): string {
  return `s${String(f).padStart(4, '0')}`;
}

/** Edges of a kind, every state first named in order, and its rejected attempts by state. */
export function kindTable(kind: string): { edges: Edge[]; rejected: [string, number][] } {
  const { states, edges, rejected } = kinds.find((one) => one.kind === kind)!;
  const known = Array.from({ length: states }, (_, f): Edge => [stateName(f), stateName(f), 0]);
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
