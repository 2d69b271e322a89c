/** Intervals of correlations under the noise of two potentials: percentiles, and inversion of a test. */
import { CentredCovariance } from './comparison-covariance';
import type { Estimate } from './comparison-fit';

type Pair<T> = [T, T];
type Interval = [number, number];
type Statistic = (x: Float64Array, y: Float64Array) => number | null;

/** Sine of the angle below which two potentials are one: copies. */
const oneLine = 1e-9;

/** Halvings of the angle between two potentials. */
const halvings = 12;

/**
 * Draws of the noise of two estimates, normal with their sandwich covariances (a parametric
 * bootstrap). Noise makes a correlation of estimates smaller than that of the potentials behind them,
 * and percentiles make it smaller once more; so an interval is also got by inverting a test. For
 * potentials that correlate with rho, made from the estimates and scaled to the spread that is not
 * noise, add the noise and see where the observed statistic falls: the interval is the rho for which it
 * is not in an outer 2.5%.
 */
export class NoiseBootstrap {
  private constructor(
    private readonly V: Pair<Float64Array>,
    private readonly noise: Pair<Float64Array[]>,
    /** Unit vectors: the first potential, and what of the second is at right angles to it. */
    private readonly along: Float64Array,
    private readonly across: Float64Array,
    /** Lengths of the two potentials without noise. */
    private readonly length: Pair<number>,
  ) {}

  /** Null where a covariance cannot be drawn from, or the two potentials are one line. O(m^3 + draws m^2). */
  static of(
    estimates: Pair<Estimate>,
    traces: Pair<number>,
    draws: number,
    normals: Pair<() => number>,
  ): NoiseBootstrap | null {
    const V = estimates.map((estimate) => estimate.V) as Pair<Float64Array>;
    const noise: Float64Array[][] = [];
    for (const [e, { covariance, exact }] of estimates.entries()) {
      const m = V[e]!.length;
      const factor = exact ? null : CentredCovariance.of(covariance!, m);
      if (!exact && !factor) return null;
      noise.push(
        Array.from({ length: draws }, () => factor?.draw(normals[e]!) ?? new Float64Array(m)),
      );
    }
    const spread = V.map((values) => dot(values, values)) as Pair<number>;
    const length = spread.map((square, e) => Math.sqrt(Math.max(0, square - traces[e]!)));
    const along = V[0].map((value) => value / Math.sqrt(spread[0]));
    const shared = dot(along, V[1]);
    const across = V[1].map((value, k) => value - shared * along[k]!);
    const rest = Math.sqrt(dot(across, across));
    if (!(rest > oneLine * Math.sqrt(spread[1]))) return null;
    return new NoiseBootstrap(
      V,
      noise as Pair<Float64Array[]>,
      along,
      across.map((value) => value / rest),
      length as Pair<number>,
    );
  }

  /** The middle 95% of a statistic of the estimates with their noise added once more. */
  percentiles(statistic: Statistic): Interval {
    const values = this.noise[0]
      .map((_, b) =>
        statistic(plus(this.V[0], this.noise[0][b]!), plus(this.V[1], this.noise[1][b]!)),
      )
      .filter((value) => value !== null);
    values.sort((a, b) => a - b);
    return [quantile(values, 0.025), quantile(values, 0.975)];
  }

  /** Pearson's r by inversion; every draw is reduced to its products once. */
  pearsonInterval(): Interval {
    const { along, across, length, noise } = this;
    const products = noise[0].map((e, b) => {
      const d = noise[1][b]!;
      return [
        dot(along, e),
        dot(across, e),
        dot(along, d),
        dot(across, d),
        dot(e, e),
        dot(d, d),
        dot(e, d),
      ] as const;
    });
    const observed =
      dot(this.V[0], this.V[1]) / Math.sqrt(dot(this.V[0], this.V[0]) * dot(this.V[1], this.V[1]));
    const below = (angle: number) => {
      const c = Math.cos(angle);
      const s = Math.sin(angle);
      const [p, q] = length;
      let count = 0;
      for (const [ae, ce, ad, cd, ee, dd, ed] of products) {
        const xy = p * q * c + p * ad + q * (c * ae + s * ce) + ed;
        const xx = p * p + 2 * p * ae + ee;
        const yy = q * q + 2 * q * (c * ad + s * cd) + dd;
        if (xy < observed * Math.sqrt(xx * yy)) count++;
      }
      return count / products.length;
    };
    return [Math.cos(halved(below, 0.975)), Math.cos(halved(below, 0.025))];
  }

  /** The same for any statistic that grows with rho; yields between evaluations. */
  *inverted(statistic: Statistic): Generator<void, Interval> {
    const observed = statistic(this.V[0], this.V[1])!;
    const ends: number[] = [];
    for (const p of [0.975, 0.025]) {
      let low = 0;
      let high = Math.PI;
      for (let k = 0; k < halvings; k++) {
        const angle = (low + high) / 2;
        if (this.shareBelow(statistic, observed, angle) < p) low = angle;
        else high = angle;
        yield;
      }
      ends.push(statistic(...this.behind((low + high) / 2)) ?? observed);
    }
    return ends as Interval;
  }

  /** Share of the draws below what was observed, ties half, for potentials at this angle. */
  private shareBelow(statistic: Statistic, observed: number, angle: number): number {
    const [x, y] = this.behind(angle);
    let below = 0;
    for (let b = 0; b < this.noise[0].length; b++) {
      const value = statistic(plus(x, this.noise[0][b]!), plus(y, this.noise[1][b]!)) ?? observed;
      below += Math.abs(value - observed) < 1e-12 ? 0.5 : value < observed ? 1 : 0;
    }
    return below / this.noise[0].length;
  }

  /** Two potentials without noise whose r is the cosine of `angle`. */
  private behind(angle: number): Pair<Float64Array> {
    const [p, q] = this.length;
    const c = q * Math.cos(angle);
    const s = q * Math.sin(angle);
    return [
      this.along.map((value) => p * value),
      this.along.map((value, k) => c * value + s * this.across[k]!),
    ];
  }
}

/** The angle in [0, pi] where a function that grows with it reaches p; an end where it does not. */
function halved(below: (angle: number) => number, p: number): number {
  if (below(0) >= p) return 0;
  let low = 0;
  let high = Math.PI;
  for (let k = 0; k < 2 * halvings; k++) {
    const angle = (low + high) / 2;
    if (below(angle) < p) low = angle;
    else high = angle;
  }
  return high;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]!);
}

/** Quantile of sorted values, linear between neighbours. */
function quantile(sorted: number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return sorted[low]! + (at - low) * (next - sorted[low]!);
}
