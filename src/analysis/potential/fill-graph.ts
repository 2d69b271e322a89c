/** A graph that loses its states one by one and gains the edges that this leaves (fill). */
import { grown } from '../graph/grown';
import type { NeighbourGraph } from '../graph/neighbour-graph';

/** The pattern of a graph. */
export type Pattern = Pick<NeighbourGraph, 'states' | 'rowStart' | 'neighbour'>;

/** A new list has room for this many neighbours more than it starts with. */
const spare = 3;

/** A graph with its fill as lists of neighbours, each list in one piece of memory. */
export class FillGraph {
  /** Ends of every edge: those of the pattern come first, in its order, lower state first. */
  first: Int32Array;
  second: Int32Array;
  edges = 0;
  /** Of the pattern's edges: position in the row of the lower state. */
  readonly source: Int32Array;
  /** List entries looked at so far, and fills. */
  work = 0;
  /** Of the state gathered last: its neighbours, the edges to them, and what its end changes of their degrees. */
  readonly member: Int32Array;
  readonly memberEdge: Int32Array;
  readonly change: Int32Array;

  /** Two numbers a list entry: the neighbour and the edge to it. */
  private lists: Int32Array;
  private listsEnd = 0;
  /** Of every state: where its list begins and ends, and where its room ends. */
  private readonly begin: Int32Array;
  private readonly end: Int32Array;
  private readonly limit: Int32Array;
  /** Position among the members, from 1; 0 elsewhere, -1 for states that are gone. */
  private readonly position: Int32Array;

  constructor({ states, rowStart, neighbour }: Pattern) {
    const pairs = neighbour.length / 2;
    this.begin = new Int32Array(states);
    this.end = new Int32Array(states);
    this.limit = new Int32Array(states);
    this.position = new Int32Array(states);
    this.member = new Int32Array(states);
    this.memberEdge = new Int32Array(states);
    this.change = new Int32Array(states);
    this.first = new Int32Array(Math.max(16, 3 * pairs));
    this.second = new Int32Array(this.first.length);
    this.source = new Int32Array(pairs);
    this.lists = new Int32Array(4 * (neighbour.length + spare * states));
    for (let f = 0; f < states; f++) {
      this.begin[f] = this.end[f] = this.listsEnd;
      this.listsEnd += 2 * (rowStart[f + 1]! - rowStart[f]! + spare);
      this.limit[f] = this.listsEnd;
    }
    for (let f = 0; f < states; f++) {
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
        const g = neighbour[k]!;
        if (g <= f) continue;
        this.source[this.edges] = k;
        this.add(f, g);
      }
    }
  }

  private add(a: number, b: number): number {
    const e = this.edges++;
    if (e === this.first.length) {
      this.first = grown(this.first, Int32Array);
      this.second = grown(this.second, Int32Array);
    }
    this.first[e] = a;
    this.second[e] = b;
    this.append(a, b, e);
    this.append(b, a, e);
    return e;
  }

  private append(own: number, g: number, e: number): void {
    if (this.end[own] === this.limit[own]) this.move(own);
    const at = this.end[own]!;
    this.lists[at] = g;
    this.lists[at + 1] = e;
    this.end[own] = at + 2;
  }

  /** The list of a state goes where there is twice the room. */
  private move(own: number): void {
    const begin = this.begin[own]!;
    const end = this.end[own]!;
    const to = this.listsEnd;
    this.listsEnd += 2 * (end - begin);
    while (this.listsEnd > this.lists.length) this.lists = grown(this.lists, Int32Array);
    this.lists.copyWithin(to, begin, end);
    this.begin[own] = to;
    this.end[own] = to + end - begin;
    this.limit[own] = this.listsEnd;
  }

  /**
   * Fills `member` and `memberEdge` with the remaining neighbours of v, the one with the longest list
   * last, and returns their number.
   */
  gather(v: number): number {
    const { lists, position, member, memberEdge, begin } = this;
    const end = this.end[v]!;
    let count = 0;
    let longest = 0;
    let most = -1;
    for (let k = begin[v]!; k < end; k += 2) {
      const g = lists[k]!;
      if (position[g]! < 0) continue;
      const length = this.end[g]! - begin[g]!;
      if (length > most) {
        most = length;
        longest = count;
      }
      member[count] = g;
      memberEdge[count++] = lists[k + 1]!;
    }
    this.work += (end - begin[v]!) >> 1;
    if (count > 0) {
      const [g, e] = [member[longest]!, memberEdge[longest]!];
      member[longest] = member[count - 1]!;
      memberEdge[longest] = memberEdge[count - 1]!;
      member[count - 1] = g;
      memberEdge[count - 1] = e;
    }
    return count;
  }

  /**
   * Takes out v, whose neighbours were gathered: 1 + the edge of every two of them, added where there
   * was none, goes to `target` from `at` on, where zeros are. Returns the end there.
   */
  eliminate(v: number, count: number, target: Int32Array, at: number): number {
    const { member, change, position } = this;
    position[v] = -1;
    // Loops, not fill: the ranges are short.
    for (let i = 0; i < count; i++) change[i] = -1;
    if (count < 2) return at;
    for (let i = 0; i < count; i++) position[member[i]!] = i + 1;
    this.work += (count * (count - 1)) / 2;
    // The last list need not be read: what is in it is in the others.
    for (let i = 0; i < count - 1; i++) {
      const own = member[i]!;
      this.readList(own, i, target, at - i - 2);
      for (let j = i + 1; j < count; j++, at++) {
        if (target[at]! > 0) continue;
        target[at] = this.add(own, member[j]!) + 1;
        change[i]!++;
        change[j]!++;
      }
    }
    for (let i = 0; i < count; i++) position[member[i]!] = 0;
    return at;
  }

  /** Notes the edges from a member to later ones, place 1 + position from `base` on; drops dead entries. */
  private readList(own: number, i: number, target: Int32Array, base: number): void {
    const { lists, position } = this;
    const begin = this.begin[own]!;
    const end = this.end[own]!;
    let kept = begin;
    for (let k = begin; k < end; k += 2) {
      const g = lists[k]!;
      const j = position[g]!;
      if (j < 0) continue;
      const e = lists[k + 1]!;
      lists[kept] = g;
      lists[kept + 1] = e;
      kept += 2;
      if (j > i + 1) target[base + j] = e + 1;
    }
    this.end[own] = kept;
    this.work += (end - begin) >> 1;
  }
}
