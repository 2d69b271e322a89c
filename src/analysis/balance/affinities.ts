/** Cycles of any length along which the counts are furthest from a potential (method.md 5.6). */
import type { CountGraph } from '../../transitions/types';
import { forwardLists, forEachTriangle, triangleWork, type ForwardLists } from './forward-lists';
import { findEdge } from '../graph/find-edge';
import type { CycleAffinity, FlaggedPair } from '../result';
import { shortestCycles } from './shortest-cycles';
import { meeting, spanningForest, type SpanningForest } from './spanning-forest';

/** Length of the list. */
const listed = 10;
/** Pairs of neighbours looked at for triangles before they are left out; about a second of work. */
const workLimit = 2e8;
/** A cycle of more states is left out: nobody reads it. */
const longest = 1000;

/** State indices round a cycle, with |affinity| / sigma to rank it by. */
interface Candidate {
  score: number;
  states: () => number[];
}

/**
 * The ten cycles of largest |affinity| / sigma among these, over pairs with both counts >= `minimum`:
 * - all triangles (left out of very dense graphs, beyond 2e8 steps of work);
 * - for every pair that is not on the spanning forest of smallest variances, the cycle that it closes
 *   with the forest; together they span all cycles, so if every affinity of them is 0 all are;
 * - for each pair that stands out in 5.6, the cycle of fewest states through it, and of smallest
 *   variance among these.
 * No more is claimed: there are too many cycles to go through, and to find the best of all is NP-hard.
 * The affinity is sum ln(N_fg / N_gf) round the cycle in nats, sigma^2 the sum of 1 / N over both
 * directions of its pairs. Each cycle goes the way in which its affinity is positive, from the state
 * whose name comes first. As the largest of many, |affinity| / sigma is no p-value. Cycles of more
 * than 1,000 states are left out. O(p log p) for p pairs, and the triangles.
 */
export function largestAffinities(
  graph: CountGraph,
  minimum: number,
  flagged: readonly FlaggedPair[] = [],
): CycleAffinity[] {
  const lists = forwardLists(graph, minimum);
  const rank = rankOf(graph.names);
  const best: Candidate[] = [];
  triangles(lists, best);
  chords(lists, spanningForest(lists, rank), best);
  const found = best.map(({ states }) => states());
  if (flagged.length > 0) {
    const index = new Map(graph.names.map((name, f) => [name, f]));
    const pairs = flagged.map(({ states }) => states.map((name) => index.get(name)!));
    found.push(...shortestCycles(lists, pairs as [number, number][], longest));
  }
  const cycles = new Map<string, Cycle>();
  for (const states of found) {
    const cycle = canonical(graph, rank, states);
    cycles.set(cycle.states.join(), cycle);
  }
  return [...cycles.values()]
    .sort((a, b) => compare(a, b, rank))
    .slice(0, listed)
    .map(({ states, affinity, sigma }) => ({
      states: states.map((f) => graph.names[f]!),
      affinity,
      sigma,
    }));
}

/** n: position of each name in the order of their code units. */
function rankOf(names: readonly string[]): Int32Array {
  const sorted = names.map((_, f) => f).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const rank = new Int32Array(names.length);
  sorted.forEach((f, position) => (rank[f] = position));
  return rank;
}

/** Candidates kept: two may be one cycle, a triangle and that of a chord. */
const kept = 2 * listed;

function worth(best: Candidate[], score: number): boolean {
  return best.length < kept || score > best[kept - 1]!.score;
}

/** Adds a candidate that is worth it, highest score first. */
function keep(best: Candidate[], score: number, states: () => number[]): void {
  let at = best.length;
  while (at > 0 && best[at - 1]!.score < score) at--;
  best.splice(at, 0, { score, states });
  if (best.length > kept) best.pop();
}

function triangles(lists: ForwardLists, best: Candidate[]): void {
  if (triangleWork(lists) > workLimit) return;
  const { source, target, logRatio, variance } = lists;
  forEachTriangle(lists, (uv, vw, uw) => {
    const affinity = logRatio[uv]! + logRatio[vw]! - logRatio[uw]!;
    const square = variance[uv]! + variance[vw]! + variance[uw]!;
    const score = Math.abs(affinity) / Math.sqrt(square);
    if (worth(best, score)) keep(best, score, () => [source[uv]!, target[uv]!, target[vw]!]);
  });
}

/** The cycle that each pair outside the forest closes with it. */
function chords(lists: ForwardLists, forest: SpanningForest, best: Candidate[]): void {
  const { source, target, logRatio, variance } = lists;
  const { parent, pair, depth, order, inside } = forest;
  /** Sums along the path from a state to its root. */
  const ratioUp = new Float64Array(parent.length);
  const varianceUp = new Float64Array(parent.length);
  for (const f of order) {
    const k = pair[f]!;
    if (k < 0) continue;
    ratioUp[f] = ratioUp[parent[f]!]! + (source[k] === f ? logRatio[k]! : -logRatio[k]!);
    varianceUp[f] = varianceUp[parent[f]!]! + variance[k]!;
  }
  for (let k = 0; k < target.length; k++) {
    if (inside[k]) continue;
    const f = source[k]!;
    const g = target[k]!;
    const top = meeting(forest, f, g);
    if (depth[f]! + depth[g]! - 2 * depth[top]! + 1 > longest) continue;
    const affinity = logRatio[k]! + ratioUp[g]! - ratioUp[f]!;
    const square = variance[k]! + varianceUp[f]! + varianceUp[g]! - 2 * varianceUp[top]!;
    const score = Math.abs(affinity) / Math.sqrt(square);
    if (!worth(best, score)) continue;
    keep(best, score, () => [...upTo(parent, f, top), top, ...upTo(parent, g, top).reverse()]);
  }
}

/** The states from f up to `top`, without it. */
function upTo(parent: Int32Array, f: number, top: number): number[] {
  const states: number[] = [];
  for (; f !== top; f = parent[f]!) states.push(f);
  return states;
}

interface Cycle {
  states: number[];
  affinity: number;
  sigma: number;
}

/** From the state that comes first, the way of positive affinity (of the earlier second state at 0). */
function canonical(graph: CountGraph, rank: Int32Array, states: number[]): Cycle {
  const length = states.length;
  let first = 0;
  for (let i = 1; i < length; i++) if (rank[states[i]!]! < rank[states[first]!]!) first = i;
  const turned = Array.from({ length }, (_, i) => states[(first + i) % length]!);
  let affinity = 0;
  let square = 0;
  turned.forEach((f, i) => {
    const g = turned[(i + 1) % length]!;
    const out = graph.count[findEdge(graph, f, g)]!;
    const back = graph.count[findEdge(graph, g, f)]!;
    affinity += Math.log(out / back);
    square += 1 / out + 1 / back;
  });
  const backwards =
    affinity < 0 || (affinity === 0 && rank[turned[1]!]! > rank[turned[length - 1]!]!);
  return {
    states: backwards ? [turned[0]!, ...turned.slice(1).reverse()] : turned,
    affinity: Math.abs(affinity),
    sigma: Math.sqrt(square),
  };
}

/** Largest in standard errors first, then the shorter, then by the names. */
function compare(a: Cycle, b: Cycle, rank: Int32Array): number {
  const byScore = b.affinity / b.sigma - a.affinity / a.sigma;
  if (byScore !== 0 || a.states.length !== b.states.length)
    return byScore || a.states.length - b.states.length;
  const differ = a.states.findIndex((f, i) => f !== b.states[i]);
  return differ < 0 ? 0 : rank[a.states[differ]!]! - rank[b.states[differ]!]!;
}
