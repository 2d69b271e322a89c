/** The Markov chain of the exact conditional test: counts move along cycles, pair totals and net outflows stay. */
import { RandomCycles, shortCycles, type CycleList } from './cycle-moves';
import type { ExactNetwork } from './exact-network';
import { purposes } from './bootstrap';
import { WordStream } from './word-stream';

/** Of 33 steps, 32 go along short cycles in their order and one along any cycle. */
const shortSteps = 32;

/** Products are kept within this: a product of three counts more cannot overflow. */
const huge = 1e100;

/** Streams of the chain: which cycles are short, forward from the data, backward from them. */
const sides = { cycles: 0, forward: 1, backward: 2 } as const;

/**
 * Tables with the data's pair totals B and net outflows s, and with probability proportional to the
 * product over pairs of binomial coefficients (B over N): what they are under detailed balance, whatever
 * the potential. Two such tables differ by a sum of simple cycles, and as the incidence matrix is totally
 * unimodular these can be taken one after the other without a count below 0 (Sturmfels 1996): moving
 * along cycles reaches all of them. A step is one of slice sampling (Neal 2003) along one cycle: t counts
 * are turned, t uniform among those whose probability is at least a random share of the present one. The
 * probabilities of t are log-concave, so these t are an interval, found from 0 outwards. Every step is
 * reversible, whichever cycle it takes, and the cycles are taken in an order that does not depend on the
 * counts; so the chain can be run from the data in both directions of time.
 */
export class ExactChain {
  private readonly list: CycleList;
  private readonly random: Record<'forward' | 'backward', WordStream>;
  private readonly any: Record<'forward' | 'backward', RandomCycles>;
  /** Arcs of a short cycle, in the mean. */
  readonly meanLength: number;
  /** Ratios of counts that a step takes, in the mean and roughly. */
  readonly meanWork: number;
  /** Ratios of counts, at most and roughly, until the tables are as under balance: data may be far from it. */
  readonly firstWork: number;

  private constructor(
    readonly network: ExactNetwork,
    list: CycleList,
    seed: number,
  ) {
    this.list = list;
    const stream = (side: number) => new WordStream(seed, purposes.exact, side);
    this.random = { forward: stream(sides.forward), backward: stream(sides.backward) };
    this.any = {
      forward: new RandomCycles(network, this.random.forward),
      backward: new RandomCycles(network, this.random.backward),
    };
    const cycles = list.start.length - 1;
    this.meanLength = list.arcs.length / cycles;
    this.meanWork = workOf(network, list) / cycles;
    this.firstWork = 2 * wayToBalance(network, list);
  }

  /** Null where its cycles take too long to find. */
  static of(network: ExactNetwork, seed: number): ExactChain | null {
    const list = shortCycles(network, new WordStream(seed, purposes.exact, sides.cycles));
    return list && new ExactChain(network, list, seed);
  }

  /** Takes the steps numbered from `first` (0 or more) on, `count` of them. */
  forward(first: number, count: number): void {
    for (let step = first; step < first + count; step++) this.step(step, 'forward');
  }

  /** Takes the same steps in reverse: those numbered below `end`, the last one first. */
  backward(end: number, count: number): void {
    for (let step = end - 1; step >= end - count; step--) this.step(step, 'backward');
  }

  private step(step: number, direction: 'forward' | 'backward'): void {
    const random = this.random[direction];
    const round = Math.floor(step / (shortSteps + 1));
    const place = step - round * (shortSteps + 1);
    if (place === shortSteps) {
      const any = this.any[direction];
      this.along(any.cycle, 0, any.draw(), random);
      return;
    }
    const { first, start, arcs } = this.list;
    const visit = round * shortSteps + place;
    const groups = first.length - 1;
    const pass = Math.floor(visit / groups);
    const group = visit - pass * groups;
    const own = first[group + 1]! - first[group]!;
    const cycle = first[group]! + (pass % own);
    const from = start[cycle]!;
    const to = start[cycle + 1]!;
    if (to - from === 3) this.triangle(arcs[from]!, arcs[from + 1]!, arcs[from + 2]!, random);
    else this.along(arcs, from, to, random);
  }

  /** `along` a cycle of three states: most steps are. */
  private triangle(x: number, y: number, z: number, random: WordStream): void {
    const { room } = this.network;
    const a = room[x]!;
    const b = room[y]!;
    const c = room[z]!;
    const A = room[x ^ 1]!;
    const B = room[y ^ 1]!;
    const C = room[z ^ 1]!;
    const up = Math.min(a, b, c);
    const down = Math.min(A, B, C);
    if (up + down === 0) return;
    const share = random.uniform();
    let high = 0;
    let above = 1;
    let below = share;
    while (high < up) {
      above *= (a - high) * (b - high) * (c - high);
      below *= (A + high + 1) * (B + high + 1) * (C + high + 1);
      if (above < below) break;
      high++;
      if (!(above < huge && below < huge)) return this.slice(share, [x, y, z], 0, 3, random);
    }
    let low = 0;
    above = 1;
    below = share;
    while (low < down) {
      above *= (A - low) * (B - low) * (C - low);
      below *= (a + low + 1) * (b + low + 1) * (c + low + 1);
      if (above < below) break;
      low++;
      if (!(above < huge && below < huge)) return this.slice(share, [x, y, z], 0, 3, random);
    }
    const t = random.below(low + high + 1) - low;
    room[x] = a - t;
    room[y] = b - t;
    room[z] = c - t;
    room[x ^ 1] = A + t;
    room[y ^ 1] = B + t;
    room[z ^ 1] = C + t;
  }

  /** One step along the arcs `from` to `to` - 1, which are a cycle. */
  private along(arcs: ArrayLike<number>, from: number, to: number, random: WordStream): void {
    const { room } = this.network;
    let up = Infinity;
    let down = Infinity;
    for (let i = from; i < to; i++) {
      up = Math.min(up, room[arcs[i]!]!);
      down = Math.min(down, room[arcs[i]! ^ 1]!);
    }
    if (up + down > 0) this.slice(random.uniform(), arcs, from, to, random);
  }

  /** Turns t counts, uniform among the t with at least `share` of the probability of 0. */
  private slice(
    share: number,
    arcs: ArrayLike<number>,
    from: number,
    to: number,
    random: WordStream,
  ): void {
    const { room } = this.network;
    const least = Math.log(share);
    const high = this.reach(least, arcs, from, to, 0);
    const low = this.reach(least, arcs, from, to, 1);
    const t = random.below(low + high + 1) - low;
    if (t === 0) return;
    for (let i = from; i < to; i++) {
      room[arcs[i]!]! -= t;
      room[arcs[i]! ^ 1]! += t;
    }
  }

  /** How far the slice goes: `turn` 0 along the arcs, 1 against them. */
  private reach(
    least: number,
    arcs: ArrayLike<number>,
    from: number,
    to: number,
    turn: 0 | 1,
  ): number {
    const { room } = this.network;
    let probability = 0; // its logarithm
    for (let t = 0; ; t++) {
      let above = 1;
      let below = 1;
      for (let i = from; i < to; i++) {
        const a = arcs[i]! ^ turn;
        above *= room[a]! - t;
        below *= room[a ^ 1]! + t + 1;
        if (above < huge && below < huge) continue;
        probability += Math.log(above / below);
        above = below = 1;
      }
      if (above === 0) return t; // nothing is left to turn
      probability += Math.log(above / below);
      if (!(probability >= least)) return t;
    }
  }
}

/** Ratios of counts that a step along each cycle takes, summed: a slice is about four standard deviations wide. */
function workOf({ variance }: ExactNetwork, { start, arcs }: CycleList): number {
  let work = 0;
  for (let c = 0; c + 1 < start.length; c++) {
    let precision = 0;
    for (let i = start[c]!; i < start[c + 1]!; i++) precision += 1 / variance[arcs[i]! >> 1]!;
    work += (start[c + 1]! - start[c]!) * (2 + 4 / Math.sqrt(precision));
  }
  return work;
}

/**
 * Counts between the data and the fit, summed along each cycle: a slice reaches from the one to the other,
 * as far as the cycle's smallest counts let it. Long where many counts are far from balance.
 */
function wayToBalance({ room, expected }: ExactNetwork, { start, arcs }: CycleList): number {
  let way = 0;
  for (let c = 0; c + 1 < start.length; c++) {
    let farthest = 0;
    let up = Infinity;
    let down = Infinity;
    for (let i = start[c]!; i < start[c + 1]!; i++) {
      const arc = arcs[i]!;
      farthest = Math.max(farthest, Math.abs(room[arc | 1]! - expected[arc >> 1]!));
      up = Math.min(up, room[arc]!);
      down = Math.min(down, room[arc ^ 1]!);
    }
    way += (start[c + 1]! - start[c]!) * Math.min(farthest, up + down);
  }
  return way;
}
