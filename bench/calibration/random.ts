/** Streams of random numbers for the simulations: one for each list of keys, all unrelated. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { Uniform } from '../../src/models/draw';

/** One step of splitmix32. */
function mix(x: number): number {
  let z = (x + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}

/** Uniforms on [0, 1) of these whole numbers: the same on every machine and in any order of use. */
export function streamOf(...keys: number[]): Uniform {
  const state = [0x5eed, 0xba1a, 0x9ced, 0x0ca1].map((word) =>
    keys.reduce((hash, key) => mix(hash ^ mix(key)), word),
  );
  const random = xoroshiro128plusFromState(state);
  for (let warm = 0; warm < 4; warm++) random.next();
  return () => uniformFloat64(random);
}

/** A whole number from 0 to `below` - 1. */
export function wholeBelow(below: number, uniform: Uniform): number {
  return Math.floor(uniform() * below);
}

/** Standard normal, by Box and Muller (1958). */
export function normal(uniform: Uniform): number {
  const radius = Math.sqrt(-2 * Math.log1p(-uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}
