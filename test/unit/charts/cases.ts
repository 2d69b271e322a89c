/** Inputs for the chart tests: the example "four" of method.md with its golden potential, and graphs by hand. */
import type { ChartInput } from '../../../src/charts/rates';
import { type ChartTheme, themeFrom } from '../../../src/charts/theme';
import type { CountGraph } from '../../../src/transitions/types';

/** A theme in which every token has its own colour. */
export const theme: ChartTheme = themeFrom((name) => {
  const place = /^--(seq|div)-(\d)$/.exec(name);
  return place ? `#${(Number(place[2]) * 30).toString(16).padStart(2, '0').repeat(3)}` : '#123456';
});

/** A count graph from dense counts (row = from) and attempts. */
export function graphOf(
  names: string[],
  counts: readonly (readonly number[])[],
  attempts: readonly number[],
): CountGraph {
  const rowStart = [0];
  const target: number[] = [];
  const count: number[] = [];
  counts.forEach((row) => {
    row.forEach((n, to) => {
      if (n === 0) return;
      target.push(to);
      count.push(n);
    });
    rowStart.push(target.length);
  });
  return {
    names,
    rowStart: Int32Array.from(rowStart),
    target: Int32Array.from(target),
    count: Float64Array.from(count),
    attempts: Float64Array.from(attempts),
    rejected: Float64Array.from(counts, (row, f) => attempts[f]! - row.reduce((a, b) => a + b, 0)),
    selfTransitions: new Float64Array(names.length),
    attemptsGiven: false,
  };
}

export const four = graphOf(
  ['a', 'b', 'c', 'd'],
  [
    [0, 120, 80, 60],
    [200, 0, 90, 0],
    [100, 140, 0, 50],
    [150, 0, 70, 0],
  ],
  [1000, 1000, 1000, 1000],
);

/** Golden potential of "four" (method.md section 3); one component. */
export const fourResult: ChartInput['result'] = {
  components: [{ states: ['a', 'b', 'c', 'd'], above: [] }],
  potential: {
    V: { a: 0, b: 0.337822, c: 0.543265, d: 0.901532 },
    component: { a: 0, b: 0, c: 0, d: 0 },
    standardError: { a: 0.0535, b: 0.0649, c: 0.0622, d: 0.0867 },
    lastStep: 1e-9,
    converged: true,
    iterations: 4,
  },
  bounds: [],
  options: {
    normalisation: 'attempts',
    action: 'softplus',
    uniformAttempts: null,
    pseudoCounts: 1,
    minPairCount: 1,
    minCycleCount: 5,
    replicas: 0,
    seed: 1,
  },
  tests: {
    pairs: { n: 5, r: 0.933974, slope: 0.955906, chi2Published: 0.188981, ndfPublished: 5 },
    triangles: { n: 0, chi2: null, largest: [] },
    balance: {} as ChartInput['result']['tests']['balance'],
    cycles: { pairs: 0, states: 0, components: 0, chi2: null, ndf: 0, p: null },
  },
};

export const fourInput: ChartInput = {
  graph: four,
  result: fourResult,
  rates: { weight: four.count.map((n) => n / 1000), trials: four.attempts },
};

/** The Claude-4 table of method.md section 8 at equal attempts, with one state that was never asked from. */
export const claude = graphOf(
  ['ATTITUDE', 'BUZZY', 'PERSONAL', 'PROBLEMS', 'TURKEY', 'NEW'],
  [
    [0, 0, 66, 20, 0, 1],
    [3859, 0, 0, 0, 238, 0],
    [3879, 0, 0, 0, 0, 0],
    [3558, 0, 0, 0, 0, 0],
    [4122, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
  ],
  [5000, 5000, 5000, 5000, 5000, 0],
);

export const claudeResult: ChartInput['result'] = {
  ...fourResult,
  components: [
    { states: ['BUZZY'], above: [1, 2] },
    { states: ['TURKEY'], above: [2] },
    { states: ['ATTITUDE', 'PERSONAL', 'PROBLEMS'], above: [3] },
    { states: ['NEW'], above: [] },
  ],
  potential: {
    V: { ATTITUDE: 0, BUZZY: 0, PERSONAL: 4.0737, PROBLEMS: 5.1812, TURKEY: 0, NEW: 0 },
    component: { ATTITUDE: 2, BUZZY: 0, PERSONAL: 2, PROBLEMS: 2, TURKEY: 1, NEW: 3 },
    standardError: { ATTITUDE: 0.0845, PERSONAL: 0.1108, PROBLEMS: 0.1546 },
    lastStep: 1e-9,
    converged: true,
    iterations: 9,
  },
  bounds: [
    { above: 'BUZZY', below: 'TURKEY', atLeast: 4.3688 },
    { above: 'BUZZY', below: 'ATTITUDE', atLeast: 7.1606 },
    { above: 'TURKEY', below: 'ATTITUDE', atLeast: 7.2265 },
  ],
};

/** A chain of `n` states, each linked both ways with the next three, one nat a tenth apart. */
export function chain(n: number): { graph: CountGraph; result: ChartInput['result'] } {
  const names = Array.from({ length: n }, (_, i) => `WORD${String(i)}`);
  const counts = names.map((_, f) =>
    names.map((_, g) => (f !== g && Math.abs(f - g) <= 3 ? 40 + (f > g ? 10 : 0) + (g % 7) : 0)),
  );
  const each = (value: (i: number) => number): Record<string, number> =>
    Object.fromEntries(names.map((name, i) => [name, value(i)]));
  return {
    graph: graphOf(
      names,
      counts,
      names.map(() => 1000),
    ),
    result: {
      ...fourResult,
      components: [{ states: names, above: [] }],
      potential: {
        ...fourResult.potential,
        V: each((i) => i / 10),
        component: each(() => 0),
        standardError: each(() => 0.05),
      },
    },
  };
}
