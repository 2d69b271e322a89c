/** First passages, committors, chances ever to enter, net fluxes: golden numbers, peers, any table. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyse, prepare } from '../../../src/analysis/analyse';
import { predict } from '../../../src/analysis/dynamics/predict';
import kinds from '../../fixtures/kinds.json';
import fixture from '../../fixtures/passage.json';
import { bundled, graphOf, type Edge } from '../helpers/graphs';

// The chain of 2,000 states, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const name = (f: number) => `s${String(f).padStart(4, '0')}`;
const quick = { replicas: 0 };

describe('four', () => {
  const ask = (target: string[], source: string[], forbidden: string[] = []) =>
    analyse(bundled('four.csv'), { ...quick, target, source, forbidden }).dynamics!;

  it('has the committor of the method, d before c', () => {
    const { chances } = ask(['d'], ['c']).committor!;
    expect(chances['a']).toBeCloseTo(0.338521, 6);
    expect(chances['b']).toBeCloseTo(0.233463, 6);
    expect([chances['c'], chances['d']]).toEqual([0, 1]);
  });

  it('has the net fluxes of its three independent cycles, and their entropy production', () => {
    const { netFlux: flux, entropyProduction: entropy } = ask(['d'], ['c']);
    expect(flux!.largest.map(({ from, to }) => from + to)).toEqual(['ac', 'ba', 'cb', 'da', 'cd']);
    for (const { net, forward, backward } of flux!.largest)
      expect(net).toBeCloseTo(forward - backward, 15);
    expect(entropy.schnakenberg).toBeCloseTo(0.005503428, 9);
  });

  it('takes the most visited state as target, the highest potential as source', () => {
    const { firstPassage, committor: chance } = analyse(bundled('four.csv'), quick).dynamics!;
    expect(firstPassage!.target).toEqual(['a']);
    expect(chance).toMatchObject({ source: ['d'], target: ['a'] });
    expect(ask(['d'], []).committor).toMatchObject({ source: ['c'], target: ['d'] });
  });

  it.each([
    ['an unknown target', ['x'], ['c'], /no state "x"/],
    ['an unknown source', ['d'], ['c', 'x'], /no state "x"/],
    ['one state as both', ['d', 'c'], ['c'], /"c" is both/],
  ])('says why for %s', (_, target, source, reason) => {
    const { committor: chance, firstPassage } = ask(target, source);
    expect(chance!.chances).toEqual({});
    expect(chance!.why!['chances']).toMatch(reason);
    expect(Object.keys(firstPassage!.times)).toHaveLength(target[0] === 'x' ? 0 : 4);
    if (target[0] === 'x') expect(firstPassage!.why!['times']).toMatch(reason);
    expect(firstPassage!.kemeny).toBeCloseTo(9.135572296, 8);
  });

  it('says why for an unknown forbidden state, and says nothing where none is', () => {
    const { forbidden } = ask(['d'], ['c'], ['c', '__proto__']);
    expect(forbidden!.chances).toEqual({});
    expect(forbidden!.why!['chances']).toMatch(/no state "__proto__"/);
    expect(ask(['d'], ['c'])).not.toHaveProperty('forbidden');
  });
});

describe.each(fixture)('against deeptime, NumPy, SciPy and networkx: $kind', (one) => {
  const { edges, rejected } = kinds.find(({ kind }) => kind === one.kind)!;
  const graph = graphOf(
    edges.map(([f, g, count]): Edge => [name(f!), name(g!), count!]),
    rejected.map((count, f) => [name(f), count]),
  );
  const options = { target: one.target.map(name), source: one.source.map(name) };
  const dynamics = analyse(graph, { ...quick, ...options, forbidden: [name(0)] }).dynamics!;

  it('mean first-passage times and Kemeny constant', () => {
    const { times, kemeny } = dynamics.firstPassage!;
    expect(Object.keys(times).sort()).toEqual(Object.keys(dynamics.stationary).sort());
    one.sample.forEach((f, i) => {
      if (one.times[i] === 0) expect(times[name(f)]).toBe(0);
      else expect(times[name(f)]! / one.times[i]! - 1).toBeCloseTo(0, 8);
    });
    expect(kemeny! / one.kemeny - 1).toBeCloseTo(0, 8);
  });

  it('committor', () => {
    const { chances } = dynamics.committor!;
    one.sample.forEach((f, i) => expect(chances[name(f)]! - one.chances[i]!).toBeCloseTo(0, 9));
  });

  it('chance ever to enter the first state', () => {
    const { chances, why } = dynamics.forbidden!;
    expect(Object.keys(chances)).toHaveLength(graph.names.length);
    if (one.forbidden)
      one.forbidden.forEach((chance, f) => {
        if (chance === null) expect(chances[name(f)]).toBeNull();
        else expect(chances[name(f)]! - chance).toBeCloseTo(0, 9);
      });
    else for (const chance of Object.values(chances)) expect(chance).toBeCloseTo(1, 9);
    expect(Object.values(chances).includes(null)).toBe(why !== undefined);
  });

  it('net fluxes and the sum over cycles', () => {
    const { share, largest } = dynamics.netFlux!;
    expect(share! - one.share).toBeCloseTo(0, 9);
    const expected = new Map(one.largest?.map(([f, g, net]) => [name(f!) + name(g!), net!]));
    if (one.largest) {
      const sizes = [...expected.values()];
      largest.slice(0, sizes.length).forEach(({ from, to, net }, k) => {
        expect(net / sizes[k]!).toBeCloseTo(1, 8);
        // Round a ring all are equal, and the order is nobody's.
        if (one.kind !== 'driven') expect(expected.get(from + to)! / net).toBeCloseTo(1, 8);
      });
      if (sizes.length === 0) for (const { net } of largest) expect(net).toBeLessThan(1e-12);
    }
    const { schnakenberg, why } = dynamics.entropyProduction;
    if (one.schnakenberg === null) {
      expect(schnakenberg).toBeNull();
      expect(why!['schnakenberg']).toMatch(/one way/);
    } else expect(Math.abs(schnakenberg! - one.schnakenberg)).toBeLessThan(1e-10);
  });
});

describe('forbidden states', () => {
  // From a: 1/4 to b, 1/4 to z, else stays. From b: half to a, half to the exit. u was never tried.
  const graph = graphOf(
    [
      ['a', 'b', 10],
      ['a', 'z', 10],
      ['b', 'a', 20],
      ['b', 'exit', 10],
      ['b', 'u', 10],
      ['exit', 'exit', 5],
      ['lost', 'exit', 3],
    ],
    [
      ['a', 20],
      ['b', 7],
      ['stuck', 9],
    ],
  );
  const { forbidden } = predict(prepare(graph), { target: [], source: [], forbidden: ['z'] });

  it('by hand, over the whole graph', () => {
    // q_a = (q_b + 1) / 2, q_b = q_a / 2.
    expect(forbidden!.chances['a']).toBeCloseTo(2 / 3, 14);
    expect(forbidden!.chances['b']).toBeCloseTo(1 / 3, 14);
    expect(forbidden!.chances).toMatchObject({ z: 1, exit: 0, lost: 0, stuck: 0, u: null });
    expect(forbidden!.why!['chances']).toMatch(/One state was never attempted from/);
  });

  it('a target outside the largest component is named', () => {
    const choice = { target: ['exit'], source: ['b'], forbidden: [] };
    const { firstPassage, committor: chance } = predict(prepare(graph), choice);
    expect(firstPassage!.why!['times']).toMatch(/"exit" is not in the largest component/);
    expect(chance!.why!['chances']).toMatch(/"exit" is not in the largest component/);
  });

  it('are answered without any component of two states', () => {
    const one = graphOf([
      ['a', 'b', 1],
      ['a', 'c', 3],
    ]);
    const found = predict(prepare(one), { target: ['a'], source: ['b'], forbidden: ['b'] });
    expect(found).toMatchObject({ firstPassage: null, committor: null });
    expect(found.forbidden!.chances).toEqual({ a: 0.25, b: 1, c: null });
  });
});

describe('any table of counts', () => {
  const names = ['a', 'b', '__proto__', 'd', 'e', 'f'];
  const edge = fc.tuple(
    fc.constantFrom(...names),
    fc.constantFrom(...names),
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(5000, 1e9)),
  );

  it.each(['attempts', 'accepted', 'uniform', 'dirichlet'] as const)(
    '%s: chances are chances, every gap has its why, predict says the same',
    (normalisation) => {
      fc.assert(
        fc.property(
          fc.array(edge, { minLength: 1, maxLength: 25 }),
          fc.subarray(names),
          fc.subarray(names),
          fc.constantFrom({}, { attemptsPerState: 1 }, { attemptsPerState: 20000 }),
          (table, target, forbidden, more) => {
            const graph = graphOf(table);
            const options = { ...quick, normalisation, target, forbidden, ...more };
            const { dynamics } = analyse(graph, options);
            if (!dynamics) return;
            const { firstPassage, committor: chance, forbidden: risk } = dynamics;
            const inside = Object.keys(dynamics.stationary).length;
            const gap = (record: object, why: string | undefined, full: number) =>
              expect(Object.keys(record)).toHaveLength(why === undefined ? full : 0);
            gap(firstPassage!.times, firstPassage!.why?.['times'], inside);
            gap(chance!.chances, chance!.why?.['chances'], inside);
            expect(firstPassage!.kemeny === null).toBe(!!firstPassage!.why?.['kemeny']);
            for (const time of Object.values(firstPassage!.times)) expect(time >= 0).toBe(true);
            const all = [...Object.values(chance!.chances), ...Object.values(risk?.chances ?? {})];
            for (const one of all) expect(one === null || (one >= 0 && one <= 1)).toBe(true);
            const { target: to, source: from } = { ...firstPassage!, ...chance! };
            const choice = { target: to, source: from, forbidden };
            expect(predict(prepare(graph, options), choice)).toEqual({
              firstPassage,
              committor: chance,
              forbidden: risk ?? null,
            });
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});
