/** Pairs seen both ways, each once, in short rows: what the cycles of the log ratios are found on. */
import type { CountGraph } from '../../transitions/types';
import { findEdge } from '../graph/find-edge';

/** Every pair once, in the row of the end that comes first; the order keeps all rows short. */
export interface ForwardLists {
  /** n + 1 offsets. */
  rowStart: Int32Array;
  /** p: the state whose row a pair is in. */
  source: Int32Array;
  /** p: the other end. */
  target: Int32Array;
  /** p: ln(N_uv / N_vu) from the row's state u to the target v, nats. */
  logRatio: Float64Array;
  /** p: 1 / N_uv + 1 / N_vu. */
  variance: Float64Array;
}

/**
 * The p pairs with both counts >= `minimum` > 0, each in the row of its end of lower degree (then
 * index). Both ends of such a pair are in one strongly connected component. O(m log row).
 */
export function forwardLists(graph: CountGraph, minimum: number): ForwardLists {
  const n = graph.names.length;
  const from: number[] = [];
  const edge: number[] = [];
  const reverse: number[] = [];
  const degree = new Int32Array(n);
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      if (g < f || graph.count[k]! < minimum) continue;
      const other = findEdge(graph, g, f);
      if (other < 0 || graph.count[other]! < minimum) continue;
      from.push(f);
      edge.push(k);
      reverse.push(other);
      degree[f]!++;
      degree[g]!++;
    }
  }
  const rowStart = new Int32Array(n + 1);
  const turned = from.map((f, i) => degree[graph.target[edge[i]!]!]! < degree[f]!);
  const first = from.map((f, i) => (turned[i] ? graph.target[edge[i]!]! : f));
  for (const u of first) rowStart[u + 1]!++;
  for (let f = 0; f < n; f++) rowStart[f + 1]! += rowStart[f]!;
  const next = rowStart.slice(0, n);
  const source = new Int32Array(from.length);
  const target = new Int32Array(from.length);
  const logRatio = new Float64Array(from.length);
  const variance = new Float64Array(from.length);
  from.forEach((f, i) => {
    const at = next[first[i]!]!++;
    const out = graph.count[edge[i]!]!;
    const back = graph.count[reverse[i]!]!;
    source[at] = first[i]!;
    target[at] = turned[i] ? f : graph.target[edge[i]!]!;
    logRatio[at] = (turned[i] ? -1 : 1) * Math.log(out / back);
    variance[at] = 1 / out + 1 / back;
  });
  return { rowStart, source, target, logRatio, variance };
}

/** Pairs of neighbours that `forEachTriangle` looks at: at most of order p^1.5. */
export function triangleWork({ rowStart, target }: ForwardLists): number {
  let steps = 0;
  for (const v of target) steps += rowStart[v + 1]! - rowStart[v]!;
  return steps;
}

/**
 * Calls `visit` once for every three states u, v, w that are joined by three pairs, with the positions
 * of u - v in row u, v - w in row v and u - w in row u (Chiba and Nishizeki 1985).
 */
export function forEachTriangle(
  { rowStart, target }: ForwardLists,
  visit: (uv: number, vw: number, uw: number) => void,
): void {
  const n = rowStart.length - 1;
  /** Position of the pair u - w in row u, + 1; 0 where there is none. */
  const mark = new Int32Array(n);
  for (let u = 0; u < n; u++) {
    for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) mark[target[k]!] = k + 1;
    for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) {
      const v = target[k]!;
      for (let l = rowStart[v]!; l < rowStart[v + 1]!; l++) {
        const closing = mark[target[l]!]! - 1;
        if (closing >= 0) visit(k, l, closing);
      }
    }
    for (let k = rowStart[u]!; k < rowStart[u + 1]!; k++) mark[target[k]!] = 0;
  }
}
