/** Count graphs for tests, built through the program's own counter. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Counter } from '../../../src/transitions/count';
import { readTransitions } from '../../../src/transitions/read-file';
import type { CountGraph } from '../../../src/transitions/types';

export const root = resolve(import.meta.dirname, '../../..');

/** A bundled data set. */
export function bundled(file: string): CountGraph {
  const read = readTransitions(readFileSync(join(root, 'public/data', file), 'utf8'));
  if (!read.ok) throw new Error(read.fault.message);
  return read.value.graph;
}

export type Edge = [from: string, to: string, count: number];

/** Edges and rejections by state. */
export function graphOf(edges: Edge[], rejected: [string, number][] = []): CountGraph {
  const counter = new Counter();
  for (const [from, to, count] of edges) counter.addTransitions(from, to, count);
  for (const [from, count] of rejected) counter.addRejections(from, 'invalid', count);
  return counter.snapshot();
}

/** A small linear congruential generator: the same numbers in every run. */
export function steady(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
