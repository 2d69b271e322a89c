/** Drawing a token from a distribution with our own generator: never with an engine's seed. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A source of uniform numbers in [0, 1). */
export type Uniform = () => number;

/** One step of splitmix32: turns neighbouring integers into unrelated ones. */
function mix(x: number): number {
  let z = (x + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}

/**
 * An independent stream of uniforms for draw `index` of a run with `seed`. A stream for each attempt
 * makes a run the same however often it was stopped and resumed. Neighbouring seeds and indices give
 * unrelated streams (engines.md: an engine's own seeds do not).
 */
export function stream(seed: number, index: number): Uniform {
  const a = mix(seed | 0);
  const b = mix(index | 0);
  const c = mix(Math.floor(index / 2 ** 32) ^ a);
  const state = [mix(a ^ b), mix((a + Math.imul(b, 3)) | 0), mix(c ^ b), mix(a ^ mix(b ^ c)) | 1];
  const generator = xoroshiro128plusFromState(state);
  for (let warm = 0; warm < 4; warm++) generator.next();
  return () => uniformFloat64(generator);
}

/** Temperature and nucleus (top-p), applied to natural-log probabilities before a draw. */
export interface Shaping {
  temperature: number;
  topP: number;
}

/**
 * Probabilities after temperature and top-p, in vocabulary order.
 * @param logProbabilities natural logs over the whole vocabulary
 * @param shaping temperature 0 keeps the likeliest token only; topP 1 cuts nothing
 */
export function shape(logProbabilities: ArrayLike<number>, shaping: Shaping): Float64Array {
  const n = logProbabilities.length;
  const out = new Float64Array(n);
  let top = 0;
  for (let k = 1; k < n; k++) if (logProbabilities[k]! > logProbabilities[top]!) top = k;
  if (shaping.temperature <= 0) {
    out[top] = 1;
    return out;
  }
  let total = 0;
  for (let k = 0; k < n; k++) {
    out[k] = Math.exp((logProbabilities[k]! - logProbabilities[top]!) / shaping.temperature);
    total += out[k]!;
  }
  for (let k = 0; k < n; k++) out[k] = out[k]! / total;
  if (shaping.topP < 1) cutNucleus(out, shaping.topP);
  return out;
}

/** Keeps the smallest set of likeliest tokens whose probability reaches `topP`, rescaled to 1. */
function cutNucleus(p: Float64Array, topP: number): void {
  const order = Array.from(p.keys()).sort((a, b) => p[b]! - p[a]! || a - b);
  let kept = 0;
  let count = 0;
  while (count < order.length && kept < topP) kept += p[order[count++]!]!;
  for (const k of order.slice(count)) p[k] = 0;
  for (const k of order.slice(0, count)) p[k] = p[k]! / kept;
}

/** Running sums of probabilities, for `pick`. */
export function cumulative(p: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(p.length);
  let total = 0;
  for (let k = 0; k < p.length; k++) sums[k] = total += p[k]!;
  return sums;
}

/** Index k with probability p_k, by bisection in the running sums: one uniform a draw. */
export function pick(sums: Float64Array, uniform: Uniform): number {
  const target = uniform() * sums[sums.length - 1]!;
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
