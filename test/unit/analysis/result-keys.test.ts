/** Every number of a result is held by a named test: a new one without fails here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse';
import { countAttempts } from '../../../src/transitions/count';
import type { Attempt } from '../../../src/transitions/types';
import { bundled, root, steady } from '../helpers/graphs';
import { kindGraph, stateName } from '../helpers/kinds';

/** Tests in this folder, by what of a result they hold against an independent program or by hand. */
const held: Record<string, string> = {
  'quantities.test.ts': `input.states input.attempts input.accepted input.rejected input.selfTransitions
    input.distinctTransitions input.neverAttempted components.states components.above undetermined
    bounds.above bounds.below bounds.atLeast
    potential.V potential.component potential.standardError potential.lastStep potential.converged
    reversible.V reversible.pi reversible.standardError reversible.component reversible.converged
    tests.pairs.n tests.pairs.r tests.pairs.slope tests.pairs.chi2Published tests.pairs.ndfPublished
    tests.balance.X2 tests.balance.G2 tests.balance.ndf tests.balance.pairs tests.balance.medianExpected
    tests.balance.pAsymptotic tests.balance.information tests.balance.powerInformation tests.balance.tau
    tests.balance.tauInterval tests.balance.tauDetectable tests.balance.flagged.states tests.balance.flagged.residual
    tests.triangles.n tests.triangles.chi2 tests.triangles.largest.states
    tests.triangles.largest.affinity tests.triangles.largest.sigma
    tests.cycles.pairs tests.cycles.states tests.cycles.components tests.cycles.chi2 tests.cycles.ndf
    tests.cycles.p`,
  'null.test.ts': `tests.balance.pBootstrap tests.balance.replicas tests.balance.nullQuantiles
    dynamics.entropyProduction.nullMean dynamics.entropyProduction.nullInterval`,
  'exact-test.test.ts': `tests.balance.p tests.balance.method tests.balance.exact.p
    tests.balance.exact.standardError tests.balance.exact.samples tests.balance.exact.effectiveSamples
    tests.balance.exact.mostCommon tests.balance.exact.sweeps`,
  'dynamics.test.ts': `dynamics.stationary dynamics.entropyProduction.plugIn
    dynamics.entropyProduction.lowerBound dynamics.entropyProduction.oneWayPairs
    dynamics.eigenvalueModuli dynamics.relaxationTimes
    dynamics.spectrum.count dynamics.spectrum.of dynamics.spectrum.method dynamics.spectrum.residual
    dynamics.downhill.weighted dynamics.downhill.unweighted`,
  'passage.test.ts': `dynamics.entropyProduction.schnakenberg dynamics.netFlux.share
    dynamics.netFlux.largest.from dynamics.netFlux.largest.to dynamics.netFlux.largest.net
    dynamics.netFlux.largest.forward dynamics.netFlux.largest.backward dynamics.firstPassage.times
    dynamics.firstPassage.kemeny dynamics.firstPassage.target dynamics.committor.chances
    dynamics.committor.source dynamics.committor.target dynamics.forbidden.states
    dynamics.forbidden.chances`,
  'affinities.test.ts': 'tests.affinities.states tests.affinities.affinity tests.affinities.sigma',
  'decomposition.test.ts': `tests.decomposition.weights tests.decomposition.pairs
    tests.decomposition.norm tests.decomposition.gradient tests.decomposition.curl
    tests.decomposition.harmonic`,
  'assumptions.test.ts': `tests.assumptions.halves.chi2 tests.assumptions.halves.ndf
    tests.assumptions.halves.p tests.assumptions.designEffect`,
  'chains.test.ts': `tests.assumptions.order.triples tests.assumptions.order.chi2
    tests.assumptions.order.ndf tests.assumptions.order.p
    tests.assumptions.chapmanKolmogorov.lags.steps tests.assumptions.chapmanKolmogorov.lags.walks
    tests.assumptions.chapmanKolmogorov.lags.chi2 tests.assumptions.chapmanKolmogorov.lags.ndf
    tests.assumptions.chapmanKolmogorov.lags.p tests.assumptions.chapmanKolmogorov.lags.returns.state
    tests.assumptions.chapmanKolmogorov.lags.returns.predicted
    tests.assumptions.chapmanKolmogorov.lags.returns.predictedError
    tests.assumptions.chapmanKolmogorov.lags.returns.seen
    tests.assumptions.chapmanKolmogorov.lags.returns.interval`,
  'parametric-result.test.ts': `parametric.features parametric.states parametric.without
    parametric.unknown parametric.weights.feature parametric.weights.weight
    parametric.weights.standardError parametric.weights.interval parametric.explained parametric.chi2
    parametric.ndf parametric.p parametric.furthest.state parametric.furthest.residual
    parametric.furthest.standardError`,
  'verdict.test.ts': 'verdict.code verdict.text',
};

/** What was asked and who answered: no quantities. `iterations` is how the answer was reached. */
const noQuantity =
  /^(equipoise|kind|warnings|potential\.iterations|tests\.balance\.replicas(By|Repeated)|options\..*|backend\..*)$/;

/** Adds the paths of all values under `value`; names of states and positions in lists left out. */
function leaves(value: unknown, states: Set<string>, path: string, found: Set<string>): void {
  if (Array.isArray(value)) for (const inner of value) leaves(inner, states, path, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'why' && !states.has(key)) continue;
      leaves(inner, states, states.has(key) ? path : path ? `${path}.${key}` : key, found);
    }
  else found.add(path);
}

/** A walk over five states: a log that is a chain. */
function chainLog(): Attempt[] {
  const random = steady(1);
  let at = 0;
  return Array.from({ length: 3000 }, (_, i) => {
    const from = stateName(at);
    at = Math.floor(5 * random());
    return { i, t: i, from, to: stateName(at) };
  });
}

const log = chainLog();
const results = [
  ...['driven', 'islands', 'never attempted', 'sparse', 'chain'].map((kind) =>
    analyse(kindGraph(kind), { replicas: 20, forbidden: [stateName(2)] }),
  ),
  analyse(bundled('four.csv'), {}, undefined, {
    names: ['x'],
    states: ['a', 'b', 'c', 'd'],
    values: Float64Array.of(1, 2, 4, 3),
  }),
  analyse(countAttempts(log), { replicas: 20 }, log),
];
const found = new Set<string>();
for (const result of results)
  leaves(result, new Set(result.components.flatMap(({ states }) => states)), '', found);

const keys = Object.entries(held).flatMap(([file, paths]) =>
  paths.split(/\s+/).map((path): [string, string] => [path, file]),
);

it('no quantity of a result is without a test that holds it', () => {
  const known = new Set(keys.map(([path]) => path));
  const without = [...found].filter((path) => !known.has(path) && !noQuantity.test(path));
  expect(without).toEqual([]);
});

it('no test is said to hold what no result has', () => {
  expect(keys.filter(([path]) => !found.has(path))).toEqual([]);
  expect(new Set(keys.map(([path]) => path)).size).toBe(keys.length);
});

it.each(Object.keys(held))('%s, or its fixture, names all that it holds', (file) => {
  const folder = join(root, 'test/unit/analysis');
  let text = readFileSync(join(folder, file), 'utf8');
  for (const [, fixture] of text.matchAll(/'(\.\.\/\.\.\/fixtures\/[\w-]+\.json)'/g))
    text += readFileSync(join(folder, fixture!), 'utf8');
  const names = held[file]!.split(/\s+/).map((path) => path.split('.').at(-1)!);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});
