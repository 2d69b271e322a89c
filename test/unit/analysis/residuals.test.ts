/** Which pairs stand out (method.md 5.6): values, bridges, false alarms. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { bridges } from '../../../src/analysis/graph/bridges';
import { neighbourGraph, splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { prepare } from '../../../src/analysis/prepare';
import { solveLeastAction } from '../../../src/analysis/potential/least-action';
import { information } from '../../../src/analysis/balance/balance-test';
import { standardisedResiduals, standingOut } from '../../../src/analysis/balance/residuals';
import type { FlaggedPair } from '../../../src/analysis/result';
import { bundled, graphOf, steady, type Edge } from '../helpers/graphs';
import { kindTable, stateName } from '../helpers/kinds';

// Properties and a simulation, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const quick = { replicas: 0 };

it('flags the same pairs whatever the order, the rejections and the self-transitions', () => {
  const { edges } = kindTable('scattered');
  const { flagged } = analyse(graphOf(edges), quick).tests.balance;
  const other = analyse(
    graphOf(
      [...edges].reverse().map(([f, g, n], i) => [f, g, f === g ? i : n]),
      edges.map(([from], i) => [from, i]),
    ),
    quick,
  );
  const key = ({ states, residual }: FlaggedPair) =>
    `${(residual > 0 ? states : [...states].reverse()).join()} ${Math.abs(residual).toFixed(5)}`;
  expect(flagged.length).toBeGreaterThan(10);
  expect(other.tests.balance.flagged.map(key).sort()).toEqual(flagged.map(key).sort());
});

it('one driven pair among many stands out, with the sign of the excess', () => {
  const edges: Edge[] = [];
  for (let f = 0; f < 8; f++)
    for (let g = 0; g < 8; g++) if (f !== g) edges.push([`s${f}`, `s${g}`, 50]);
  edges.push(['s5', 's2', 60]);
  const { flagged, why } = analyse(graphOf(edges), quick).tests.balance;
  expect(flagged.map(({ states }) => states)).toEqual([['s2', 's5']]);
  expect(flagged[0]!.residual).toBeLessThan(-3);
  expect(why).toBeUndefined();
});

it('in a single cycle all pairs have residuals of one size: the root of X2', () => {
  const { tests } = analyse(
    graphOf([
      ['a', 'b', 70],
      ['b', 'a', 30],
      ['b', 'c', 70],
      ['c', 'b', 30],
      ['c', 'a', 70],
      ['a', 'c', 30],
    ]),
    quick,
  );
  expect(tests.balance.flagged).toHaveLength(3);
  for (const { residual } of tests.balance.flagged)
    expect(Math.abs(residual)).toBeCloseTo(Math.sqrt(tests.balance.X2!), 8);
});

it('says why no pair can stand out', () => {
  const few = analyse(bundled('four.csv'), quick);
  expect(few.tests.balance.flagged.length).toBeGreaterThan(0);
  const sparse = graphOf([
    ['a', 'b', 1],
    ['b', 'a', 2],
    ['b', 'c', 2],
    ['c', 'b', 1],
    ['c', 'a', 1],
    ['a', 'c', 3],
  ]);
  const { flagged, why } = analyse(sparse, quick).tests.balance;
  expect(flagged).toEqual([]);
  expect(why?.['flagged']).toMatch(/5 or more/);
  expect(analyse(graphOf([['a', 'b', 9]]), quick).tests.balance.why?.['flagged']).toBeTruthy();
});

it('bridges are the pairs without which the graph falls apart', () => {
  const arbitrary = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
    { minLength: 1, maxLength: 16 },
  );
  const parts = (graph: ReturnType<typeof neighbourGraph>, without: number) => {
    const of = Array.from({ length: graph.states }, (_, f) => f);
    for (let f = 0; f < graph.states; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        if (k === without || graph.mirror[k] === without) continue;
        const [old, now] = [of[graph.neighbour[k]!]!, of[f]!];
        of.forEach((o, i) => (of[i] = o === old ? now : o));
      }
    }
    return new Set(of).size;
  };
  fc.assert(
    fc.property(arbitrary, (pairs) => {
      const edges = pairs.flatMap(([f, g]): Edge[] => (f === g ? [] : [[`s${f}`, `s${g}`, 1]]));
      const { rowStart, target, count } = graphOf(edges);
      const graph = neighbourGraph({ rowStart, target, weight: count });
      const found = bridges(graph);
      for (let k = 0; k < found.length; k++)
        expect(found[k] === 1).toBe(parts(graph, k) > parts(graph, -1));
    }),
    { numRuns: 200 },
  );
});

it('a long chain has bridges only', () => {
  const edges: Edge[] = [];
  for (let f = 0; f < 20000; f++) edges.push([`s${f}`, `s${f + 1}`, 1]);
  const { rowStart, target, count } = graphOf(edges);
  const found = bridges(neighbourGraph({ rowStart, target, weight: count }));
  expect(found.every((one) => one === 1)).toBe(true);
});

it('under balance about 5% of pairs pass 1.96, and few tables flag any', () => {
  const random = steady(20261124);
  const binomial = (n: number, p: number) => {
    let hits = 0;
    for (let i = 0; i < n; i++) if (random() < p) hits++;
    return hits;
  };
  const n = 12;
  const tables = 200;
  let pairs = 0;
  let beyond = 0;
  let tablesFlagged = 0;
  for (let table = 0; table < tables; table++) {
    const V = Array.from({ length: n }, () => 1.5 * random());
    const edges: Edge[] = [];
    for (let f = 0; f < n; f++) {
      for (let g = f + 1; g < n; g++) {
        if (g > f + 1 && random() < 0.5) continue;
        const both = 20 + Math.floor(60 * random());
        const out = binomial(both, 1 / (1 + Math.exp(V[g]! - V[f]!)));
        edges.push([stateName(f), stateName(g), out], [stateName(g), stateName(f), both - out]);
      }
    }
    const prepared = prepare(graphOf(edges));
    const { V: theta } = solveLeastAction(prepared.counts, 'softplus');
    const residuals = splitBlocks(prepared.counts).flatMap(({ graph, states }) => {
      const local = Float64Array.from(states, (f) => theta[f]!);
      const { h } = information({ graph, theta: local });
      return standardisedResiduals({ graph, theta: local }, h!);
    });
    pairs += residuals.length;
    beyond += residuals.filter(({ residual }) => Math.abs(residual) > 1.96).length;
    if (standingOut(residuals).length > 0) tablesFlagged++;
  }
  expect(beyond / pairs).toBeGreaterThan(0.035);
  expect(beyond / pairs).toBeLessThan(0.06);
  expect(tablesFlagged / tables).toBeLessThan(0.09);
});
