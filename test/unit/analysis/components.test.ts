/** Strongly connected components, their order and reachability, against brute force. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  componentOrder,
  largestComponent,
  stronglyConnected,
} from '../../../src/analysis/graph/components';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

function csr(n: number, edges: [number, number][]) {
  const rows = Array.from({ length: n }, () => new Set<number>());
  for (const [f, g] of edges) if (f !== g) rows[f]!.add(g);
  const rowStart = new Int32Array(n + 1);
  const target: number[] = [];
  rows.forEach((row, f) => {
    target.push(...[...row].sort((a, b) => a - b));
    rowStart[f + 1] = target.length;
  });
  return { rowStart, target: Int32Array.from(target) };
}

function reachability(n: number, edges: [number, number][]): boolean[][] {
  const reach = Array.from({ length: n }, (_, f) => Array.from({ length: n }, (_, g) => f === g));
  for (const [f, g] of edges) reach[f]![g] = true;
  for (let k = 0; k < n; k++)
    for (let f = 0; f < n; f++)
      for (let g = 0; g < n; g++) reach[f]![g] ||= reach[f]![k]! && reach[k]![g]!;
  return reach;
}

it('agrees with brute force on small graphs', () => {
  const graph = fc.integer({ min: 1, max: 9 }).chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 })), {
        maxLength: 20,
      }),
    ),
  );
  fc.assert(
    fc.property(graph, ([n, edges]) => {
      const reach = reachability(n, edges);
      const { rowStart, target } = csr(n, edges);
      const components = stronglyConnected(rowStart, target);
      const order = componentOrder(components, rowStart, target);
      expect(order.complete).toBe(true);
      for (let f = 0; f < n; f++) {
        for (let g = 0; g < n; g++) {
          const [cf, cg] = [components.of[f]!, components.of[g]!];
          const both = reach[f]![g]! && reach[g]![f]!;
          expect(cf === cg).toBe(both);
          if (both) continue;
          expect(order.below[cf]!.includes(cg)).toBe(reach[f]![g]!);
          if (reach[f]![g]) expect(cf).toBeLessThan(cg);
          const apart = order.undetermined!.some(
            ([a, b]) => a === Math.min(cf, cg) && b === Math.max(cf, cg),
          );
          expect(apart).toBe(!reach[f]![g]! && !reach[g]![f]!);
        }
      }
    }),
    { numRuns: 200 },
  );
});

describe('large and odd graphs', () => {
  it('a one-way chain of 100,000 states does not overflow the stack', () => {
    const n = 100_000;
    const { rowStart, target } = csr(
      n,
      Array.from({ length: n - 1 }, (_, f): [number, number] => [f, f + 1]),
    );
    const components = stronglyConnected(rowStart, target);
    expect(components.count).toBe(n);
    const order = componentOrder(components, rowStart, target);
    expect(order.complete).toBe(false);
    expect(order.below[0]).toEqual([1]);
  });

  it('no states', () => {
    const components = stronglyConnected(new Int32Array(1), new Int32Array(0));
    expect(components.count).toBe(0);
    expect(
      largestComponent(components, new Int32Array(1), new Int32Array(0), new Float64Array(0)),
    ).toBe(-1);
  });

  it('the largest has most states, then most counts', () => {
    const { rowStart, target } = csr(6, [
      [0, 1],
      [1, 0],
      [2, 3],
      [3, 2],
      [4, 5],
    ]);
    const components = stronglyConnected(rowStart, target);
    const count = Float64Array.from([1, 1, 5, 1, 100]);
    const largest = largestComponent(components, rowStart, target, count);
    expect([...components.members[largest]!]).toEqual([2, 3]);
  });
});
