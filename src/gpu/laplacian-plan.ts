/** Everything the device needs to solve Laplacians on one graph, as flat arrays in elimination order. */
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';
import { aggregate, type Aggregation } from './aggregation';
import { planElimination, type Elimination } from './elimination';
import { balancedWeights } from './log-ratio-start';

/** Lists of lists, flat: offsets and entries. */
interface Ragged {
  start: Uint32Array<ArrayBuffer>;
  entry: Uint32Array<ArrayBuffer>;
}

export interface LaplacianPlan {
  states: number;
  pairs: number;
  slots: number;
  /** n: state -> position; core first, then the eliminated in order. */
  position: Int32Array;
  /** The graph with positions for states. */
  graph: NeighbourGraph;
  /** pairs x (f, g) positions, the rates between them, and slots x the weights of the plan. */
  ends: Uint32Array<ArrayBuffer>;
  rates: Float32Array<ArrayBuffer>;
  balanced: Float32Array<ArrayBuffer>;
  coreStates: number;
  /** Core states that have a neighbour left. */
  coreConnected: number;
  /** Core rows: (position, slot). */
  core: Ragged;
  aggregation: Aggregation;
  /** Eliminated states: (position, slot). */
  stars: Ragged;
  fillSlot: Uint32Array<ArrayBuffer>;
  fills: Ragged;
  gatherVertex: Uint32Array<ArrayBuffer>;
  gathers: Ragged;
  /** Per round: ranges of records, fills and gathers. */
  rounds: { first: number; count: number; fill: Range; gather: Range }[];
}

interface Range {
  first: number;
  count: number;
}

/**
 * Plans elimination and aggregation by the weights that the Hessian has under detailed balance. O(m)
 * for the graphs met here.
 */
export function planLaplacian(graph: NeighbourGraph): LaplacianPlan {
  const n = graph.states;
  const weights = balancedWeights(graph);
  const elimination = planElimination(graph, weights);
  const aggregation = aggregate(elimination);
  const position = new Int32Array(n);
  aggregation.core.forEach((f, k) => (position[f] = k));
  const coreStates = aggregation.core.length;
  elimination.order.forEach((f, record) => (position[f] = coreStates + record));
  const core = ragged(
    aggregation.core.map((f) =>
      [...elimination.live[f]!].flatMap(([g, slot]) => [position[g]!, slot]),
    ),
    2,
  );
  return {
    states: n,
    pairs: elimination.pairs,
    slots: elimination.slots,
    position,
    graph: permute(graph, position),
    ...pairArrays(graph, elimination, weights, position),
    coreStates,
    coreConnected: aggregation.core.filter((f) => elimination.live[f]!.size > 0).length,
    core,
    aggregation,
    stars: ragged(
      elimination.stars.map(({ neighbour, slot }) =>
        neighbour.flatMap((g, k) => [position[g]!, slot[k]!]),
      ),
      2,
    ),
    ...roundArrays(elimination, position),
  };
}

function pairArrays(
  graph: NeighbourGraph,
  { pairs, slots, slotOf }: Elimination,
  weights: Float64Array,
  position: Int32Array,
) {
  const balanced = new Float32Array(slots);
  const ends = new Uint32Array(2 * pairs);
  const rates = new Float32Array(2 * pairs);
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      const slot = slotOf[k]!;
      balanced[slot] = weights[k]!;
      ends.set([position[f]!, position[g]!], 2 * slot);
      rates.set([graph.out[k]!, graph.back[k]!], 2 * slot);
    }
  }
  return { ends, rates, balanced };
}

function roundArrays(elimination: Elimination, position: Int32Array) {
  const fillSlot: number[] = [];
  const fillTerms: number[][] = [];
  const gatherVertex: number[] = [];
  const gatherTerms: number[][] = [];
  const rounds = elimination.rounds.map(({ first, count, fills, gathers }) => {
    const fill = { first: fillSlot.length, count: fills.size };
    for (const [slot, terms] of fills) {
      fillSlot.push(slot);
      fillTerms.push(terms);
    }
    const gather = { first: gatherVertex.length, count: gathers.size };
    for (const [f, terms] of gathers) {
      gatherVertex.push(position[f]!);
      gatherTerms.push(terms.map((value, k) => (k % 2 === 0 ? position[value]! : value)));
    }
    return { first, count, fill, gather };
  });
  return {
    rounds,
    fillSlot: Uint32Array.from(fillSlot),
    fills: ragged(fillTerms, 3),
    gatherVertex: Uint32Array.from(gatherVertex),
    gathers: ragged(gatherTerms, 2),
  };
}

/** Lists whose entries have `words` words each; offsets count entries. */
function ragged(lists: number[][], words: number): Ragged {
  const start = new Uint32Array(lists.length + 1);
  lists.forEach((list, k) => (start[k + 1] = start[k]! + list.length / words));
  const entry = new Uint32Array(start[lists.length]! * words);
  let at = 0;
  for (const list of lists) {
    entry.set(list, at);
    at += list.length;
  }
  return { start, entry };
}

/** The same graph with state f called position[f]; rows ascending again. */
export function permute(graph: NeighbourGraph, position: Int32Array): NeighbourGraph {
  const n = graph.states;
  const old = new Int32Array(n);
  position.forEach((p, f) => (old[p] = f));
  const size = graph.neighbour.length;
  const rowStart = new Int32Array(n + 1);
  const source = new Int32Array(size);
  const moved = new Int32Array(size);
  let at = 0;
  for (let p = 0; p < n; p++) {
    const f = old[p]!;
    const row: number[] = [];
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) row.push(k);
    row.sort((a, b) => position[graph.neighbour[a]!]! - position[graph.neighbour[b]!]!);
    for (const k of row) {
      source[at] = k;
      moved[k] = at++;
    }
    rowStart[p + 1] = at;
  }
  return {
    states: n,
    rowStart,
    neighbour: Int32Array.from(source, (k) => position[graph.neighbour[k]!]!),
    out: Float64Array.from(source, (k) => graph.out[k]!),
    back: Float64Array.from(source, (k) => graph.back[k]!),
    mirror: Int32Array.from(source, (k) => moved[graph.mirror[k]!]!),
  };
}
