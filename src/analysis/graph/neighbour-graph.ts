/** A least-action problem as symmetric neighbour lists, one connected block at a time. */

/**
 * Weights of a least-action problem over n states: CSR, m directed edges f -> g, both ends in the
 * same strongly connected component, weight > 0 (a kernel T_fg, or raw counts N_fg for the
 * reversible fit; method.md sections 3 and 4).
 */
export interface LeastActionProblem {
  /** n + 1 offsets. */
  rowStart: Int32Array;
  /** m column indices, ascending inside a row, never the row itself. */
  target: Int32Array;
  /** m weights > 0. */
  weight: Float64Array;
}

/**
 * One block with local indices: row f lists every neighbour g once, with the weight of f -> g in
 * `out` and of g -> f in `back` (either may be 0, and both in a bootstrap replica). Every pair is
 * therefore stored twice, once in each row, so that a row can be summed alone and in order: the
 * layout of the GPU kernels too.
 */
export interface NeighbourGraph {
  /** n, states of the block. */
  states: number;
  /** n + 1 offsets. */
  rowStart: Int32Array;
  /** 2 x pairs local indices, ascending inside a row. */
  neighbour: Int32Array;
  /** 2 x pairs weights of f -> g. */
  out: Float64Array;
  /** 2 x pairs weights of g -> f. */
  back: Float64Array;
  /** 2 x pairs: position of the same pair in the other row. */
  mirror: Int32Array;
}

/** A block and the states of the whole problem that it is made of (ascending). */
export interface Block {
  states: Int32Array;
  graph: NeighbourGraph;
}

/** The whole problem as one neighbour graph, connected or not. O(n + m). */
export function neighbourGraph(problem: LeastActionProblem): NeighbourGraph {
  const n = problem.rowStart.length - 1;
  const { rowStart: start, target, weight } = problem;
  const m = target.length;
  // Incoming edges of each state, sources ascending.
  const inStart = new Int32Array(n + 1);
  for (let k = 0; k < m; k++) inStart[target[k]! + 1]!++;
  for (let f = 0; f < n; f++) inStart[f + 1]! += inStart[f]!;
  const fill = inStart.slice(0, n);
  const inSource = new Int32Array(m);
  const inWeight = new Float64Array(m);
  for (let f = 0; f < n; f++) {
    for (let k = start[f]!; k < start[f + 1]!; k++) {
      const at = fill[target[k]!]!++;
      inSource[at] = f;
      inWeight[at] = weight[k]!;
    }
  }
  // Merge the two ascending lists of each state. Rows are visited in ascending order too, so the mirror
  // entries in a row come in order.
  const rowStart = new Int32Array(n + 1);
  const neighbour = new Int32Array(2 * m);
  const out = new Float64Array(2 * m);
  const back = new Float64Array(2 * m);
  const mirror = new Int32Array(2 * m);
  /** Of the rows so far: the first entry that leads up and has no mirror yet. */
  const upward = new Int32Array(n);
  let size = 0;
  for (let f = 0; f < n; f++) {
    let lower = 0;
    let a = start[f]!;
    let b = inStart[f]!;
    const aEnd = start[f + 1]!;
    const bEnd = inStart[f + 1]!;
    while (a < aEnd || b < bEnd) {
      const ga = a < aEnd ? target[a]! : n;
      const gb = b < bEnd ? inSource[b]! : n;
      const g = Math.min(ga, gb);
      neighbour[size] = g;
      if (g < f) {
        const other = upward[g]!++;
        mirror[size] = other;
        mirror[other] = size;
        lower++;
      }
      if (ga <= gb) out[size] = weight[a++]!;
      if (gb <= ga) back[size] = inWeight[b++]!;
      size++;
    }
    upward[f] = rowStart[f]! + lower;
    rowStart[f + 1] = size;
  }
  return {
    states: n,
    rowStart,
    neighbour: neighbour.slice(0, size),
    out: out.slice(0, size),
    back: back.slice(0, size),
    mirror: mirror.slice(0, size),
  };
}

/**
 * Splits a problem into its connected blocks of two states or more, in the order of their lowest
 * state. States without an edge are in no block: their potential is 0 in a component of their own.
 */
export function splitBlocks(problem: LeastActionProblem): Block[] {
  const whole = neighbourGraph(problem);
  const n = whole.states;
  const local = new Int32Array(n).fill(-1);
  /** The states of a block as they are found, each of which is then looked at in turn. */
  const found = new Int32Array(n);
  const seen = new Uint8Array(n);
  const blocks: Block[] = [];
  for (let root = 0; root < n; root++) {
    if (seen[root] || whole.rowStart[root] === whole.rowStart[root + 1]) continue;
    let size = 0;
    found[size++] = root;
    seen[root] = 1;
    for (let i = 0; i < size; i++) {
      const f = found[i]!;
      for (let k = whole.rowStart[f]!; k < whole.rowStart[f + 1]!; k++) {
        const g = whole.neighbour[k]!;
        if (!seen[g]) {
          seen[g] = 1;
          found[size++] = g;
        }
      }
    }
    if (size === n) return [{ states: found.map((_, f) => f), graph: whole }];
    const states = found.slice(0, size).sort();
    states.forEach((f, index) => (local[f] = index));
    blocks.push({ states, graph: extract(whole, states, local) });
  }
  return blocks;
}

/** The rows of `states` with local indices; `states` is closed under neighbours. */
function extract(whole: NeighbourGraph, states: Int32Array, local: Int32Array): NeighbourGraph {
  const n = states.length;
  const rowStart = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    const f = states[i]!;
    rowStart[i + 1] = rowStart[i]! + whole.rowStart[f + 1]! - whole.rowStart[f]!;
  }
  const size = rowStart[n]!;
  const neighbour = new Int32Array(size);
  const out = new Float64Array(size);
  const back = new Float64Array(size);
  const mirror = new Int32Array(size);
  for (let i = 0; i < n; i++) {
    const from = whole.rowStart[states[i]!]!;
    const to = rowStart[i]!;
    for (let k = 0; k < rowStart[i + 1]! - to; k++) {
      const g = local[whole.neighbour[from + k]!]!;
      neighbour[to + k] = g;
      out[to + k] = whole.out[from + k]!;
      back[to + k] = whole.back[from + k]!;
      mirror[to + k] = whole.mirror[from + k]! - whole.rowStart[states[g]!]! + rowStart[g]!;
    }
  }
  return { states: n, rowStart, neighbour, out, back, mirror };
}
