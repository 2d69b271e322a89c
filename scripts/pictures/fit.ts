/** The reversible fit of a table's largest component, pair by pair, as the pictures need it. */
import { prepare, solve } from '../../src/analysis/analyse';
import type { CountGraph } from '../../src/transitions/types';

export interface FittedPair {
  f: string;
  g: string;
  forward: number;
  both: number;
  /** Fitted share of f -> g. */
  p: number;
  /** sqrt(B p (1 - p)), counts. */
  deviation: number;
}

/** All pairs seen at least once inside components, f before g. */
export function fitOf(graph: CountGraph): FittedPair[] {
  const prepared = prepare(graph, { replicas: 0 });
  const theta = solve(prepared).reversible.V;
  const counts = new Map<string, number>();
  graph.names.forEach((_, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      counts.set(`${f} ${graph.target[k]!}`, graph.count[k]!);
  });
  const pairs: FittedPair[] = [];
  for (let f = 0; f < graph.names.length; f++)
    for (let g = f + 1; g < graph.names.length; g++) {
      const forward = counts.get(`${f} ${g}`) ?? 0;
      const both = forward + (counts.get(`${g} ${f}`) ?? 0);
      if (both === 0 || prepared.components.of[f] !== prepared.components.of[g]) continue;
      const p = 1 / (1 + Math.exp(theta[g]! - theta[f]!));
      const deviation = Math.sqrt(both * p * (1 - p));
      pairs.push({ f: graph.names[f]!, g: graph.names[g]!, forward, both, p, deviation });
    }
  return pairs;
}
