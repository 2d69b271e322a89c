/** The exact conditional test: its law against full enumeration, its p under balance, what it keeps, its limits. */
import { describe, expect, it, vi } from 'vitest';
import { analyse, completing, prepare, solve } from '../../../src/analysis/analyse';
import { purposes } from '../../../src/analysis/balance/bootstrap';
import { RandomCycles, shortCycles } from '../../../src/analysis/balance/cycle-moves';
import { ExactChain } from '../../../src/analysis/balance/exact-chain';
import {
  exactNetwork,
  networkX2,
  type ExactNetwork,
} from '../../../src/analysis/balance/exact-network';
import {
  pairLimit,
  planExact,
  runExact,
  tallyExact,
  type ExactRun,
} from '../../../src/analysis/balance/exact-null';
import { WordStream } from '../../../src/analysis/balance/word-stream';
import { effectiveSamples } from '../../../src/analysis/statistics/effective-samples';
import { chi2Survival, logGamma } from '../../../src/analysis/statistics/special';
import { allPairs, balancedCounts, problemOf } from '../../cases/bootstrap';
import { gridPairs, randomPairs, seeded } from '../../cases/graphs';
import fixture from '../../fixtures/exact-test.json';
import { graphOf, type Edge } from '../helpers/graphs';

// Long chains, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const edgesOf = (rows: number[][]): Edge[] =>
  rows.flatMap((row, f) =>
    row.flatMap((count, g): Edge[] => (count > 0 ? [[`s${f}`, `s${g}`, count]] : [])),
  );
const small = fixture.map(({ name, rows }) => ({ name, blocks: blocksOf(edgesOf(rows)) }));

function blocksOf(edges: Edge[]) {
  return problemOf(graphOf(edges), 1).blocks;
}

/** The counts f -> g of every pair: which table the network holds. */
const tableOf = ({ pairs, room }: ExactNetwork): string =>
  Array.from({ length: pairs }, (_, e) => room[2 * e + 1]).join();

/** Pair totals, then net outflows. */
function kept({ states, pairs, head, room }: ExactNetwork): number[] {
  const net = new Array<number>(states).fill(0);
  const both = Array.from({ length: pairs }, (_, e) => room[2 * e]! + room[2 * e + 1]!);
  for (let a = 0; a < 2 * pairs; a++) net[head[a]!]! += room[a]! - room[a ^ 1]!;
  return [...both, ...net];
}

/** All tables of the totals and net outflows that the network has, with their probabilities. */
function enumerated(network: ExactNetwork): Map<string, number> {
  const { pairs, head, room } = network;
  const both = Array.from({ length: pairs }, (_, e) => room[2 * e]! + room[2 * e + 1]!);
  const wanted = kept(network);
  const found = new Map<string, number>();
  const table = { ...network, head, room: room.slice() };
  const fill = (e: number, logarithm: number): void => {
    if (e === pairs) {
      if (kept(table).every((value, i) => value === wanted[i]))
        found.set(tableOf(table), Math.exp(logarithm));
      return;
    }
    const b = both[e]!;
    for (let out = 0; out <= b; out++) {
      table.room[2 * e] = b - out;
      table.room[2 * e + 1] = out;
      fill(e + 1, logarithm + logGamma(b + 1) - logGamma(out + 1) - logGamma(b - out + 1));
    }
  };
  fill(0, 0);
  const total = [...found.values()].reduce((sum, weight) => sum + weight, 0);
  for (const [key, weight] of found) found.set(key, weight / total);
  return found;
}

function chainOf(network: ExactNetwork, seed: number): ExactChain {
  const chain = ExactChain.of(network, seed);
  if (!chain) throw new Error('no chain');
  return chain;
}

function sampled(
  blocks: ReturnType<typeof blocksOf>,
  samples: number,
  seed: number,
  steps?: number,
): ExactRun {
  const plan = planExact(blocks, samples, seed);
  if ('why' in plan) throw new Error(plan.why);
  const run = runExact(steps === undefined ? plan : { ...plan, steps });
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
}

describe.each(small)('$name', ({ name, blocks }) => {
  const expected = fixture.find((one) => one.name === name)!;
  const law = enumerated(exactNetwork(blocks));

  it('has the tables and the X2 of the enumeration in Python', () => {
    expect(law.size).toBe(expected.tables);
    expect(networkX2(exactNetwork(blocks))).toBeCloseTo(expected.X2, 8);
  });

  it.each([1, 2])('visits every table as often as it is probable (seed %d)', (seed) => {
    const network = exactNetwork(blocks);
    const chain = chainOf(network, seed);
    const draws = 20_000;
    // Far enough apart to be independent.
    const apart = 25;
    const seen = new Map<string, number>();
    for (let b = 0; b < draws; b++) {
      if (seed === 1) chain.forward(b * apart, apart);
      else chain.backward((draws - b) * apart, apart);
      const table = tableOf(network);
      seen.set(table, (seen.get(table) ?? 0) + 1);
    }
    expect([...seen.keys()].filter((table) => !law.has(table))).toEqual([]);
    let chi2 = 0;
    let cells = 0;
    let [rest, restExpected] = [0, 0];
    let distance = 0;
    for (const [table, probability] of law) {
      const count = seen.get(table) ?? 0;
      distance += Math.abs(count / draws - probability) / 2;
      if (draws * probability < 10) {
        rest += count;
        restExpected += draws * probability;
        continue;
      }
      chi2 += (count - draws * probability) ** 2 / (draws * probability);
      cells++;
    }
    if (restExpected > 5) {
      chi2 += (rest - restExpected) ** 2 / restExpected;
      cells++;
    }
    if (cells > 1) expect(chi2Survival(chi2, cells - 1)).toBeGreaterThan(1e-4);
    // The mean total variation of as many draws is sum of sqrt(p (1 - p) / (2 pi draws)), 0.014 at most here.
    expect(distance).toBeLessThan(0.03);
  });

  it('reaches every table from every other', () => {
    const most = Math.max(...law.values());
    for (const from of law.keys()) {
      const network = exactNetwork(blocks);
      from.split(',').forEach((out, e) => {
        const both = network.room[2 * e]! + network.room[2 * e + 1]!;
        network.room[2 * e + 1] = Number(out);
        network.room[2 * e] = both - Number(out);
      });
      const chain = chainOf(network, 3);
      const left = new Set(law.keys());
      // The rarest table here has a chance of 1 in 2,000.
      for (let step = 0; step < 60_000 && left.size > 0; step++) {
        left.delete(tableOf(network));
        chain.forward(step, 1);
      }
      expect([...left].filter((table) => law.get(table)! > most / 2000)).toEqual([]);
    }
  });

  it('gives the p, the mean and the most common X2 of the enumeration', () => {
    const run = sampled(blocks, 8000, 11);
    const { p, effective, mostCommon } = tallyExact(run);
    const noise = 4.5 * Math.sqrt((expected.p * (1 - expected.p)) / (effective ?? 1)) + 2 / 8000;
    expect(Math.abs(p - expected.p)).toBeLessThan(noise);
    const common = 4.5 * Math.sqrt(0.25 / (effective ?? 8000));
    expect(Math.abs(mostCommon - expected.mostCommon)).toBeLessThan(common);
    const mean = run.X2.reduce((sum, value) => sum + value, 0) / 8000;
    const spread = Math.sqrt(run.X2.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 8000);
    expect(Math.abs(mean - expected.mean)).toBeLessThan(
      (4.5 * spread) / Math.sqrt(effective ?? 1) + 1e-9,
    );
  });
});

describe('p under balance, data drawn from the enumerated law', () => {
  const blocks = small.find(({ name }) => name === 'all pairs of four')!.blocks;
  const law = [...enumerated(exactNetwork(blocks))];
  /** Sets the counts of the graph to a table. */
  const withTable = (table: string) => {
    const [{ graph, theta }] = blocks as [(typeof blocks)[0]];
    const counts = table.split(',').map(Number);
    const network = exactNetwork(blocks);
    const out = graph.out.slice();
    const back = graph.back.slice();
    let e = 0;
    for (let f = 0; f < graph.states; f++)
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        if (graph.neighbour[k]! < f) continue;
        const both = network.room[2 * e]! + network.room[2 * e + 1]!;
        const mirror = graph.mirror[k]!;
        out[k] = back[mirror] = counts[e]!;
        back[k] = out[mirror] = both - counts[e]!;
        e++;
      }
    return [{ graph: { ...graph, out, back }, theta }];
  };

  it.each([
    ['one step between samples', 1],
    ['the steps of the page', undefined],
  ])('rejects no more often than it says: %s', (_, steps) => {
    const random = seeded(5);
    const sets = 4000;
    const rejected = [0, 0, 0];
    const levels = [0.1, 0.25, 0.5];
    for (let i = 0; i < sets; i++) {
      let left = random();
      const [table] = law.find(([, probability]) => (left -= probability) < 0) ?? law[0]!;
      const { p } = tallyExact(sampled(withTable(table), 19, i, steps));
      levels.forEach((level, j) => (rejected[j]! += p <= level ? 1 : 0));
    }
    levels.forEach((level, j) => {
      const noise = 4 * Math.sqrt((level * (1 - level)) / sets);
      expect(rejected[j]! / sets).toBeLessThan(level + noise);
    });
    // Cautious, but not blind: what is rejected at 0.5 are ties away from it.
    expect(rejected[2]! / sets).toBeGreaterThan(0.3);
  });

  it('is uniform where no two tables tie', () => {
    const graph = balancedCounts(12, allPairs(12), 1500, 2, 3);
    const { blocks: dense } = problemOf(graph, 1);
    const network = exactNetwork(dense);
    const chain = chainOf(network, 77);
    const levels = [0.05, 0.5, 0.95];
    const rejected = [0, 0, 0];
    const sets = 600;
    for (let i = 0; i < sets; i++) {
      // A data set under balance, with the same totals.
      chain.forward(i * 2000, 2000);
      const data = dense.map(({ graph: one, theta }) => {
        const out = one.out.slice();
        const back = one.back.slice();
        let e = 0;
        for (let f = 0; f < one.states; f++)
          for (let k = one.rowStart[f]!; k < one.rowStart[f + 1]!; k++) {
            if (one.neighbour[k]! < f) continue;
            const mirror = one.mirror[k]!;
            out[k] = back[mirror] = network.room[2 * e + 1]!;
            back[k] = out[mirror] = network.room[2 * e]!;
            e++;
          }
        return { graph: { ...one, out, back }, theta };
      });
      const { p } = tallyExact(sampled(data, 59, i, 5));
      levels.forEach((level, j) => (rejected[j]! += p <= level ? 1 : 0));
    }
    levels.forEach((level, j) => {
      const noise = 4 * Math.sqrt((level * (1 - level)) / sets);
      expect(Math.abs(rejected[j]! / sets - level)).toBeLessThan(noise);
    });
  });
});

describe('larger graphs', () => {
  const graphs = {
    dense: balancedCounts(30, allPairs(30), 3000, 3, 1),
    sparse: balancedCounts(60, randomPairs(60, 150, 2), 3000, 3, 2),
    grid: balancedCounts(64, gridPairs(8, 8), 1500, 1, 3),
    steep: balancedCounts(40, randomPairs(40, 200, 3), 20_000, 12, 4),
  };

  it.each(Object.entries(graphs))('%s: keeps pair totals and net outflows', (_, graph) => {
    const network = exactNetwork(problemOf(graph, 1).blocks);
    const before = kept(network);
    const table = tableOf(network);
    const chain = chainOf(network, 1);
    chain.forward(0, 20_000);
    expect(kept(network)).toEqual(before);
    expect(network.room.every((value) => value >= 0)).toBe(true);
    expect(tableOf(network)).not.toBe(table);
    chain.backward(20_000, 20_000);
    expect(kept(network)).toEqual(before);
  });

  it.each(Object.entries(graphs))('%s: X2 has about the median of the bootstrap', (_, graph) => {
    const problem = problemOf(graph, 400);
    const { tests } = analyse(graph, { replicas: 400 });
    const { X2, observed } = sampled(problem.blocks, 2000, 5);
    expect(observed).toBeCloseTo(problem.X2, 6);
    const exact = X2.slice().sort()[1000]!;
    const bootstrap = tests.balance.nullQuantiles?.[50] ?? tests.balance.ndf;
    // A bootstrap is only nearly right, and misses most where pairs were hardly seen.
    expect(Math.abs(exact / bootstrap - 1)).toBeLessThan(0.2);
  });

  it('counts of millions, far from balance: the slice is found all the same', () => {
    const edges: Edge[] = [];
    const names = ['a', 'b', 'c'];
    names.forEach((f, i) => {
      edges.push([f, names[(i + 1) % 3]!, 2_000_000], [names[(i + 1) % 3]!, f, 20]);
    });
    const network = exactNetwork(blocksOf(edges));
    const chain = chainOf(network, 1);
    chain.forward(0, 40);
    // B = 2,000,020 a pair and no net outflow: half of it each way, in standard deviations of 408.
    for (let e = 0; e < 3; e++)
      expect(Math.abs(network.room[2 * e]! - 1_000_010)).toBeLessThan(6 * 408);
  });

  it('repeats with the seed, and differs with another', () => {
    const { blocks } = problemOf(graphs.sparse, 1);
    const first = sampled(blocks, 20, 1).X2;
    expect(sampled(blocks, 20, 1).X2).toEqual(first);
    expect(sampled(blocks, 20, 2).X2).not.toEqual(first);
  });
});

describe('the cycles', () => {
  const network = exactNetwork(
    problemOf(balancedCounts(40, randomPairs(40, 90, 5), 4000, 2, 5), 1).blocks,
  );
  const random = new WordStream(3, purposes.exact, 9);
  /** Arcs that follow each other and meet no state twice. */
  const simple = (arcs: ArrayLike<number>, length = arcs.length): boolean => {
    const heads = Array.from({ length }, (_, i) => network.head[arcs[i]!]!);
    const follow = heads.every((f, i) => network.head[arcs[(i + 1) % length]! ^ 1] === f);
    return length > 2 && follow && new Set(heads).size === length;
  };

  it('are simple, and every pair is on one', () => {
    const { first, start, arcs } = shortCycles(network, random)!;
    const covered = new Set<number>();
    for (let c = 0; c + 1 < start.length; c++) {
      const cycle = arcs.subarray(start[c], start[c + 1]);
      expect(simple(cycle)).toBe(true);
      for (const a of cycle) covered.add(a >> 1);
    }
    expect(covered.size).toBe(network.pairs);
    expect(first.at(-1)).toBe(start.length - 1);
    const any = new RandomCycles(network, random);
    for (let i = 0; i < 500; i++) expect(simple(any.cycle, any.draw())).toBe(true);
  });

  it('a ring has one group, whatever its length', () => {
    const ring: [number, number][] = [...gridPairs(1, 50), [49, 0]];
    const one = exactNetwork(problemOf(balancedCounts(50, ring, 20_000, 1, 1), 1).blocks);
    const { first, start } = shortCycles(one, random)!;
    expect([...first]).toEqual([0, 1]);
    expect([...start]).toEqual([0, 50]);
  });

  it('leaves out pairs on no cycle', () => {
    const { blocks } = small.find(({ name }) => name === 'two triangles and a bridge')!;
    expect(exactNetwork(blocks).pairs).toBe(6);
  });
});

describe('effective samples', () => {
  it('of an autoregression are n (1 - a) / (1 + a)', () => {
    const random = seeded(2);
    for (const a of [0, 0.5, 0.9]) {
      const n = 40_000;
      const values = new Float64Array(n);
      for (let i = 1; i < n; i++) values[i] = a * values[i - 1]! + random() - 0.5;
      const ratio = effectiveSamples(values)! / ((n * (1 - a)) / (1 + a));
      expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
    }
  });

  it('are none where nothing moves', () => {
    expect(effectiveSamples(new Float64Array(10).fill(2))).toBeNull();
  });
});

describe('in a result', () => {
  const few = balancedCounts(20, randomPairs(20, 60, 1), 900, 2, 8);

  it('is p where counts are few, beside the bootstrap', () => {
    const { tests, verdict } = analyse(few, { replicas: 300, seed: 4 });
    const { balance } = tests;
    const tally = tallyExact(sampled(problemOf(few, 1).blocks, 300, 4));
    expect(balance.method).toBe('exact-conditional');
    expect(balance.p).toBe(tally.p);
    expect(balance.exact).toEqual({
      p: tally.p,
      standardError: Math.sqrt((tally.p * (1 - tally.p)) / tally.effective!),
      samples: 300,
      effectiveSamples: tally.effective,
      mostCommon: tally.mostCommon,
      sweeps: 4,
    });
    expect(Math.abs(balance.p! - balance.pBootstrap!)).toBeLessThan(0.15);
    expect(verdict.text).toContain('from the exact conditional test, 300 samples');
  });

  it('reports progress after every sample and can be dropped', () => {
    const prepared = prepare(few, { replicas: 3 });
    const backend = { kind: 'cpu', precision: 'float64', selfTest: 'not run' } as const;
    const steps = completing(prepared, solve(prepared), backend);
    steps.next();
    const seen = Array.from({ length: 6 }, (_, i) => {
      const given = i === 0 ? { X2: Float64Array.of(1, 2, 3), by: 'cpu' as const } : undefined;
      return steps.next(given).value;
    });
    expect(seen.slice(0, 3)).toEqual([1, 2, 3].map((done) => ({ stage: 'exact', done, total: 3 })));
  });

  it('is not done where it would take too long, with the reason, and p is the bootstrap', () => {
    const large = balancedCounts(300, randomPairs(300, pairLimit + 12_000, 1), 200_000, 1, 1);
    const plan = planExact(problemOf(large, 1).blocks, 1000, 1);
    expect(plan).toEqual({ why: expect.stringContaining('20,000 pairs') as string });
    const fractions = graphOf([
      ['a', 'b', 1.5],
      ['b', 'a', 2],
      ['b', 'c', 1],
      ['c', 'b', 1],
      ['a', 'c', 2],
      ['c', 'a', 1],
    ]);
    const { balance } = analyse(fractions, { replicas: 20 }).tests;
    expect(balance.method).toBe('conditional-bootstrap');
    expect(balance.p).toBe(balance.pBootstrap);
    expect(balance.exact).toMatchObject({ p: null, samples: 0 });
    for (const key of ['p', 'standardError', 'effectiveSamples', 'mostCommon'])
      expect(balance.exact!.why![key]).toContain('whole numbers');
  });

  it('is not done where the data are so far from balance that the way there would take too long', () => {
    const far = graphOf([
      ['a', 'b', 1e12],
      ['b', 'a', 1],
      ['b', 'c', 1e12],
      ['c', 'b', 1],
      ['c', 'a', 1e12],
      ['a', 'c', 1],
      ['c', 'd', 1],
      ['d', 'c', 1],
    ]);
    const plan = planExact(problemOf(far, 1).blocks, 5, 1);
    expect(plan).toEqual({ why: expect.stringContaining('too large') as string });
  });

  it('is called cautious where few tables have the totals, and concludes nothing from no rejection', () => {
    const once = small.find(({ name }) => name === 'triangle')!;
    const { rows } = fixture.find(({ name }) => name === once.name)!;
    const { tests, verdict, warnings } = analyse(graphOf(edgesOf(rows)), { replicas: 400 });
    expect(tests.balance.method).toBe('exact-conditional');
    expect(tests.balance.exact!.mostCommon).toBeGreaterThan(0.7);
    expect(verdict.code).toBe('too-few-counts');
    expect(warnings!.join()).toContain('there the test is cautious');
  });
});
