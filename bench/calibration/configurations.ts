/** What is simulated: the configurations of the calibration, and the kernels of each. */
import { information, misfit, type FittedBlock } from '../../src/analysis/balance/balance-test';
import { prepare, solve } from '../../src/analysis/analyse';
import { splitBlocks } from '../../src/analysis/graph/neighbour-graph';
import { logistic } from '../../src/analysis/potential/action';
import { localValues } from '../../src/analysis/potential/potential-result';
import { balancedKernel, drivenKernel, type Family, type Kernel } from './kernels';
import { streamOf } from './random';
import { expectedCounts, type Sources } from './sample';

export interface Configuration {
  family: Family;
  states: number;
  /** Attempts a state. */
  attempts: number;
  /** Share of rejected attempts. */
  rejected: number;
  sources: Sources;
  /** Absent: balanced. */
  driven?: {
    /** The power that the page's formula promises for the kernel's tau; at 0.8 that is `tauDetectable`. */
    power: number;
    /** `fixed`: one driven kernel; `random`: every data set has shifts of its own. */
    misfit: 'fixed' | 'random';
  };
}

export function nameOfConfiguration(one: Configuration): string {
  const { family, states, attempts, rejected, sources, driven } = one;
  const place = `${family}, ${states} states, ${attempts}${sources === 'uniform' ? ' (mean)' : ''} attempts, ${Math.round(100 * rejected)}% rejected`;
  if (!driven) return place;
  return `${place}, power ${driven.power}${driven.misfit === 'random' ? ', random misfit' : ''}`;
}

type Row = [family: Family, states: number, attempts: number, rejected: number, sources?: Sources];

const of = ([family, states, attempts, rejected, sources = 'fixed']: Row): Configuration => ({
  family,
  states,
  attempts,
  rejected,
  sources,
});

/** Balanced kernels, in each family from plenty of counts to hardly any. */
const balanced: Row[] = [
  ['sparse', 10, 300, 0.3],
  ['sparse', 20, 1000, 0.6],
  ['sparse', 20, 1000, 0.6, 'uniform'],
  ['sparse', 60, 3000, 0.9],
  ['sparse', 60, 300, 0.6],
  ['sparse', 60, 1000, 0.9],
  ['sparse', 10, 300, 0.9],
  ['sparse', 60, 300, 0.9],
  ['sparse', 20, 300, 0.9],
  ['dense', 10, 3000, 0.3],
  ['dense', 20, 3000, 0.6],
  ['dense', 60, 3000, 0.3],
  ['dense', 20, 1000, 0.9],
  ['dense', 20, 300, 0.6, 'uniform'],
  ['dense', 10, 300, 0.9],
  ['dense', 60, 300, 0.6],
  ['dense', 60, 300, 0.9],
  ['ladder', 20, 1000, 0.6],
  ['ladder', 60, 1000, 0.9],
  ['ladder', 60, 300, 0.9],
  ['ladder', 10, 300, 0.9],
];

const powers: [Row, power: number, misfit?: 'fixed' | 'random'][] = [
  [['sparse', 20, 1000, 0.6], 0.2],
  [['sparse', 20, 1000, 0.6], 0.5],
  [['sparse', 20, 1000, 0.6], 0.8],
  [['sparse', 20, 1000, 0.6], 0.95],
  [['sparse', 60, 300, 0.6], 0.8],
  [['dense', 20, 3000, 0.6], 0.5],
  [['dense', 20, 3000, 0.6], 0.8],
  [['ladder', 20, 1000, 0.6], 0.8],
  [['dense', 20, 1000, 0.9], 0.5],
  [['dense', 20, 1000, 0.9], 0.8],
  [['sparse', 20, 300, 0.9], 0.5],
  [['sparse', 20, 300, 0.9], 0.8],
  [['sparse', 60, 300, 0.9], 0.5],
  [['sparse', 10, 300, 0.9], 0.8],
  [['dense', 10, 300, 0.9], 0.5],
  [['dense', 20, 300, 0.9], 0.8],
  [['ladder', 20, 200, 0.9], 0.8],
  [['dense', 10, 300, 0.9], 0.8, 'random'],
  [['sparse', 20, 1000, 0.6], 0.5, 'random'],
  [['sparse', 20, 1000, 0.6], 0.95, 'random'],
  [['dense', 20, 3000, 0.6], 0.8, 'random'],
];

export const configurations: Configuration[] = [
  ...balanced.map(of),
  ...powers.map(([row, power, misfit = 'fixed']) => ({ ...of(row), driven: { power, misfit } })),
];

/** The balanced kernel of a configuration: the same for all that differ in `driven` or `sources` alone. */
export function kernelOf(one: Configuration, seed: number): Kernel {
  const { family, states, attempts, rejected } = one;
  const key = ['sparse', 'dense', 'ladder'].indexOf(family);
  const random = streamOf(seed, 1, key, states, attempts, Math.round(100 * rejected));
  return balancedKernel(family, states, rejected, random);
}

/** `kernelOf`, driven by shifts of this scale; `draw` tells random misfits apart. */
export function drivenKernelOf(kernel: Kernel, scale: number, seed: number, draw = -1): Kernel {
  return drivenKernel(kernel, scale, streamOf(seed, 2, kernel.target.length, draw));
}

/** What is true of a kernel whose states are all left equally often. */
export interface ExactEffect {
  /** tau of method 5.4, nats. */
  tau: number;
  /** X2 of the expected counts for one attempt a state: times the attempts it is the noncentrality. */
  noncentrality: number;
  /** What the mean of X2 gains beside it, however many the attempts, as counts off balance vary differently. */
  spread: number;
}

/** X2 and C of the expected counts, with B in place of B - 1 (method 5.4, "for an exact kernel"). */
export function exactEffect(kernel: Kernel): ExactEffect {
  const prepared = prepare(expectedCounts(kernel, 1));
  const { reversible } = solve(prepared);
  let X2 = 0;
  let C = 0;
  let spread = 0;
  for (const block of splitBlocks(prepared.counts)) {
    const fitted = { graph: block.graph, theta: localValues(block, reversible.V) };
    X2 += misfit(fitted).X2;
    const known = information(fitted, undefined, 0);
    C += known.C;
    if (known.h) spread += spreadOf(fitted, known.h);
  }
  return { tau: Math.sqrt(X2 / C), noncentrality: X2, spread };
}

/** sum (1 - h) (p' (1 - p') / (p (1 - p)) - 1): p' the share of a pair's own counts, p the fitted one. */
function spreadOf({ graph, theta }: FittedBlock, h: Float64Array): number {
  let sum = 0;
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      const x = theta[f]! - theta[g]!;
      const [out, back] = [graph.out[k]!, graph.back[k]!];
      const own = (out * back) / (out + back) ** 2;
      sum += (1 - h[k]!) * (own / (logistic(x) * logistic(-x)) - 1);
    }
  }
  return sum;
}

/** The scale of the shifts at which the kernel has this tau. */
export function scaleFor(kernel: Kernel, tau: number, seed: number): number {
  let low = 0;
  let high = 4 * tau;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (exactEffect(drivenKernelOf(kernel, middle, seed)).tau < tau) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
