/** X2 of one replica without its whole fit: chord steps with the observed L^+, and what they leave, estimated. */
import type { Pairs } from './bootstrap-frame';
import { multiplyPacked, packed, paddedTo } from './packed-symmetric';

/** What the first terms left out may be of X2, by a bound: on thousands of replicas X2 was right to 6e-6. */
const accuracy = 3e-6;
/** Steps that do not shrink to this share are not the chord's to take. */
const shrinks = 0.5;
/** A step that promises this many times the accuracy may well keep to it. */
const promising = 3;
const mostSteps = 8;

/** The fit that all replicas start at. */
export interface ChordStart {
  /** L^+ of the observed Hessian, n x n. */
  inverse: Float64Array;
  /** e^theta, n. */
  start: Float64Array;
}

/**
 * Three or four passes over the pairs, and as many products, do for most replicas. The steps are those of
 * the chord method: L^+ of the observed Hessian in place of that of the replica's, after the first step
 * scaled on both sides so that its diagonal fits, which makes them shrink to a tenth or less. X2 is taken
 * at some theta together with the step d that would come next: X2(theta + d) is X2 + grad X2 . d + d . H d
 * to second order, as the second derivative of X2 is about 2 H, and H d is about r. What that leaves is
 * about grad X2 times the step after d, for which Cauchy and Schwarz give a bound in the norm of H. All
 * arrays are made once; a replica allocates nothing.
 */
export class ChordFit {
  private readonly states: number;
  /** L^+. */
  private readonly packed: Float64Array;
  /** Diagonals of L^+ and of the observed Hessian. */
  private readonly inverseDiagonal: Float64Array;
  private readonly diagonal: Float64Array;
  /** B p at the observed fit. */
  private readonly expected: Float64Array;
  /** e^theta, of the observed fit and now. */
  private readonly odds: Float64Array;
  private readonly e: Float64Array;
  /** Gradient downhill, the step, the part of grad X2 that is not -2 r; n and up to three zeros. */
  private readonly r: Float64Array;
  private readonly d: Float64Array;
  private readonly c: Float64Array;
  /** About the mean of c, and its square in the norm of L^+. */
  private readonly usual: Float64Array;
  private readonly usualSize: number;
  /** What L^+ is multiplied by on both sides, and the Hessian's diagonal that it is made from. */
  private readonly scale: Float64Array;
  private readonly weight: Float64Array;

  constructor(
    { inverse, start: odds }: ChordStart,
    private readonly pairs: Pairs,
  ) {
    const { start, to, both } = pairs;
    const n = odds.length;
    const padded = paddedTo(n);
    this.states = n;
    this.packed = packed(inverse, n);
    this.inverseDiagonal = odds.map((_, f) => inverse[f * n + f]!);
    this.expected = new Float64Array(to.length);
    this.diagonal = new Float64Array(padded);
    this.usual = new Float64Array(n);
    for (let f = 0; f < n; f++) {
      for (let i = start[f]!; i < start[f + 1]!; i++) {
        const g = to[i]!;
        const p = odds[f]! / (odds[f]! + odds[g]!);
        const q = odds[g]! / (odds[f]! + odds[g]!);
        this.expected[i] = both[i]! * p;
        this.diagonal[f]! += both[i]! * p * q;
        this.diagonal[g]! += both[i]! * p * q;
        this.usual[f]! += q - p;
        this.usual[g]! -= q - p;
      }
    }
    let size = 0;
    for (let f = 0; f < n; f++) {
      for (let g = 0; g < n; g++) size += this.usual[f]! * inverse[f * n + g]! * this.usual[g]!;
    }
    this.usualSize = Math.max(0, size);
    this.odds = odds;
    this.e = new Float64Array(n);
    this.r = new Float64Array(padded);
    this.d = new Float64Array(padded);
    this.c = new Float64Array(n);
    this.scale = new Float64Array(padded);
    this.weight = new Float64Array(padded);
  }

  /** X2 of the counts `out` of f -> g, or NaN where it takes a whole fit. */
  run(out: Float64Array): number {
    const { states, e, c, d, scale, weight, diagonal, inverseDiagonal, usual, usualSize } = this;
    const { to } = this.pairs;
    // X2 is about the number of independent cycles.
    const likely = promising * accuracy * (to.length - states + 1);
    e.set(this.odds);
    scale.fill(1);
    this.firstGradient(out);
    let before = this.step();
    this.move();
    this.gradient(out);
    // About the root of their ratio, which is near 1.
    for (let f = 0; f < states; f++) scale[f] = (1 + diagonal[f]! / weight[f]!) / 2;
    let energy = this.step();
    for (let k = 0; k < mostSteps; k++) {
      if (!(energy <= shrinks * shrinks * before)) return NaN;
      this.move();
      // What X2 needs besides is left out where the next step is not likely to be the last.
      const last = energy * energy * (1 + Math.sqrt(usualSize / energy)) <= likely * before;
      let here = NaN;
      if (last) here = this.pearson(out);
      else this.residual(out);
      before = energy;
      energy = this.step();
      if (!last) continue;
      let change = 0;
      let size = usualSize;
      for (let f = 0; f < states; f++) {
        const unusual = c[f]! - usual[f]!;
        change += c[f]! * d[f]!;
        size += unusual * unusual * inverseDiagonal[f]!;
      }
      const X2 = here - energy - change;
      if (energy * (1 + Math.sqrt(size / before)) <= accuracy * X2) return X2;
    }
    return NaN;
  }

  /** r at the observed fit. */
  private firstGradient(out: Float64Array): void {
    const { states, r, expected } = this;
    const { start, to } = this.pairs;
    r.fill(0);
    for (let f = 0; f < states; f++) {
      let own = 0;
      const end = start[f + 1]!;
      for (let i = start[f]!; i < end; i++) {
        const moved = out[i]! - expected[i]!;
        own += moved;
        r[to[i]!]! -= moved;
      }
      r[f]! += own;
    }
  }

  /** r, and the diagonal of the Hessian, at e. */
  private gradient(out: Float64Array): void {
    const { states, r, e, weight } = this;
    const { start, to, both } = this.pairs;
    r.fill(0);
    weight.fill(0);
    for (let f = 0; f < states; f++) {
      const a = e[f]!;
      let own = 0;
      let ownWeight = 0;
      const end = start[f + 1]!;
      for (let i = start[f]!; i < end; i++) {
        const g = to[i]!;
        const p = a / (a + e[g]!);
        const expected = both[i]! * p;
        const moved = out[i]! - expected;
        const w = expected - expected * p;
        own += moved;
        ownWeight += w;
        r[g]! -= moved;
        weight[g]! += w;
      }
      r[f]! += own;
      weight[f]! += ownWeight;
    }
  }

  /** r at e. */
  private residual(out: Float64Array): void {
    const { states, r, e } = this;
    const { start, to, both } = this.pairs;
    r.fill(0);
    for (let f = 0; f < states; f++) {
      const a = e[f]!;
      let own = 0;
      const end = start[f + 1]!;
      for (let i = start[f]!; i < end; i++) {
        const g = to[i]!;
        const moved = out[i]! - (both[i]! * a) / (a + e[g]!);
        own += moved;
        r[g]! -= moved;
      }
      r[f]! += own;
    }
  }

  /** r, c and X2 at e, with one division a pair. */
  private pearson(out: Float64Array): number {
    const { states, r, e, c } = this;
    const { start, to, both } = this.pairs;
    r.fill(0);
    c.fill(0);
    let X2 = 0;
    for (let f = 0; f < states; f++) {
      const a = e[f]!;
      let own = 0;
      let ownC = 0;
      const end = start[f + 1]!;
      for (let i = start[f]!; i < end; i++) {
        const g = to[i]!;
        const b = e[g]!;
        const N = out[i]!;
        const B = both[i]!;
        const sum = a + b;
        const Bab = B * a * b;
        const inverse = 1 / (Bab * sum);
        const s = inverse * Bab;
        const moved = (N * b - (B - N) * a) * s;
        // m^2 / (B p q)
        const part = moved * moved * sum * sum * sum * inverse;
        X2 += part;
        const u = part * (b - a) * s;
        own += moved;
        ownC += u;
        r[g]! -= moved;
        c[g]! -= u;
      }
      r[f]! += own;
      c[f]! += ownC;
    }
    return X2;
  }

  /** d = S L^+ S r, S the scale; returns r . d. */
  private step(): number {
    const { states, packed, r, d, scale } = this;
    for (let f = 0; f < states; f++) r[f]! *= scale[f]!;
    multiplyPacked(packed, r, d);
    let energy = 0;
    for (let f = 0; f < states; f++) {
      energy += d[f]! * r[f]!;
      d[f]! *= scale[f]!;
    }
    return energy;
  }

  /** e times e^d: a series that the next step makes good, as it starts at whatever e is then. */
  private move(): void {
    const { e, d } = this;
    for (let f = 0; f < e.length; f++) {
      const x = d[f]!;
      if (Math.abs(x) < 0.5) e[f]! *= 1 + x * (1 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24))));
      else e[f]! *= Math.exp(x);
    }
  }
}
