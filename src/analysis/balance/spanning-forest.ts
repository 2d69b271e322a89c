/** A spanning forest of the pairs seen both ways, on its most precise pairs, and paths along it. */
import type { ForwardLists } from './forward-lists';

export interface SpanningForest {
  /** n: next state towards the root; -1 at a root. */
  parent: Int32Array;
  /** n: position of the pair that leads to the parent; -1 at a root. */
  pair: Int32Array;
  /** n: pairs between a state and its root. */
  depth: Int32Array;
  /** n: first state of the heavy path that a state is on. */
  head: Int32Array;
  /** n: states from the roots outwards. */
  order: Int32Array;
  /** p: 1 for the pairs of the forest. */
  inside: Uint8Array;
}

/**
 * The spanning forest of largest summed weight 1 / variance (Kruskal 1956). `rank` orders the states
 * for ties, so that the numbering of the states does not matter. O(p log p).
 */
export function spanningForest(lists: ForwardLists, rank: Int32Array): SpanningForest {
  const { rowStart, source, target, variance } = lists;
  const n = rowStart.length - 1;
  const first = (k: number) => Math.min(rank[source[k]!]!, rank[target[k]!]!);
  const second = (k: number) => Math.max(rank[source[k]!]!, rank[target[k]!]!);
  const sorted = Int32Array.from(target, (_, k) => k).sort(
    (a, b) => variance[a]! - variance[b]! || first(a) - first(b) || second(a) - second(b),
  );
  const set = Int32Array.from({ length: n }, (_, f) => f);
  const find = (f: number): number => {
    while (set[f] !== f) f = set[f] = set[set[f]!]!;
    return f;
  };
  const inside = new Uint8Array(target.length);
  const start = new Int32Array(n + 1);
  for (const k of sorted) {
    const a = find(source[k]!);
    const b = find(target[k]!);
    if (a === b) continue;
    set[a] = b;
    inside[k] = 1;
    start[source[k]! + 1]!++;
    start[target[k]! + 1]!++;
  }
  for (let f = 0; f < n; f++) start[f + 1]! += start[f]!;
  const next = start.slice(0, n);
  const incident = new Int32Array(start[n]!);
  for (let k = 0; k < inside.length; k++) {
    if (!inside[k]) continue;
    incident[next[source[k]!]!++] = k;
    incident[next[target[k]!]!++] = k;
  }
  return { ...rooted(lists, start, incident), inside };
}

/** Parents, depths and heavy paths of a forest given by the pairs at each state. */
function rooted({ source, target }: ForwardLists, start: Int32Array, incident: Int32Array) {
  const n = start.length - 1;
  const parent = new Int32Array(n).fill(-1);
  const pair = new Int32Array(n).fill(-1);
  const depth = new Int32Array(n);
  const order = new Int32Array(n);
  const seen = new Uint8Array(n);
  let size = 0;
  for (let root = 0; root < n; root++) {
    if (seen[root]) continue;
    seen[root] = 1;
    order[size++] = root;
    for (let at = size - 1; at < size; at++) {
      const f = order[at]!;
      for (let i = start[f]!; i < start[f + 1]!; i++) {
        const k = incident[i]!;
        const g = source[k] === f ? target[k]! : source[k]!;
        if (seen[g]) continue;
        seen[g] = 1;
        parent[g] = f;
        pair[g] = k;
        depth[g] = depth[f]! + 1;
        order[size++] = g;
      }
    }
  }
  const below = new Int32Array(n).fill(1);
  const heavy = new Int32Array(n).fill(-1);
  for (let at = n - 1; at >= 0; at--) {
    const f = order[at]!;
    const up = parent[f]!;
    if (up < 0) continue;
    below[up]! += below[f]!;
    if (heavy[up]! < 0 || below[f]! > below[heavy[up]!]!) heavy[up] = f;
  }
  const head = Int32Array.from({ length: n }, (_, f) => f);
  for (const f of order) if (heavy[f]! >= 0) head[heavy[f]!] = head[f]!;
  return { parent, pair, depth, head, order };
}

/** Where the paths of two states of one tree to its root meet. O(log n), along heavy paths. */
export function meeting({ parent, depth, head }: SpanningForest, f: number, g: number): number {
  while (head[f] !== head[g]) {
    if (depth[head[f]!]! > depth[head[g]!]!) f = parent[head[f]!]!;
    else g = parent[head[g]!]!;
  }
  return depth[f]! < depth[g]! ? f : g;
}
