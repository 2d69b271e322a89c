/** A graph that loses its states one by one and gains the edges that this leaves (fill). */
import { grown } from './grown';
import type { NeighbourGraph } from './neighbour-graph';

/** The pattern of a graph. */
export type Pattern = Pick<NeighbourGraph, 'states' | 'rowStart' | 'neighbour'>;

/** A graph with its fill as linked lists; edge e is the two list entries 2 e and 2 e + 1. */
export class FillGraph {
  /** Entry 2 e lies in the list of the second state of edge e, and names the first; 2 e + 1 the other way. */
  to: Int32Array;
  edges = 0;
  /** List entries looked at so far, and fills. */
  work = 0;
  /** Of the state gathered last: its neighbours, the edges to them, and what its end changes of their degrees. */
  member: Int32Array;
  memberEdge: Int32Array;
  change: Int32Array;

  private readonly head: Int32Array;
  private next: Int32Array;
  /** Position among the members, from 1; 0 elsewhere, -1 for states that are gone. */
  private readonly position: Int32Array;
  /** Length of a list, entries that lead to eliminated states included. */
  private readonly length: Int32Array;

  constructor({ states, rowStart, neighbour }: Pattern) {
    this.head = new Int32Array(states).fill(-1);
    this.length = new Int32Array(states);
    this.position = new Int32Array(states);
    this.member = new Int32Array(states);
    this.memberEdge = new Int32Array(states);
    this.change = new Int32Array(states);
    this.next = new Int32Array(Math.max(16, 3 * neighbour.length));
    this.to = new Int32Array(this.next.length);
    for (let f = 0; f < states; f++) {
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
        if (neighbour[k]! > f) this.add(f, neighbour[k]!);
      }
    }
  }

  private add(a: number, b: number): number {
    const e = this.edges++;
    const slot = 2 * e;
    if (slot + 2 > this.next.length) {
      this.next = grown(this.next, Int32Array);
      this.to = grown(this.to, Int32Array);
    }
    this.to[slot] = a;
    this.next[slot] = this.head[b]!;
    this.head[b] = slot;
    this.to[slot + 1] = b;
    this.next[slot + 1] = this.head[a]!;
    this.head[a] = slot + 1;
    this.length[a]!++;
    this.length[b]!++;
    return e;
  }

  /** Fills `member` and `memberEdge` with the remaining neighbours of v and returns their number. */
  gather(v: number): number {
    let count = 0;
    for (let slot = this.head[v]!; slot >= 0; slot = this.next[slot]!) {
      this.work++;
      const g = this.to[slot]!;
      if (this.position[g]! < 0) continue;
      this.member[count] = g;
      this.memberEdge[count++] = slot >> 1;
    }
    return count;
  }

  /**
   * Takes out v, whose neighbours were gathered: the edge of every two of them, added where there was
   * none, goes to `target` from `at` on. Returns the end there.
   */
  eliminate(v: number, count: number, target: Int32Array, at: number): number {
    const { member, change, position } = this;
    position[v] = -1;
    // Loops, not fill: the ranges are short.
    for (let i = 0; i < count; i++) change[i] = -1;
    if (count < 2) return at;
    for (let i = 0; i < count; i++) position[member[i]!] = i + 1;
    // The longest list need not be read: what is in it is in the others.
    let longest = 0;
    for (let i = 1; i < count; i++)
      if (this.length[member[i]!]! > this.length[member[longest]!]!) longest = i;
    const start = at;
    const fills = (count * (count - 1)) / 2;
    for (let k = start; k < start + fills; k++) target[k] = -1;
    for (let i = 0; i < count; i++)
      if (i !== longest) this.readList(i, longest, count, target, start);
    at = start;
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++, at++) {
        if (target[at]! >= 0) continue;
        target[at] = this.add(member[i]!, member[j]!);
        change[i]!++;
        change[j]!++;
      }
    }
    this.work += fills;
    for (let i = 0; i < count; i++) position[member[i]!] = 0;
    return at;
  }

  /** Notes the edges from member i to later members (and to the one with the longest list); drops dead entries. */
  private readList(
    i: number,
    longest: number,
    count: number,
    target: Int32Array,
    start: number,
  ): void {
    const { to, next, position, head } = this;
    const own = this.member[i]!;
    let before = -1;
    let read = 0;
    let kept = 0;
    for (let slot = head[own]!; slot >= 0; slot = next[slot]!) {
      read++;
      const g = to[slot]!;
      const j = position[g]! - 1;
      if (j < -1) {
        if (before < 0) head[own] = next[slot]!;
        else next[before] = next[slot]!;
        continue;
      }
      before = slot;
      kept++;
      if (j < 0) continue;
      if (j > i) target[start + pairIndex(i, j, count)] = slot >> 1;
      else if (j === longest) target[start + pairIndex(j, i, count)] = slot >> 1;
    }
    this.length[own] = kept;
    this.work += read;
  }
}

/** Number of (i, j), i < j < count, in the order (0, 1), (0, 2), ... */
function pairIndex(i: number, j: number, count: number): number {
  return ((i * (2 * count - i - 1)) >> 1) + j - i - 1;
}
