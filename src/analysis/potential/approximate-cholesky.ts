/** Approximate Cholesky factorisation of a weighted graph Laplacian: exact on trees, chains and rings. */
import { DegreeQueue } from '../graph/degree-queue';
import { grown } from '../graph/grown';

/** Edges of the graph: rows of neighbours, every pair in both rows with the same weight >= 0. */
export interface WeightedRows {
  states: number;
  rowStart: Int32Array;
  neighbour: Int32Array;
}

/**
 * The factor: states in the order they were eliminated; for each, the fractions f of its remaining
 * weight that go to its neighbours, the last entry being 1.
 */
export interface ApproximateFactor {
  order: Int32Array;
  columnStart: Int32Array;
  row: Int32Array;
  fraction: Float64Array;
  /** Pivot of each state; 0 for the last state of a connected part. */
  pivot: Float64Array;
}

/** A small deterministic generator (mulberry32): it picks which fill edges to keep, no more. */
function sampler(): () => number {
  let state = 0x9e3779b9 | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Multi-edges as linked lists in growable arrays. */
class EdgeLists {
  head: Int32Array;
  next: Int32Array;
  to: Int32Array;
  weight: Float64Array;
  size = 0;

  constructor(states: number, capacity: number) {
    this.head = new Int32Array(states).fill(-1);
    this.next = new Int32Array(capacity);
    this.to = new Int32Array(capacity);
    this.weight = new Float64Array(capacity);
  }

  add(from: number, to: number, weight: number): void {
    if (this.size === this.next.length) {
      this.next = grown(this.next, Int32Array);
      this.to = grown(this.to, Int32Array);
      this.weight = grown(this.weight, Float64Array);
    }
    this.next[this.size] = this.head[from]!;
    this.to[this.size] = to;
    this.weight[this.size] = weight;
    this.head[from] = this.size++;
  }
}

/**
 * Eliminates the states in order of (approximately) least degree. Eliminating a state of degree d
 * would add d (d - 1) / 2 edges; d - 1 of them are sampled so that the factor is right on average
 * and never larger than the graph (Kyng and Sachdeva 2016; Gao, Kyng and Spielman 2023). Degrees 1
 * and 2 are exact. Only positive numbers are added and multiplied, so no accuracy is lost.
 * `weights` has one entry per row entry; entries of 0 are no edges. Near-linear time.
 */
export function approximateFactor(rows: WeightedRows, weights: Float64Array): ApproximateFactor {
  const n = rows.states;
  const edges = new EdgeLists(n, Math.max(16, weights.length * 2));
  const degree = new Int32Array(n);
  for (let f = 0; f < n; f++) {
    for (let k = rows.rowStart[f]!; k < rows.rowStart[f + 1]!; k++) {
      if (!(weights[k]! > 0)) continue;
      edges.add(f, rows.neighbour[k]!, weights[k]!);
      degree[f]!++;
    }
  }
  const random = sampler();
  const queue = new DegreeQueue(degree);
  const eliminated = new Uint8Array(n);
  const order = new Int32Array(n);
  const columnStart = new Int32Array(n + 1);
  const pivot = new Float64Array(n);
  let row = new Int32Array(Math.max(16, weights.length));
  let fraction = new Float64Array(row.length);
  let size = 0;
  const summed = new Float64Array(n);
  const cumulative = new Float64Array(n + 1);

  for (let step = 0; step < n; step++) {
    const v = queue.pop();
    eliminated[v] = 1;
    order[step] = v;
    columnStart[step] = size;
    // Live neighbours with their multi-edges merged.
    const live: number[] = [];
    for (let e = edges.head[v]!; e >= 0; e = edges.next[e]!) {
      const g = edges.to[e]!;
      if (eliminated[g]) continue;
      if (summed[g] === 0) live.push(g);
      summed[g]! += edges.weight[e]!;
      queue.change(g, -1);
    }
    if (live.length > 1) live.sort((a, b) => summed[a]! - summed[b]! || a - b);
    const count = live.length;
    if (size + count > row.length) {
      row = grown(row, Int32Array);
      fraction = grown(fraction, Float64Array);
      while (size + count > row.length) {
        row = grown(row, Int32Array);
        fraction = grown(fraction, Float64Array);
      }
    }
    // tail[i] = weight of the neighbours from i on.
    cumulative[count] = 0;
    for (let i = count - 1; i >= 0; i--) cumulative[i] = cumulative[i + 1]! + summed[live[i]!]!;
    let scale = 1;
    let total = cumulative[0]!;
    for (let i = 0; i < count - 1; i++) {
      const g = live[i]!;
      const w = summed[g]! * scale;
      const f = w / total;
      const keep = cumulative[i + 1]! / cumulative[i]!;
      // Partner drawn among the heavier neighbours in proportion to weight.
      const aim = random() * cumulative[i + 1]!;
      let low = i + 1;
      let high = count - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (cumulative[middle]! > aim) low = middle;
        else high = middle - 1;
      }
      const h = live[low]!;
      const fill = w * keep;
      if (fill > 0) {
        edges.add(g, h, fill);
        edges.add(h, g, fill);
        queue.change(g, 1);
        queue.change(h, 1);
      }
      row[size] = g;
      fraction[size++] = f;
      scale *= keep;
      total *= keep * keep;
    }
    if (count > 0) {
      const g = live[count - 1]!;
      row[size] = g;
      fraction[size++] = 1;
      pivot[v] = summed[g]! * scale;
    }
    for (const g of live) summed[g] = 0;
  }
  columnStart[n] = size;
  return { order, columnStart, row: row.slice(0, size), fraction: fraction.slice(0, size), pivot };
}

/** x = M^-1 b in place, M the factor's matrix; the constant of each connected part is arbitrary. */
export function applyApproximate(factor: ApproximateFactor, x: Float64Array): void {
  const { order, columnStart, row, fraction, pivot } = factor;
  const n = order.length;
  for (let step = 0; step < n; step++) {
    const v = order[step]!;
    const last = columnStart[step + 1]! - 1;
    let own = x[v]!;
    for (let k = columnStart[step]!; k < last; k++) {
      const share = fraction[k]! * own;
      x[row[k]!]! += share;
      own -= share;
    }
    if (last >= columnStart[step]!) x[row[last]!]! += own;
    x[v] = own;
  }
  for (let v = 0; v < n; v++) x[v] = pivot[v]! > 0 ? x[v]! / pivot[v]! : 0;
  for (let step = n - 1; step >= 0; step--) {
    const v = order[step]!;
    const last = columnStart[step + 1]! - 1;
    if (last < columnStart[step]!) continue;
    let own = x[v]! + x[row[last]!]!;
    for (let k = last - 1; k >= columnStart[step]!; k--) {
      own += fraction[k]! * (x[row[k]!]! - own);
    }
    x[v] = own;
  }
}
