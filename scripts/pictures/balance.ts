/** The pictures of the test of detailed balance, its effect size and its power. */
import * as Plot from '@observablehq/plot';
import { analyse, prepare, solve } from '../../src/analysis/analyse';
import { information } from '../../src/analysis/balance/balance-test';
import { splitBlocks } from '../../src/analysis/graph/neighbour-graph';
import { localValues } from '../../src/analysis/potential/potential-result';
import { standardisedResiduals, standingOut } from '../../src/analysis/balance/residuals';
import type { BalanceTest } from '../../src/analysis/result';
import {
  chi2Quantile,
  chi2Survival,
  noncentralChi2Survival,
} from '../../src/analysis/statistics/special';
import { Counter } from '../../src/transitions/count';
import { bundled, steady, walk, type Kernel } from './data';
import { fitOf } from './fit';
import { INK, uprights, word, zeroY, type Picture } from './paper';

const four = () => bundled('four.csv');
const testOf = (): BalanceTest => analyse(four(), { replicas: 0 }).tests.balance;

/** Chance that the test of a table rejects at 5%, by tau. */
function powerCurve({ ndf, powerInformation }: BalanceTest, factor = 1) {
  const limit = chi2Quantile(0.95, ndf);
  return Array.from({ length: 61 }, (_, i) => {
    const tau = i / 100;
    return {
      tau,
      power: noncentralChi2Survival(limit, ndf, tau ** 2 * powerInformation! * factor),
    };
  });
}

const powerAxes = {
  x: { label: 'tau (nats)', grid: true },
  y: { label: 'chance that balance is rejected', domain: [0, 1], grid: true, tickFormat: '.0%' },
} satisfies Plot.PlotOptions;

function verdict(): Picture {
  const test = testOf();
  const curve = powerCurve(test);
  return {
    name: 'verdict',
    title:
      'Chance that the test of the golden example sees a misfit of a given size, with its 5% level, the smallest detectable tau and the tau that was found',
    plot: {
      ...powerAxes,
      marks: [
        Plot.ruleY([0.05], { stroke: INK.soft, strokeDasharray: '5 3' }),
        word('false alarms: 5%', 0.4, 0.05, { dy: -9 }),
        Plot.line(curve, { x: 'tau', y: 'power', stroke: INK.first, strokeWidth: 2 }),
        Plot.ruleX([test.tauDetectable!], { y1: 0, y2: 0.8, stroke: INK.first }),
        word('smallest detectable', test.tauDetectable!, 0.4),
        Plot.ruleX([test.tau!], { stroke: INK.second, strokeDasharray: '5 3' }),
        word('found', test.tau!, 0.93, { textAnchor: 'end', dx: -6 }),
      ],
    },
  };
}

function power(): Picture {
  const test = testOf();
  const curves = [1, 4].flatMap((factor) =>
    powerCurve(test, factor).map((point) => ({ ...point, factor: String(factor) })),
  );
  return {
    name: 'power',
    title:
      'Power of the test against tau for the counts of the golden example and for four times as many',
    plot: {
      ...powerAxes,
      marks: [
        Plot.ruleY([0.8], { stroke: INK.soft, strokeDasharray: '5 3' }),
        word('80%', 0.5, 0.8, { dy: 10 }),
        ...['1', '4'].map((factor) =>
          Plot.line(
            curves.filter((point) => point.factor === factor),
            {
              x: 'tau',
              y: 'power',
              stroke: factor === '1' ? INK.first : INK.second,
              strokeWidth: 2,
              ...(factor === '1' ? {} : { strokeDasharray: '7 3' }),
            },
          ),
        ),
        Plot.dot(
          [1, 2].map((half) => ({ x: test.tauDetectable! / half, y: 0.8 })),
          { x: 'x', y: 'y', r: 4.5, fill: INK.text },
        ),
        word('these counts', 0.245, 0.5),
        word('four times as many', 0, 0.93),
      ],
    },
  };
}

function balanceTest(): Picture {
  const rows = fitOf(four()).map(({ f, g, forward, both, p, deviation }) => ({
    pair: `${f}→${g}`,
    misfit: (forward - both * p) / deviation,
  }));
  return {
    name: 'balance-test',
    title:
      'Signed misfit of each pair of the golden example in units of its noise, adding up to X² of 9.94 on 2 degrees of freedom',
    plot: {
      x: { label: 'pair', domain: rows.map(({ pair }) => pair) },
      y: { label: '(seen − expected) / noise', grid: true, domain: [-2.5, 3] },
      marks: [
        Plot.barY(rows, {
          x: 'pair',
          y: 'misfit',
          fill: '#cfe3f1',
          stroke: INK.first,
          insetLeft: 8,
          insetRight: 8,
        }),
        ...[-1, 1].map((side) =>
          Plot.text(
            rows.filter(({ misfit }) => misfit * side > 0),
            {
              x: 'pair',
              y: 'misfit',
              text: (d: { misfit: number }) => (d.misfit ** 2).toFixed(2),
              dy: -10 * side,
            },
          ),
        ),
        zeroY(),
        word('numbers: the squares, which add up to X²', rows[0]!.pair, 2.8, { dx: -20 }),
      ],
    },
  };
}

function pValue(): Picture {
  const { X2, ndf, pAsymptotic: p } = testOf();
  const at = (x: number) => (chi2Survival(x, ndf) - chi2Survival(x + 0.01, ndf)) / 0.01;
  const curve = Array.from({ length: 141 }, (_, i) => ({ x: i / 10, y: at(i / 10) }));
  const limit = chi2Quantile(0.95, ndf);
  return {
    name: 'p-value',
    title:
      'The chi-squared distribution of X² under balance in the golden example, with the X² that was seen and the 5% limit',
    plot: {
      x: { label: 'X²' },
      y: { label: 'density under balance', grid: true },
      marks: [
        Plot.areaY(
          curve.filter(({ x }) => x >= limit),
          { x: 'x', y: 'y', fill: '#f3cfae' },
        ),
        Plot.line(curve, { x: 'x', y: 'y', stroke: INK.first, strokeWidth: 2 }),
        Plot.ruleX([limit], { y1: 0, y2: 0.2, stroke: INK.second, strokeDasharray: '5 3' }),
        word('5% lie beyond', limit, 0.2),
        Plot.ruleX([X2!], { y1: 0, y2: 0.1, stroke: INK.text, strokeWidth: 2 }),
        word(`seen: p = ${p!.toFixed(4)}`, X2!, 0.1),
        zeroY(),
      ],
    },
  };
}

/** Ten states in a landscape, every pair off it by a misfit of its own, 0.3 nats on average. */
function offBalance(attempts: number): { test: BalanceTest; truth: number } {
  const random = steady(5);
  const names = Array.from('abcdefghij');
  const height = names.map(() => 1.5 * random());
  const misfits: number[] = [];
  const rows: Kernel = Object.fromEntries(names.map((name) => [name, {}]));
  names.forEach((from, f) =>
    names.slice(f + 1).forEach((to, j) => {
      const misfit = 0.3 * Math.sqrt(3) * (2 * random() - 1);
      misfits.push(misfit);
      const half = (height[f]! - height[f + 1 + j]! + misfit) / 2;
      rows[from]![to] = 0.04 * Math.exp(half);
      rows[to]![from] = 0.04 * Math.exp(-half);
    }),
  );
  const counter = new Counter();
  for (const attempt of walk(names, 10 * attempts, 6, (_, at) => rows[at]!, false))
    counter.add(attempt);
  const test = analyse(counter.snapshot(), { replicas: 0 }).tests.balance;
  const square = misfits.reduce((sum, one) => sum + one * one, 0) / misfits.length;
  return { test, truth: Math.sqrt(square) };
}

function tau(): Picture {
  const rows = [250, 1000, 4000, 16000].map((attempts) => {
    const { test, truth } = offBalance(attempts);
    return { attempts: attempts.toLocaleString('en-GB'), ...test, truth };
  });
  const intervals = rows.map(({ attempts, tauInterval }) => ({
    at: attempts,
    low: tauInterval![0]!,
    high: tauInterval![1]!,
  }));
  return {
    name: 'tau',
    title:
      'Tau with its 95% interval for one made-up agent at four numbers of attempts: X² grows, tau does not',
    plot: {
      x: {
        label: 'attempts from each of ten states',
        domain: rows.map(({ attempts }) => attempts),
      },
      y: { label: 'tau (nats)', domain: [0, 0.65], grid: true },
      marks: [
        Plot.ruleY([rows[0]!.truth], { stroke: INK.soft }),
        word('put in', rows[3]!.attempts, rows[0]!.truth, { dx: 20, dy: -9 }),
        ...uprights(intervals),
        Plot.dot(rows, { x: 'attempts', y: 'tau', r: 5, fill: INK.first }),
        Plot.tickY(rows, {
          x: 'attempts',
          y: 'tauDetectable',
          stroke: INK.second,
          strokeWidth: 2.5,
          strokeDasharray: '4 2',
          insetLeft: 24,
          insetRight: 24,
        }),
        Plot.text(rows, {
          x: 'attempts',
          y: 0.63,
          text: (d: (typeof rows)[0]) => `X² ${d.X2!.toFixed(0)}`,
        }),
        word('dashed: smallest detectable', rows[1]!.attempts, 0.04, { dx: -20 }),
      ],
    },
  };
}

function residuals(): Picture {
  const prepared = prepare(four(), { replicas: 0 });
  const block = splitBlocks(prepared.counts)[0]!;
  const theta = localValues(block, solve(prepared).reversible.V);
  const fitted = { graph: block.graph, theta };
  const all = standardisedResiduals(fitted, information(fitted).h!);
  const out = new Set(standingOut(all));
  const names = Array.from(block.states, (f) => prepared.graph.names[f]!);
  const rows = all.map((one) => ({
    pair: `${names[one.f]!}→${names[one.g]!}`,
    residual: one.residual,
    out: out.has(one),
  }));
  return {
    name: 'residuals',
    title:
      'Standardised residuals of the pairs of the golden example; those that stand out at a false discovery rate of 5% are filled',
    plot: {
      x: { label: 'pair', domain: rows.map(({ pair }) => pair) },
      y: { label: 'residual (standard errors)', domain: [-4, 4], grid: true },
      marks: [
        Plot.ruleY([-1.96, 1.96], { stroke: INK.soft, strokeDasharray: '5 3' }),
        word('95% of a pair under balance lie between', rows[0]!.pair, 1.96, { dy: -9, dx: -20 }),
        zeroY(),
        Plot.ruleX(rows, { x: 'pair', y1: 0, y2: 'residual', stroke: INK.first }),
        Plot.dot(rows, {
          x: 'pair',
          y: 'residual',
          r: 6,
          stroke: INK.first,
          strokeWidth: 2,
          fill: (d: (typeof rows)[0]) => (d.out ? INK.first : INK.paper),
        }),
      ],
      color: { type: 'identity' },
    },
  };
}

export const balancePictures = [verdict, balanceTest, pValue, tau, power, residuals];
