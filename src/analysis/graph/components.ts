/** Strongly connected components of the transition graph, their order, and who can reach whom. */

export interface Components {
  /** Number of components. Index 0 is highest: a component reaches only larger indices. */
  count: number;
  /** n: component of each state. */
  of: Int32Array;
  /** States of each component, ascending. */
  members: Int32Array[];
}

/**
 * Tarjan's algorithm (1972) without recursion on a CSR graph of n states. With `present`, only the
 * edges where it is > 0 exist. Components are numbered in topological order, sources first. O(n + m).
 */
export function stronglyConnected(
  rowStart: Int32Array,
  target: Int32Array,
  present?: Float64Array,
): Components {
  const n = rowStart.length - 1;
  const order = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const of = new Int32Array(n).fill(-1);
  const next = rowStart.slice(0, n);
  const path = new Int32Array(n);
  const open = new Int32Array(n);
  let visited = 0;
  let opened = 0;
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (order[root]! >= 0) continue;
    let depth = 0;
    path[0] = root;
    order[root] = low[root] = visited++;
    open[opened++] = root;
    while (depth >= 0) {
      const f = path[depth]!;
      const k = next[f]!;
      if (k < rowStart[f + 1]!) {
        next[f] = k + 1;
        if (present && !(present[k]! > 0)) continue;
        const g = target[k]!;
        if (order[g]! < 0) {
          order[g] = low[g] = visited++;
          open[opened++] = g;
          path[++depth] = g;
        } else if (of[g]! < 0) {
          low[f] = Math.min(low[f]!, order[g]!);
        }
        continue;
      }
      if (low[f] === order[f]) {
        let g: number;
        do {
          g = open[--opened]!;
          of[g] = count;
        } while (g !== f);
        count++;
      }
      depth--;
      if (depth >= 0) {
        const parent = path[depth]!;
        low[parent] = Math.min(low[parent]!, low[f]!);
      }
    }
  }
  // Tarjan closes sinks first.
  const sizes = new Int32Array(count);
  for (let f = 0; f < n; f++) {
    of[f] = count - 1 - of[f]!;
    sizes[of[f]!]!++;
  }
  const members = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let f = 0; f < n; f++) members[of[f]!]![sizes[of[f]!]!++] = f;
  return { count, of, members };
}

/** The component with most states, then most counts inside, then highest; -1 without states. */
export function largestComponent(
  components: Components,
  rowStart: Int32Array,
  target: Int32Array,
  count: Float64Array,
): number {
  const inside = new Float64Array(components.count);
  for (let f = 0; f < rowStart.length - 1; f++) {
    const c = components.of[f]!;
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      if (components.of[target[k]!] === c) inside[c]! += count[k]!;
    }
  }
  let best = -1;
  for (let c = 0; c < components.count; c++) {
    const size = components.members[c]!.length;
    const bestSize = best < 0 ? -1 : components.members[best]!.length;
    if (size > bestSize || (size === bestSize && inside[c]! > inside[best]!)) best = c;
  }
  return best;
}

export interface ComponentOrder {
  /** For each component the ones below it, ascending. */
  below: number[][];
  /** False where only the direct steps are in `below`, because the whole order would be too long. */
  complete: boolean;
  /** Pairs with no path either way, the smaller index first; null where `complete` is false. */
  undetermined: [number, number][] | null;
  /** Number of those pairs; null where unknown. */
  undeterminedCount: number | null;
}

/**
 * The order of the components: `below` holds every component that can be reached by a path, as long
 * as there are at most `limit` components (their reachability is a bit matrix) and at most
 * `listLimit` entries in a list.
 */
export function componentOrder(
  components: Components,
  rowStart: Int32Array,
  target: Int32Array,
  limit = 4096,
  listLimit = 20000,
): ComponentOrder {
  const c = components.count;
  const direct: Set<number>[] = Array.from({ length: c }, () => new Set<number>());
  for (let f = 0; f < rowStart.length - 1; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      const to = components.of[target[k]!]!;
      if (to !== components.of[f]) direct[components.of[f]!]!.add(to);
    }
  }
  const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b);
  const short = { below: direct.map(sorted), complete: false, undetermined: null };
  if (c > limit) return { ...short, undeterminedCount: null };
  const words = Math.ceil(c / 32);
  const reach = new Uint32Array(c * words);
  for (let i = c - 1; i >= 0; i--) {
    for (const j of direct[i]!) {
      reach[i * words + (j >>> 5)]! |= 1 << (j & 31);
      for (let w = 0; w < words; w++) reach[i * words + w]! |= reach[j * words + w]!;
    }
  }
  let entries = 0;
  const below: number[][] = [];
  const undetermined: [number, number][] = [];
  let pairs = 0;
  for (let i = 0; i < c; i++) {
    const row: number[] = [];
    for (let j = i + 1; j < c; j++) {
      if ((reach[i * words + (j >>> 5)]! >>> (j & 31)) & 1) row.push(j);
      else if (++pairs <= listLimit) undetermined.push([i, j]);
    }
    entries += row.length;
    below.push(row);
    if (entries > listLimit * 5) return { ...short, undeterminedCount: null };
  }
  return {
    below,
    complete: true,
    undetermined: pairs <= listLimit ? undetermined : null,
    undeterminedCount: pairs,
  };
}
