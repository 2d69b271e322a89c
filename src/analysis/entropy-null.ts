/** What the plug-in entropy production is under detailed balance: it is biased upward (method.md 5.8). */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { logistic } from './action';
import type { FittedBlock } from './balance-test';
import { drawBinomial } from './binomial';
import { closedKernel } from './closed-kernel';
import { largestComponent, stronglyConnected } from './components';
import { entropyProduction } from './entropy-production';
import { stationary } from './stationary';

export interface EntropyProgress {
  stage: 'entropy';
  done: number;
  total: number;
}

export interface EntropyNull {
  mean: number;
  /** The middle 95% of the draws. */
  interval: [number, number];
}

/**
 * The plug-in over `draws` >= 1 simulated tables with the pair totals of the data and the directions
 * of the fitted balance: N_fg ~ Binomial(B_fg, p_fg), T_fg = N_fg / D_f, in the largest component of
 * each table as it is done for the data. `denominator` holds D_f, n values. Nats a step. Yields after
 * every draw.
 */
export function* entropyNull(
  { graph, theta }: FittedBlock,
  denominator: Float64Array,
  draws: number,
  seed: number,
): Generator<EntropyProgress, EntropyNull> {
  // The seed almost bare is far from random, and one jump is the first replica's of the test.
  const random = xoroshiro128plus(~seed);
  random.jump();
  const { rowStart, neighbour, mirror } = graph;
  const counts = new Float64Array(neighbour.length);
  const weight = new Float64Array(neighbour.length);
  const found = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    for (let f = 0; f < graph.states; f++) {
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
        const g = neighbour[k]!;
        if (g < f) continue;
        const both = graph.out[k]! + graph.back[k]!;
        const forward = drawBinomial(random, both, logistic(theta[f]! - theta[g]!));
        counts[k] = forward;
        counts[mirror[k]!] = both - forward;
        weight[k] = forward / denominator[f]!;
        weight[mirror[k]!] = (both - forward) / denominator[g]!;
      }
    }
    const components = stronglyConnected(rowStart, neighbour, counts);
    const members = components.members[largestComponent(components, rowStart, neighbour, counts)]!;
    const kernel = closedKernel(rowStart, neighbour, weight, members);
    found[draw] = entropyProduction(kernel, stationary(kernel).pi).plugIn;
    yield { stage: 'entropy', done: draw + 1, total: draws };
  }
  found.sort();
  return {
    mean: found.reduce((sum, value) => sum + value, 0) / draws,
    interval: [quantile(found, 0.025), quantile(found, 0.975)],
  };
}

/** Quantile of ascending values, linear between them. */
function quantile(values: Float64Array, share: number): number {
  const at = share * (values.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, values.length - 1);
  return values[below]! + (at - below) * (values[above]! - values[below]!);
}
