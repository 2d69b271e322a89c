/** The whole fit of one replica: Newton with the observed fit's inverse, for blocks of some hundred states. */
import type { FittedBlock } from './balance-test';
import { hessianWeights } from '../potential/hessian-vector';
import { denseInverse } from '../potential/pseudo-inverse';

/** Above this many states the dense inverse costs more than it saves. */
export const quickStates = 400;
/** Above this spread of theta, in nats, e^theta would leave the range of float64. */
export const quickSpread = 500;

/** A Newton step this small, in nats along a pair, leaves about a sixth of its square. */
const tolerance = 5e-5;
const sixth = 0.15;
/** What may be left of theta at the end, in nats: X2 is then right to better than 1e-9 of itself. */
const left = 2e-10;
/** A full step of at most this lowers the action whatever the counts (e^r - 1 - r < r^2). */
const full = 1.5;
const mostSteps = 50;
const mostInner = 200;

export interface ReplicaFit {
  X2: number;
  converged: boolean;
}

/**
 * Refits counts near a known fit. The inner solves are conjugate gradients with L^+ of the observed
 * Hessian before them: the first Newton step is then exact, the later ones take a few iterations. As |K'''| <= K'', the action falls
 * without a line search where a step whose largest change along a pair is r is shortened to
 * ln(1 + r) / r of itself, and for r <= 1.5 it need not be. All arrays are made once; a replica
 * allocates nothing.
 */
export class BootstrapFit {
  private readonly states: number;
  /** L^+ at the observed fit, n x n. */
  readonly inverse: Float64Array;
  /** Of the observed fit, with the middle of its range at 0. */
  private readonly theta: Float64Array;
  /** e^theta, of the observed fit and now. */
  readonly start: Float64Array;
  private readonly e: Float64Array;
  private readonly x: Float64Array;
  /** Of the conjugate gradients: residual, L^+ residual, direction, H direction, sum of the steps. */
  private readonly r: Float64Array;
  private readonly z: Float64Array;
  private readonly d: Float64Array;
  private readonly product: Float64Array;
  private readonly total: Float64Array;
  /** B p (1 - p) of each pair. */
  private readonly weight: Float64Array;

  /**
   * `pairStart` holds n + 1 offsets into `to`, the neighbours above each state. Null where the block
   * is too large, or too steep, for this way.
   */
  static of(
    { graph, theta }: FittedBlock,
    pairStart: Int32Array,
    to: Int32Array,
  ): BootstrapFit | null {
    let low = Infinity;
    let high = -Infinity;
    for (const value of theta) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (graph.states > quickStates || !(high - low < quickSpread)) return null;
    const weights = new Float64Array(graph.neighbour.length);
    hessianWeights(graph, 'softplus', theta, weights);
    const middle = (low + high) / 2;
    return new BootstrapFit(
      denseInverse(graph, weights),
      theta.map((value) => value - middle),
      pairStart,
      to,
    );
  }

  private constructor(
    inverse: Float64Array,
    theta: Float64Array,
    private readonly pairStart: Int32Array,
    private readonly to: Int32Array,
  ) {
    const n = theta.length;
    this.states = n;
    this.inverse = inverse;
    this.theta = theta;
    this.start = theta.map(Math.exp);
    this.e = new Float64Array(n);
    this.x = new Float64Array(n);
    this.r = new Float64Array(n);
    this.z = new Float64Array(n);
    this.d = new Float64Array(n);
    this.product = new Float64Array(n);
    this.total = new Float64Array(n);
    this.weight = new Float64Array(to.length);
  }

  /**
   * `out` and `back` hold the counts of the pairs, both 0 where a pair is left out; `whole` says that
   * the pairs with counts leave the block in one part.
   */
  run(out: Float64Array, back: Float64Array, whole: boolean): ReplicaFit {
    const { states, x, e, theta, start, total, z } = this;
    x.set(theta);
    e.set(start);
    let wanted = 0;
    for (let k = 0; k < mostSteps; k++) {
      this.residual(out, back);
      if (k === 0) {
        this.precondition();
        total.set(z);
      } else this.solve(wanted);
      const size = whole ? this.range() : this.widest(out, back);
      if (!Number.isFinite(size)) break;
      const t = size > full ? Math.log1p(size) / size : 1;
      for (let f = 0; f < states; f++) {
        const step = t * total[f]!;
        x[f]! += step;
        // The series of e^step is right to 1e-14 here.
        if (Math.abs(step) < 1e-3) e[f]! *= 1 + step * (1 + step * (1 / 2 + step * (1 / 6)));
        else e[f] = Math.exp(x[f]!);
      }
      if (k > 0 && size <= tolerance) return { X2: this.pearson(out, back), converged: true };
      // As exact as the step after this one will need it.
      const next = t === 1 ? sixth * size * size : size;
      wanted = Math.max(1e-6, Math.min(0.3, Math.max(sixth * next, left / next)));
    }
    return { X2: NaN, converged: false };
  }

  /** r = the gradient downhill, and the Hessian's weights, at e. */
  private residual(out: Float64Array, back: Float64Array): void {
    const { states, pairStart, to, e, r, weight } = this;
    r.fill(0);
    for (let f = 0; f < states; f++) {
      const a = e[f]!;
      let own = 0;
      const end = pairStart[f + 1]!;
      for (let i = pairStart[f]!; i < end; i++) {
        const g = to[i]!;
        const b = e[g]!;
        const s = 1 / (a + b);
        const N = out[i]!;
        const M = back[i]!;
        const moved = (N * b - M * a) * s;
        weight[i] = (N + M) * a * b * s * s;
        own += moved;
        r[g]! -= moved;
      }
      r[f]! += own;
    }
  }

  /** Conjugate gradients into `total`. */
  private solve(wanted: number): void {
    const { states, r, z, d, product, total } = this;
    total.fill(0);
    this.precondition();
    let rz = 0;
    for (let f = 0; f < states; f++) {
      d[f] = z[f]!;
      rz += r[f]! * z[f]!;
    }
    const enough = rz * wanted * wanted;
    for (let k = 0; k < mostInner && rz > 0; k++) {
      this.multiply();
      let curvature = 0;
      for (let f = 0; f < states; f++) curvature += d[f]! * product[f]!;
      if (!(curvature > 0)) break;
      const step = rz / curvature;
      for (let f = 0; f < states; f++) {
        total[f]! += step * d[f]!;
        r[f]! -= step * product[f]!;
      }
      this.precondition();
      let next = 0;
      for (let f = 0; f < states; f++) next += r[f]! * z[f]!;
      const ratio = next / rz;
      // L^+ r is the next step but for its length: where the steps shrink fast it is taken for free.
      if (!(next * Math.min(1, 4 * ratio) > enough)) {
        if (ratio < 0.25) for (let f = 0; f < states; f++) total[f]! += z[f]!;
        break;
      }
      for (let f = 0; f < states; f++) d[f] = z[f]! + ratio * d[f]!;
      rz = next;
    }
  }

  /** product = H d. */
  private multiply(): void {
    const { states, pairStart, to, weight, d, product } = this;
    product.fill(0);
    for (let f = 0; f < states; f++) {
      const a = d[f]!;
      let own = 0;
      const end = pairStart[f + 1]!;
      for (let i = pairStart[f]!; i < end; i++) {
        const g = to[i]!;
        const moved = weight[i]! * (a - d[g]!);
        own += moved;
        product[g]! -= moved;
      }
      product[f]! += own;
    }
  }

  /** z = L^+ r, four rows at a time. */
  private precondition(): void {
    const { states: n, inverse, r, z } = this;
    let f = 0;
    for (; f + 3 < n; f += 4) {
      const row0 = f * n;
      const row1 = row0 + n;
      const row2 = row1 + n;
      const row3 = row2 + n;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let g = 0; g < n; g++) {
        const value = r[g]!;
        sum0 += inverse[row0 + g]! * value;
        sum1 += inverse[row1 + g]! * value;
        sum2 += inverse[row2 + g]! * value;
        sum3 += inverse[row3 + g]! * value;
      }
      z[f] = sum0;
      z[f + 1] = sum1;
      z[f + 2] = sum2;
      z[f + 3] = sum3;
    }
    for (; f < n; f++) {
      let sum = 0;
      for (let g = 0; g < n; g++) sum += inverse[f * n + g]! * r[g]!;
      z[f] = sum;
    }
  }

  /** max - min of the step: at least its largest change along a pair. */
  private range(): number {
    const { states, total } = this;
    let low = Infinity;
    let high = -Infinity;
    for (let f = 0; f < states; f++) {
      const step = total[f]!;
      if (!(step >= low)) low = step;
      if (!(step <= high)) high = step;
    }
    return high - low;
  }

  /** max |step_f - step_g| over the pairs with counts: parts of a replica have no common gauge. */
  private widest(out: Float64Array, back: Float64Array): number {
    const { states, pairStart, to, total } = this;
    let size = 0;
    for (let f = 0; f < states; f++) {
      for (let i = pairStart[f]!; i < pairStart[f + 1]!; i++) {
        if (out[i]! + back[i]! === 0) continue;
        const change = Math.abs(total[f]! - total[to[i]!]!);
        if (!(change <= size)) size = change;
      }
    }
    return size;
  }

  /** X2 at e. */
  private pearson(out: Float64Array, back: Float64Array): number {
    const { states, pairStart, to, e } = this;
    let X2 = 0;
    for (let f = 0; f < states; f++) {
      const a = e[f]!;
      for (let i = pairStart[f]!; i < pairStart[f + 1]!; i++) {
        const b = e[to[i]!]!;
        const both = out[i]! + back[i]!;
        const moved = out[i]! * b - back[i]! * a;
        if (both > 0) X2 += (moved * moved) / (both * a * b);
      }
    }
    return X2;
  }
}
