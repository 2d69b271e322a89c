/**
 * Which states of a weighted graph Laplacian are eliminated in which round: worked out once a graph
 * on the host, carried out on the device at every Newton step (shaders/laplacian/factor.wgsl).
 */
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';

/** Symbolic elimination; states by their index in the graph. Slots 0..pairs-1 are the graph's pairs. */
export interface Elimination {
  pairs: number;
  /** Pairs and the new ones that elimination fills in. */
  slots: number;
  /** 2 x pairs: slot of each entry of the graph. */
  slotOf: Int32Array;
  /** Eliminated states, round by round. */
  order: number[];
  /** Per eliminated state: its neighbours then, and the slots to them. */
  stars: { neighbour: number[]; slot: number[] }[];
  rounds: EliminationRound[];
  /** What is left: per state a map from neighbour to slot (empty where eliminated). */
  live: Map<number, number>[];
  /** States that are left, roots (without a neighbour) included. */
  left: number[];
  /** Weight of every slot when it was last touched, from the given weights. */
  weight: number[];
}

export interface EliminationRound {
  /** First record of the round in `order`. */
  first: number;
  count: number;
  /** Changed slots, each with its terms (slot, slot, record). */
  fills: Map<number, number[]>;
  /** States that receive right-hand sides, each with its terms (eliminated state, slot). */
  gathers: Map<number, number[]>;
}

/** States of at most this degree are eliminated, where that does not fill in too much. */
const LARGEST_DEGREE = 12;
/** New pairs allowed above those that go: what a state costs an inner iteration, in pairs. */
const FILL_ALLOWED = 3;
/** A round must remove this share of the states left, or the next larger degree is tried. */
const WORTH_A_ROUND = 0.04;
/** A core of this size or less is solved densely: only states that fill nothing in are removed then. */
export const DENSE_CORE = 128;

/**
 * Rounds of independent states of low degree: a chain, a tree or a ring shrinks by about half a round
 * until one root a component is left; a ladder or a strip with some fill; a random graph keeps a core.
 */
export function planElimination(graph: NeighbourGraph, weights: Float64Array): Elimination {
  const n = graph.states;
  const plan = start(graph, weights);
  const blocked = new Int32Array(n).fill(-1);
  let connected = 0;
  for (const map of plan.live) if (map.size > 0) connected++;
  for (let round = 0; connected > 0; round++) {
    let chosen: number[] = [];
    let wave = 0;
    for (let degree = 2; degree <= LARGEST_DEGREE; degree += 2) {
      if (degree > 2 && connected <= DENSE_CORE) break;
      chosen = independent(plan, degree, blocked, round * LARGEST_DEGREE + wave++);
      if (chosen.length >= WORTH_A_ROUND * connected) break;
    }
    if (chosen.length === 0 || chosen.length < WORTH_A_ROUND * connected) break;
    eliminate(plan, chosen);
    connected = 0;
    for (const f of plan.left) if (plan.live[f]!.size > 0) connected++;
  }
  return plan;
}

function start(graph: NeighbourGraph, weights: Float64Array): Elimination {
  const n = graph.states;
  const slotOf = new Int32Array(graph.neighbour.length);
  const live = Array.from({ length: n }, () => new Map<number, number>());
  const weight: number[] = [];
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      const slot = weight.length;
      weight.push(weights[k]!);
      slotOf[k] = slot;
      slotOf[graph.mirror[k]!] = slot;
      live[f]!.set(g, slot);
      live[g]!.set(f, slot);
    }
  }
  const pairs = weight.length;
  const left = Array.from({ length: n }, (_, f) => f);
  return { pairs, slots: pairs, slotOf, order: [], stars: [], rounds: [], live, left, weight };
}

/** States of degree 1..limit, lowest degree first, no two of them neighbours. */
function independent(
  plan: Elimination,
  limit: number,
  blocked: Int32Array,
  stamp: number,
): number[] {
  const byDegree: number[][] = Array.from({ length: limit + 1 }, () => []);
  for (const f of plan.left) {
    const degree = plan.live[f]!.size;
    if (degree > 0 && degree <= limit) byDegree[degree]!.push(f);
  }
  const chosen: number[] = [];
  for (const group of byDegree) {
    for (const f of group) {
      if (blocked[f] === stamp || !worthwhile(plan.live, f)) continue;
      chosen.push(f);
      for (const g of plan.live[f]!.keys()) blocked[g] = stamp;
    }
  }
  return chosen;
}

/** True where removing f fills in hardly more pairs than it takes away. */
function worthwhile(live: Map<number, number>[], f: number): boolean {
  const neighbour = [...live[f]!.keys()];
  if (neighbour.length <= 2) return true;
  let fresh = 0;
  neighbour.forEach((g, i) => {
    for (let j = 0; j < i; j++) if (!live[g]!.has(neighbour[j]!)) fresh++;
  });
  return fresh <= neighbour.length + FILL_ALLOWED;
}

/** Removes the chosen states and records what the device must do for it. */
function eliminate(plan: Elimination, chosen: number[]): void {
  const { live, weight } = plan;
  const fills = new Map<number, number[]>();
  const gathers = new Map<number, number[]>();
  plan.rounds.push({ first: plan.order.length, count: chosen.length, fills, gathers });
  for (const f of chosen) {
    const record = plan.order.length;
    const neighbour = [...live[f]!.keys()];
    const slot = [...live[f]!.values()];
    plan.order.push(f);
    plan.stars.push({ neighbour, slot });
    const pivot = slot.reduce((sum, s) => sum + weight[s]!, 0);
    neighbour.forEach((g, i) => {
      live[g]!.delete(f);
      push(gathers, g, f, slot[i]!);
      for (let j = 0; j < i; j++) {
        const h = neighbour[j]!;
        let between = live[g]!.get(h);
        if (between === undefined) {
          between = plan.slots++;
          weight.push(0);
          live[g]!.set(h, between);
          live[h]!.set(g, between);
        }
        weight[between]! += (weight[slot[i]!]! * weight[slot[j]!]!) / pivot;
        push(fills, between, slot[i]!, slot[j]!, record);
      }
    });
    live[f] = new Map();
  }
  const gone = new Set(chosen);
  plan.left = plan.left.filter((f) => !gone.has(f));
}

function push(lists: Map<number, number[]>, key: number, ...values: number[]): void {
  const list = lists.get(key);
  if (list) list.push(...values);
  else lists.set(key, values);
}
