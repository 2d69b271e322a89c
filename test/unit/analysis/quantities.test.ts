/** Every quantity of a result on nine kinds of count graphs, against other programs (make_quantities.py). */
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { solveLeastAction } from '../../../src/analysis/potential/least-action';
import { exactLeverages } from '../../../src/analysis/balance/leverages';
import { hessianWeights } from '../../../src/analysis/potential/hessian-vector';
import { splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { localValues } from '../../../src/analysis/potential/potential-result';
import { prepare } from '../../../src/analysis/prepare';
import { pseudoInverse } from '../../../src/analysis/potential/pseudo-inverse';
import { standardisedResiduals } from '../../../src/analysis/balance/residuals';
import type { ActionKernel, Normalisation } from '../../../src/analysis/result';
import fixture from '../../fixtures/quantities.json';
import { kindGraph, stateName } from '../helpers/kinds';

// A chain of 2,000 states, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

interface PotentialCase {
  normalisation: Normalisation;
  action: ActionKernel;
  V: number[];
  /** Null for a state alone in its component. */
  standardError: (number | null)[];
  pairs: { n: number; r: number | null; slope: number | null; chi2Published: number | null };
}

const ascending = (a: number, b: number) => a - b;

/** To 1e-8 of the value; near 0 to 1e-12. */
function agrees(found: number | null | undefined, expected: number | null, what: string): void {
  if (expected === null) return expect(found, what).toBeNull();
  expect(found, what).toEqual(expect.any(Number));
  const wrong = Math.abs(found! - expected);
  expect(wrong, `${what}: ${found} for ${expected}`).toBeLessThan(
    1e-8 * Math.abs(expected) + 1e-12,
  );
}

describe.each(fixture)('$kind', (one) => {
  const graph = kindGraph(one.kind);
  const names = one.states.map(stateName);
  const plain = analyse(graph, { replicas: 0 });

  it('input, components and their order', () => {
    expect(plain.input).toEqual({
      ...one.input,
      neverAttempted: one.input.neverAttempted.map(stateName),
    });
    if (typeof one.components === 'number') return expect(plain.components).toHaveLength(1);
    const found = plain.components.map(({ states }) => [...states].sort());
    const expected = one.components.map((states) => states.map(stateName));
    expect([...found].sort()).toEqual([...expected].sort());
    const at = expected.map((states) => found.findIndex(([first]) => first === states[0]));
    for (const [c, below] of one.above as [number, number[]][])
      expect(plain.components[at[c]!]!.above).toEqual(below.map((d) => at[d]!).sort(ascending));
    expect(plain.undetermined?.map((pair) => [...pair].sort(ascending))).toEqual(
      one.undetermined.map((pair) => (pair as number[]).map((c) => at[c]!).sort(ascending)),
    );
    found.forEach((states, c) =>
      states.forEach((name) => expect(plain.potential.component[name]).toBe(c)),
    );
  });

  it.each(one.potentials as PotentialCase[])('potential, $normalisation, $action', (expected) => {
    const { potential, tests } = analyse(graph, {
      normalisation: expected.normalisation,
      action: expected.action,
      replicas: 0,
    });
    expect(potential.converged).toBe(true);
    expect(potential.lastStep).toBeLessThanOrEqual(1e-8);
    names.forEach((name, i) => {
      agrees(potential.V[name], expected.V[i]!, `V ${name}`);
      const error = expected.standardError[i]!;
      if (error === null) expect(potential.standardError).not.toHaveProperty(name);
      else agrees(potential.standardError?.[name], error, `error ${name}`);
    });
    expect(tests.pairs.n).toBe(expected.pairs.n);
    expect(tests.pairs.ndfPublished).toBe(expected.pairs.n);
    for (const key of ['r', 'slope', 'chi2Published'] as const)
      agrees(tests.pairs[key], expected.pairs[key], `pairs ${key}`);
  });

  it('reversible fit; pi by deeptime too', () => {
    const found = plain.reversible!;
    expect(found.converged).toBe(true);
    expect(plain.components[found.component]!.states).toEqual(Object.keys(found.V));
    expect(Object.keys(found.pi)).toEqual(Object.keys(found.V));
    one.reversible.states.map(stateName).forEach((name, i) => {
      agrees(found.V[name], one.reversible.V[i]!, `reversible V ${name}`);
      agrees(found.pi[name]! / one.reversible.pi[i]!, 1, `pi ${name}`);
      agrees(found.standardError?.[name], one.reversible.standardError[i]!, `error ${name}`);
      if (one.reversible.deeptime)
        agrees(found.pi[name]! / one.reversible.deeptime[i]!, 1, `pi by deeptime ${name}`);
    });
  });

  it.each(Object.entries(one.bounds))(
    'bounds between components, %s',
    (normalisation, expected) => {
      const { bounds } = analyse(graph, {
        normalisation: normalisation as Normalisation,
        replicas: 0,
      });
      expect(bounds).toHaveLength(expected.length);
      for (const [f, g, atLeast] of expected as [number, number, number][]) {
        const bound = bounds.find(
          ({ above, below }) => above === stateName(f) && below === stateName(g),
        );
        agrees(bound?.atLeast, atLeast, 'bound');
      }
    },
  );

  it('the test of balance', () => {
    const { flagged, ...expected } = one.balance;
    const found = plain.tests.balance;
    expect(found).toMatchObject({ pairs: expected.pairs, ndf: expected.ndf });
    agrees(found.medianExpected, expected.medianExpected, 'medianExpected');
    for (const key of ['X2', 'G2', 'pAsymptotic', 'information', 'tau'] as const)
      if (key === 'information' && expected[key] === undefined) expect(found[key]).toBeUndefined();
      else agrees(found[key], expected[key] ?? null, key);
    const counts = found.method === 'asymptotic' ? 'many' : 'few';
    for (const key of ['powerInformation', 'tauDetectable'] as const)
      agrees(found[key] ?? null, expected[key]?.[counts] ?? null, `${key}, ${counts}`);
    expected.tauInterval?.forEach((tau, end) =>
      agrees(found.tauInterval![end], tau, 'tauInterval'),
    );
    const key = (f: string, g: string, residual: number) =>
      `${(residual > 0 ? [f, g] : [g, f]).join()} ${Math.abs(residual).toFixed(7)}`;
    expect(found.flagged.map(({ states: [f, g], residual }) => key(f, g, residual)).sort()).toEqual(
      flagged
        .map((pair) => pair as [[number, number], number])
        .map(([[f, g], residual]) => key(stateName(f), stateName(g), residual))
        .sort(),
    );
    found.flagged
      .slice(1)
      .forEach(({ residual }, i) =>
        expect(Math.abs(residual)).toBeLessThan(Math.abs(found.flagged[i]!.residual) + 1e-9),
      );
  });

  it('triangles and the threshold form', () => {
    const { n, chi2, largest } = plain.tests.triangles;
    expect(n).toBe(one.triangles.n);
    agrees(chi2, one.triangles.chi2, 'triangles');
    expect(largest).toHaveLength(one.triangles.largest.length);
    largest.forEach(({ states, affinity, sigma }, i) => {
      const [expected, a, s] = one.triangles.largest[i] as [number[], number, number];
      expect(states).toEqual(expected.map(stateName));
      agrees(affinity, a, 'affinity');
      agrees(sigma, s, 'sigma');
    });
    const { why: _, ...cycles } = plain.tests.cycles;
    const { chi2: leastSquares, p, ...expected } = one.cycles;
    expect(cycles).toMatchObject(expected);
    agrees(cycles.chi2, leastSquares, 'cycles');
    agrees(cycles.p, p, 'cycles p');
  });

  it('leverages and standardised residuals', () => {
    const prepared = prepare(graph);
    const theta = solveLeastAction(prepared.counts, 'softplus').V;
    const leverage = new Map<string, number>();
    const residual = new Map<string, number>();
    for (const block of splitBlocks(prepared.counts)) {
      if (block.states.length > 1500) continue;
      const local = localValues(block, theta);
      const weights = new Float64Array(block.graph.neighbour.length);
      hessianWeights(block.graph, 'softplus', local, weights);
      const h = exactLeverages(block.graph, weights, pseudoInverse(block.graph, weights));
      const name = (f: number, g: number) => `${block.states[f]} ${block.states[g]}`;
      for (let f = 0; f < block.states.length; f++)
        for (let k = block.graph.rowStart[f]!; k < block.graph.rowStart[f + 1]!; k++)
          leverage.set(name(f, block.graph.neighbour[k]!), h[k]!);
      const fitted = { graph: block.graph, theta: local };
      for (const { f, g, residual: z } of standardisedResiduals(fitted, h))
        residual.set(name(f, g), z);
    }
    for (const [pair, h] of one.leverages as [[number, number], number][])
      agrees(leverage.get(pair.join(' ')), h, 'leverage');
    for (const [pair, z] of one.residuals as [[number, number], number][])
      agrees(residual.get(pair.join(' ')), z, 'residual');
  });
});
