/** Counting: nothing is lost, any string is a name, the live counters agree with the graph. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { countAttempts, Counter } from '../../../src/transitions/count';
import type { Attempt, CountGraph } from '../../../src/transitions/types';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = fc.constantFrom('A', 'B', 'C', '__proto__', 'constructor', 'toString', 'é', '0', ' ');
const attempts = fc.array(
  fc.oneof(
    fc.record({ from: name, to: name }),
    fc.record({ from: name, reject: fc.constantFrom('empty', 'wrong-sum', '__proto__') }),
  ),
  { maxLength: 60 },
);
const logged = attempts.map((list) => list.map((one, i): Attempt => ({ i, t: i, ...one })));

const count = (graph: CountGraph, from: string, to: string): number => {
  const f = graph.names.indexOf(from);
  const g = graph.names.indexOf(to);
  if (f === g) return graph.selfTransitions[f]!;
  for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
    if (graph.target[k] === g) return graph.count[k]!;
  return 0;
};

describe('counting', () => {
  it('loses nothing: N_f = sum N_fg + R_f, and every count is the number of its lines', () => {
    fc.assert(
      fc.property(logged, (log) => {
        const graph = countAttempts(log);
        const seen = [
          ...new Set(log.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to]))),
        ];
        expect(graph.names).toEqual(seen);
        graph.names.forEach((from, f) => {
          expect(graph.attempts[f]).toBe(log.filter((one) => one.from === from).length);
          expect(graph.rejected[f]).toBe(
            log.filter((one) => one.from === from && one.reject !== undefined).length,
          );
          let sum = graph.rejected[f]! + graph.selfTransitions[f]!;
          for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
            sum += graph.count[k]!;
            expect(graph.count[k]).toBeGreaterThan(0);
            expect(graph.target[k]).not.toBe(f);
            if (k > graph.rowStart[f]!)
              expect(graph.target[k]).toBeGreaterThan(graph.target[k - 1]!);
          }
          expect(sum).toBe(graph.attempts[f]);
          for (const to of graph.names)
            expect(count(graph, from, to)).toBe(
              log.filter((one) => one.from === from && one.to === to).length,
            );
        });
      }),
    );
  });

  it('keeps live counters that agree with the graph at every moment', () => {
    fc.assert(
      fc.property(logged, (log) => {
        const counter = new Counter();
        for (const attempt of log) {
          counter.add(attempt);
          const graph = counter.snapshot();
          const total = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0);
          expect(counter.attempts).toBe(total(graph.attempts));
          expect(counter.rejected).toBe(total(graph.rejected));
          expect(counter.accepted).toBe(total(graph.count) + total(graph.selfTransitions));
          expect(counter.states).toBe(graph.names.length);
          expect(counter.distinct).toBe(graph.count.length);
          let pairs = 0;
          for (const from of graph.names)
            for (const to of graph.names)
              if (from < to && count(graph, from, to) > 0 && count(graph, to, from) > 0) pairs++;
          expect(counter.pairsBothWays).toBe(pairs);
          const reasons = [...counter.rejectedByReason.values()].reduce((sum, one) => sum + one, 0);
          expect(reasons).toBe(counter.rejected);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('a snapshot does not change with what comes later', () => {
    const counter = new Counter();
    counter.addTransitions('A', 'B', 2);
    const before = counter.snapshot();
    counter.addTransitions('A', 'B', 5);
    counter.addTransitions('C', 'A', 1);
    expect(before.names).toEqual(['A', 'B']);
    expect([...before.count]).toEqual([2]);
  });
});
