/** The picture of the exact test: every table of a small example. */
import * as Plot from '@observablehq/plot';
import { prepare, solve } from '../../src/analysis/analyse';
import { exactNetwork, networkX2 } from '../../src/analysis/balance/exact-network';
import { splitBlocks } from '../../src/analysis/graph/neighbour-graph';
import { localValues } from '../../src/analysis/potential/potential-result';
import { logGamma } from '../../src/analysis/statistics/special';
import { Counter } from '../../src/transitions/count';
import { INK, word, zeroY, type Picture } from './paper';

const ROWS = [
  [0, 3, 0, 2],
  [1, 0, 4, 1],
  [2, 0, 0, 3],
  [1, 2, 1, 0],
];

/** X² and chance of each table with the totals and net outflows of `ROWS`, the data's first. */
function tables(): { X2: number; chance: number }[] {
  const counter = new Counter();
  ROWS.forEach((row, f) =>
    row.forEach((count, g) => counter.addTransitions(`s${f}`, `s${g}`, count)),
  );
  const prepared = prepare(counter.snapshot());
  const { V } = solve(prepared).reversible;
  const network = exactNetwork(
    splitBlocks(prepared.counts).map((block) => ({
      graph: block.graph,
      theta: localValues(block, V),
    })),
  );
  const { pairs, head, room } = network;
  const netOutflows = () => {
    const net = ROWS.map(() => 0);
    for (let a = 0; a < 2 * pairs; a++) net[head[a]!]! += room[a]! - room[a ^ 1]!;
    return net.join();
  };
  const wanted = netOutflows();
  const found = [{ X2: networkX2(network), chance: 0 }];
  const fill = (e: number, logarithm: number): void => {
    if (e === pairs) {
      if (netOutflows() === wanted)
        found.push({ X2: networkX2(network), chance: Math.exp(logarithm) });
      return;
    }
    const both = room[2 * e]! + room[2 * e + 1]!;
    for (let out = 0; out <= both; out++) {
      room[2 * e] = both - out;
      room[2 * e + 1] = out;
      const choices = logGamma(both + 1) - logGamma(out + 1) - logGamma(both - out + 1);
      fill(e + 1, logarithm + choices);
    }
  };
  fill(0, 0);
  const total = found.reduce((sum, { chance }) => sum + chance, 0);
  return found.map(({ X2, chance }) => ({ X2, chance: chance / total }));
}

export function exactTest(): Picture {
  const [data, ...all] = tables();
  const extreme = ({ X2 }: { X2: number }) => X2 >= data!.X2 * (1 - 1e-7);
  const p = all.filter(extreme).reduce((sum, { chance }) => sum + chance, 0);
  const sticks = (wanted: boolean, ink: string, strokeWidth: number) =>
    Plot.ruleX(
      all.filter((table) => extreme(table) === wanted),
      { x: 'X2', y1: 0, y2: 'chance', stroke: ink, strokeWidth },
    );
  return {
    name: 'exact-test',
    title: `X² of the ${all.length} tables with the totals of a small example and their chances under balance; the tables that misfit at least as much as the one seen have ${(100 * p).toFixed(1)}% together`,
    plot: {
      x: { label: 'X² of the table', domain: [-0.4, 15.6] },
      y: { label: 'its chance under balance', grid: true, tickFormat: '.0%' },
      marks: [
        sticks(false, INK.first, 2),
        sticks(true, INK.second, 4),
        Plot.ruleX([data!.X2], { stroke: INK.text, strokeDasharray: '5 3' }),
        word(`seen: p = ${p.toFixed(3)}`, data!.X2, Math.max(...all.map((one) => one.chance))),
        zeroY(),
      ],
    },
  };
}
