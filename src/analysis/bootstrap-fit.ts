/** The quick fit of one replica: Newton with the observed fit's inverse, for blocks of some hundred states. */
import type { FittedBlock } from './balance-test';
import { hessianWeights } from './hessian-vector';
import { denseInverse } from './pseudo-inverse';

/** Above this many states the dense inverse costs more than it saves. */
export const quickStates = 400;
/** Above this spread of theta, in nats, e^theta would leave the range of float64. */
export const quickSpread = 500;

/** A Newton step this small, in nats along a pair, leaves about its square. */
const tolerance = 1e-4;
/** Roughest and finest inner solve, relative in the energy norm. */
const rough = 0.3;
const fine = 1e-5;
const mostSteps = 50;
const mostInner = 200;

export interface QuickFit {
  X2: number;
  converged: boolean;
}

/**
 * Refits counts near a known fit. The inner solves are conjugate gradients with L^+ of the observed
 * Hessian before them: the first Newton step is then exact, the later ones take a few iterations. A
 * step is shortened to ln(1 + r) / r of itself, r its largest change along a pair: as |K'''| <= K'',
 * the action falls without a line search. All arrays are made once; a replica allocates nothing.
 */
export class BootstrapFit {
  private readonly states: number;
  /** L^+ at the observed fit, n x n. */
  private readonly inverse: Float64Array;
  /** Of the observed fit, with the middle of its range at 0. */
  private readonly theta: Float64Array;
  /** e^theta. */
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
    this.e = new Float64Array(n);
    this.x = new Float64Array(n);
    this.r = new Float64Array(n);
    this.z = new Float64Array(n);
    this.d = new Float64Array(n);
    this.product = new Float64Array(n);
    this.total = new Float64Array(n);
    this.weight = new Float64Array(to.length);
  }

  /** `out` and `back` hold the counts of the pairs, both 0 where a pair is left out. */
  run(out: Float64Array, back: Float64Array): QuickFit {
    const { states, x, e, theta, total } = this;
    x.set(theta);
    let wanted = rough;
    for (let k = 0; k < mostSteps; k++) {
      for (let f = 0; f < states; f++) e[f] = Math.exp(x[f]!);
      this.residual(out, back);
      this.solve(wanted);
      const widest = this.widest(out, back);
      if (!Number.isFinite(widest)) break;
      const t = widest > 0.01 ? Math.log1p(widest) / widest : 1;
      for (let f = 0; f < states; f++) x[f]! += t * total[f]!;
      if (widest <= tolerance) {
        for (let f = 0; f < states; f++) e[f] = Math.exp(x[f]!);
        return { X2: this.pearson(out, back), converged: true };
      }
      wanted = Math.max(fine, Math.min(rough, 0.3 * widest * widest));
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
      if (!(next > enough)) break;
      const ratio = next / rz;
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
