/** Graphs that unit and gpu tests share: seeded, balanced up to a stated noise, strongly connected. */
import type { LeastActionProblem } from '../../src/analysis/graph/neighbour-graph';

/** mulberry32: uniform on [0, 1), the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Weights in both directions on each pair: a potential with differences of a few nats, and noise. */
export function problemFromPairs(
  states: number,
  pairs: [number, number][],
  seed: number,
  height: (f: number) => number = () => 0,
): LeastActionProblem {
  const random = seeded(seed);
  const V = Float64Array.from({ length: states }, (_, f) => height(f) + 3 * random());
  const rows = Array.from({ length: states }, () => new Map<number, number>());
  for (const [f, g] of pairs) {
    const rate = 0.02 + 0.3 * random();
    const x = V[f]! - V[g]!;
    const noise = () => Math.exp(0.6 * (random() - 0.5));
    rows[f]!.set(g, (rate / (1 + Math.exp(-x))) * noise());
    rows[g]!.set(f, (rate / (1 + Math.exp(x))) * noise());
  }
  return fromRows(rows);
}

export function fromRows(rows: Map<number, number>[]): LeastActionProblem {
  const rowStart = new Int32Array(rows.length + 1);
  const target: number[] = [];
  const weight: number[] = [];
  rows.forEach((row, f) => {
    for (const [g, w] of [...row].sort((a, b) => a[0] - b[0])) {
      target.push(g);
      weight.push(w);
    }
    rowStart[f + 1] = target.length;
  });
  return { rowStart, target: Int32Array.from(target), weight: Float64Array.from(weight) };
}

/** A random spanning tree and `extra` more pairs: connected. */
export function randomPairs(states: number, extra: number, seed: number): [number, number][] {
  const random = seeded(seed);
  const pairs: [number, number][] = [];
  const seen = new Set<number>();
  const add = (f: number, g: number) => {
    const key = Math.min(f, g) * states + Math.max(f, g);
    if (f === g || seen.has(key)) return;
    seen.add(key);
    pairs.push([f, g]);
  };
  for (let f = 1; f < states; f++) add(f, Math.floor(random() * f));
  for (let k = 0; k < extra; k++) {
    add(Math.floor(random() * states), Math.floor(random() * states));
  }
  return pairs;
}

/** A grid of `width` x `length`; width 1 is a chain, 2 a ladder. Names shuffled by `seed` where > 0. */
export function gridPairs(width: number, length: number, seed = 0): [number, number][] {
  const n = width * length;
  const name = Array.from({ length: n }, (_, k) => k);
  if (seed > 0) {
    const random = seeded(seed);
    for (let k = n - 1; k > 0; k--) {
      const j = Math.floor(random() * (k + 1));
      [name[k], name[j]] = [name[j]!, name[k]!];
    }
  }
  const pairs: [number, number][] = [];
  for (let y = 0; y < length; y++) {
    for (let x = 0; x < width; x++) {
      const f = y * width + x;
      if (x + 1 < width) pairs.push([name[f]!, name[f + 1]!]);
      if (y + 1 < length) pairs.push([name[f]!, name[f + width]!]);
    }
  }
  return pairs;
}
