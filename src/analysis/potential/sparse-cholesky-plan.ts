/** Symbolic analysis for the sparse Cholesky factor: which states to eliminate, in which order, what each changes. */
import { DegreeQueue } from '../graph/degree-queue';
import { FillGraph, type Pattern } from './fill-graph';
import { grown } from '../graph/grown';

/**
 * The elimination of one pattern, for any weights on it. States are renumbered: place 0 is eliminated
 * first, the places from `eliminated` on are the core, which is not eliminated. An entry is a pair of
 * the graph after fill: first those of the columns, one column a place, then those of the core.
 */
export interface EliminationPlan {
  states: number;
  /** States of the places. */
  order: Int32Array;
  /** Places of the states. */
  place: Int32Array;
  /** Places eliminated exactly; all but at most one where the factorisation is complete. */
  eliminated: number;
  /** `eliminated` + 1 offsets of the columns' entries. */
  columnStart: Int32Array;
  /** Higher place of every column entry. */
  row: Int32Array;
  /**
   * Entries that eliminating a place adds to, place by place: for its entries i < j, in this order,
   * the entry of the pair of their rows.
   */
  target: Int32Array;
  /** Pairs of the graph, row by row: lower and higher state, position in the rows, entry. */
  first: Int32Array;
  second: Int32Array;
  source: Int32Array;
  entry: Int32Array;
  /** The core's rows, places counted from 0, and the entry of every neighbour. */
  core: { states: number; rowStart: Int32Array; neighbour: Int32Array; entry: Int32Array };
  /** Entries in all. */
  entries: number;
}

/** States with at most this many neighbours are eliminated in any case: the fill is no more than what goes. */
const cheapDegree = 3;

/** Work (list entries looked at, fills) that a complete factorisation may take: a pair of the graph, in a small graph beside, in all. */
const workPerPair = 40;
const smallWork = 2e5;
const mostWork = 4e7;

/**
 * Least degree first on the graph with its fill. Complete where the work stays within a limit in
 * proportion to the pairs; else only states of at most three neighbours go, and the rest is the core.
 */
export function eliminationPlan(pattern: Pattern): EliminationPlan {
  const { states: n, rowStart, neighbour } = pattern;
  const pairs = neighbour.length / 2;
  const graph = new FillGraph(pattern);
  const degree = new Int32Array(n);
  for (let f = 0; f < n; f++) degree[f] = rowStart[f + 1]! - rowStart[f]!;
  const queue = new DegreeQueue(degree);
  const columnStart = new Int32Array(n + 1);
  const order = new Int32Array(n);
  let row = new Int32Array(Math.max(16, 2 * pairs));
  let columnEdge = new Int32Array(row.length);
  let target = new Int32Array(Math.max(16, 4 * pairs));
  let size = 0;
  let targets = 0;
  /** Where the cheap part ended. */
  let cheap: { step: number; size: number; targets: number; edges: number } | null = null;
  const allowance = Math.min(mostWork, workPerPair * pairs + smallWork);
  let complete = true;
  let step = 0;
  for (; step < n; step++) {
    const v = queue.pop();
    const count = graph.gather(v);
    if (count > cheapDegree) {
      cheap ??= { step, size, targets, edges: graph.edges };
      // What is left costs about this much if the mean number of neighbours grows no further.
      const mean = (2 * (graph.edges - size)) / (n - step);
      const left = ((n - step) * mean * mean) / 4;
      if (graph.work + left > allowance) {
        complete = false;
        break;
      }
    }
    order[step] = v;
    columnStart[step] = size;
    while (size + count > row.length) {
      row = grown(row, Int32Array);
      columnEdge = grown(columnEdge, Int32Array);
    }
    const fills = (count * (count - 1)) / 2;
    while (targets + fills > target.length) target = grown(target, Int32Array);
    for (let i = 0; i < count; i++) {
      row[size] = graph.member[i]!;
      columnEdge[size++] = graph.memberEdge[i]!;
    }
    targets = graph.eliminate(v, count, target, targets);
    for (let i = 0; i < count; i++) {
      const change = graph.change[i]!;
      if (change !== 0) queue.change(graph.member[i]!, change);
    }
  }
  let edges = graph.edges;
  if (!complete && cheap) ({ step, size, targets, edges } = cheap);
  const eliminated = step;
  columnStart[eliminated] = size;
  const place = new Int32Array(n).fill(-1);
  for (let i = 0; i < eliminated; i++) place[order[i]!] = i;
  for (let f = 0, next = eliminated; f < n; f++) {
    if (place[f]! >= 0) continue;
    place[f] = next;
    order[next++] = f;
  }
  const entryOf = new Int32Array(edges).fill(-1);
  for (let k = 0; k < size; k++) {
    entryOf[columnEdge[k]!] = k;
    row[k] = place[row[k]!]!;
  }
  let entries = size;
  for (let e = 0; e < edges; e++) if (entryOf[e]! < 0) entryOf[e] = entries++;
  for (let t = 0; t < targets; t++) target[t] = entryOf[target[t]! - 1]!;
  return {
    states: n,
    order,
    place,
    eliminated,
    columnStart: columnStart.slice(0, eliminated + 1),
    row: row.slice(0, size),
    target: target.slice(0, targets),
    first: graph.first.slice(0, pairs),
    second: graph.second.slice(0, pairs),
    source: graph.source,
    entry: entryOf.slice(0, pairs),
    core: coreRows(graph, place, entryOf, eliminated, size),
    entries,
  };
}

/** Both rows of every pair of the core. */
function coreRows(
  graph: FillGraph,
  place: Int32Array,
  entryOf: Int32Array,
  eliminated: number,
  columns: number,
): EliminationPlan['core'] {
  const states = place.length - eliminated;
  const rowStart = new Int32Array(states + 1);
  const edges = entryOf.length;
  for (let e = 0; e < edges; e++) {
    if (entryOf[e]! < columns) continue;
    rowStart[place[graph.first[e]!]! - eliminated + 1]!++;
    rowStart[place[graph.second[e]!]! - eliminated + 1]!++;
  }
  for (let f = 0; f < states; f++) rowStart[f + 1]! += rowStart[f]!;
  const next = rowStart.slice(0, states);
  const neighbour = new Int32Array(rowStart[states]!);
  const entry = new Int32Array(neighbour.length);
  for (let e = 0; e < edges; e++) {
    if (entryOf[e]! < columns) continue;
    const a = place[graph.first[e]!]! - eliminated;
    const b = place[graph.second[e]!]! - eliminated;
    const i = next[a]!++;
    neighbour[i] = b;
    entry[i] = entryOf[e]!;
    const j = next[b]!++;
    neighbour[j] = a;
    entry[j] = entryOf[e]!;
  }
  return { states, rowStart, neighbour, entry };
}
