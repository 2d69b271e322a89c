/** Which cycles the exact conditional test moves along: short ones through every pair, and now and then any. */
import type { ExactNetwork } from './exact-network';
import type { WordStream } from './word-stream';

/** Shortest cycles kept of those through one pair. */
const variants = 8;

/** Arcs that are looked at in all for cycles of more than three states; about half a second. */
const workLimit = 3e7;
/** Arcs of all cycles that are kept. */
const sizeLimit = 4e6;

export interface CycleList {
  /** Groups of cycles: group i has those numbered first[i] to first[i + 1] - 1. */
  first: Int32Array;
  /** Cycle c is arcs[start[c]] to arcs[start[c + 1] - 1], each leading to the start of the next. */
  start: Int32Array;
  arcs: Int32Array;
}

/**
 * Up to eight of the shortest cycles through every pair, a group a pair, in random order; null where it
 * takes too long to find them. Pairs in a row along states with no other pair lie on the same cycles, and
 * have one group together.
 */
export function shortCycles(network: ExactNetwork, random: WordStream): CycleList | null {
  const { states, start, arc, head } = network;
  const pairs = onePairEach(network);
  for (let i = pairs.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [pairs[i], pairs[j]] = [pairs[j]!, pairs[i]!];
  }
  const list = { first: [0], start: [0], arcs: [] as number[] };
  const keep = (cycle: number[]) => {
    for (const a of cycle) list.arcs.push(a);
    list.start.push(list.arcs.length);
  };
  /** The arc from a neighbour of g to g. */
  const toEnd = new Int32Array(states).fill(-1);
  const distance = new Int32Array(states).fill(-1);
  const queue = new Int32Array(states);
  let work = 0;

  /** Distances to g without the pair of `closing`, up to that of f. Returns how many states have one. */
  const search = (closing: number, f: number, g: number): number => {
    let size = 1;
    queue[0] = g;
    distance[g] = 0;
    for (let at = 0; at < size; at++) {
      const u = queue[at]!;
      if (distance[f]! >= 0 && distance[u]! >= distance[f]!) break;
      for (let k = start[u]!; k < start[u + 1]!; k++) {
        const v = head[arc[k]!]!;
        if (distance[v]! >= 0 || arc[k]! >> 1 === closing >> 1) continue;
        distance[v] = distance[u]! + 1;
        queue[size++] = v;
      }
      work += start[u + 1]! - start[u]!;
    }
    return size;
  };

  /** Walks from f down the distances, any way with the same chance; whether there was a choice. */
  const descend = (closing: number, f: number, g: number): boolean => {
    const cycle = [closing];
    let choice = false;
    for (let u = f; u !== g;) {
      let ways = 0;
      let taken = -1;
      for (let k = start[u]!; k < start[u + 1]!; k++) {
        const a = arc[k]!;
        if (a >> 1 === closing >> 1 || distance[head[a]!] !== distance[u]! - 1) continue;
        if (random.below(++ways) === 0) taken = a;
      }
      choice ||= ways > 1;
      cycle.push(taken);
      u = head[taken]!;
    }
    keep(cycle);
    return choice;
  };

  for (const e of pairs) {
    // The cycle goes g -> f along the pair, and back to g another way.
    const closing = 2 * e + 1;
    const [f, g] = [head[closing]!, head[closing ^ 1]!];
    for (let k = start[g]!; k < start[g + 1]!; k++) toEnd[head[arc[k]!]!] = arc[k]! ^ 1;
    const third: number[] = [];
    for (let k = start[f]!; k < start[f + 1]!; k++) {
      const a = arc[k]!;
      if (head[a] !== g && toEnd[head[a]!]! >= 0) third.push(a);
    }
    for (let i = 0; i < Math.min(variants, third.length); i++) {
      const j = i + random.below(third.length - i);
      [third[i], third[j]] = [third[j]!, third[i]!];
      keep([closing, third[i]!, toEnd[head[third[i]!]!]!]);
    }
    for (let k = start[g]!; k < start[g + 1]!; k++) toEnd[head[arc[k]!]!] = -1;
    if (third.length === 0) {
      const reached = search(closing, f, g);
      for (let i = 0; i < variants && descend(closing, f, g); i++);
      for (let i = 0; i < reached; i++) distance[queue[i]!] = -1;
    }
    list.first.push(list.start.length - 1);
    if (work > workLimit || list.arcs.length > sizeLimit) return null;
  }
  return {
    first: Int32Array.from(list.first),
    start: Int32Array.from(list.start),
    arcs: Int32Array.from(list.arcs),
  };
}

/** Of the pairs in a row along states that have two pairs, one; and every other pair. */
function onePairEach({ pairs, start, arc, head }: ExactNetwork): number[] {
  const seen = new Uint8Array(pairs);
  const chosen: number[] = [];
  for (let e = 0; e < pairs; e++) {
    if (seen[e]) continue;
    chosen.push(e);
    for (const side of [2 * e, 2 * e + 1]) {
      for (let a = side; ;) {
        seen[a >> 1] = 1;
        const f = head[a]!;
        const from = start[f]!;
        if (start[f + 1]! - from !== 2) break;
        a = arc[from]! >> 1 === a >> 1 ? arc[from + 1]! : arc[from]!;
        if (seen[a >> 1]) break; // round a whole ring
      }
    }
  }
  return chosen;
}

/** Simple cycles by a random walk that never turns round: any cycle has a chance, which the counts do not change. */
export class RandomCycles {
  /** The arcs of the last one. */
  readonly cycle: Int32Array;
  /** Where on the walk a state was left; -1: not yet. */
  private readonly at: Int32Array;

  constructor(
    private readonly network: ExactNetwork,
    private readonly random: WordStream,
  ) {
    this.cycle = new Int32Array(network.states + 1);
    this.at = new Int32Array(network.states).fill(-1);
  }

  /**
   * Walks from a random arc until a state is met again: the loop closed there. Every state of the network
   * has two pairs or more, so that there is always a way on. Returns the length.
   */
  draw(): number {
    const { cycle, at, random } = this;
    const { pairs, start, arc, head } = this.network;
    let a = random.below(2 * pairs);
    cycle[0] = a;
    at[head[a ^ 1]!] = 0;
    let length = 1;
    let f = head[a]!;
    while (at[f]! < 0) {
      at[f] = length;
      const from = start[f]!;
      const ways = start[f + 1]! - from - 1;
      const k = from + random.below(ways);
      a = arc[k] === (a ^ 1) ? arc[from + ways]! : arc[k]!;
      cycle[length++] = a;
      f = head[a]!;
    }
    const first = at[f]!;
    for (let i = 0; i < length; i++) at[head[cycle[i]! ^ 1]!] = -1;
    cycle.copyWithin(0, first, length);
    return length - first;
  }
}
