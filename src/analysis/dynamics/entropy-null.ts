/** What the plug-in entropy production is under detailed balance: it is biased upward (method.md 5.8). */
import type { FittedBlock } from '../balance/balance-test';
import { binomialTables, drawCounts } from '../balance/binomial-tables';
import { purposes } from '../balance/bootstrap';
import { pairsOf } from '../balance/bootstrap-frame';
import { quantile } from '../balance/bootstrap-null';
import { closedKernel } from '../graph/closed-kernel';
import { largestComponent, stronglyConnected } from '../graph/components';
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
  block: FittedBlock,
  denominator: Float64Array,
  draws: number,
  seed: number,
): Generator<EntropyProgress, EntropyNull> {
  const { graph } = block;
  const { rowStart, neighbour, mirror } = graph;
  const { both, logOdds, ofEntry } = pairsOf(block);
  const tables = binomialTables(both, logOdds);
  const words = new Int32Array(4);
  const drawn = new Float64Array(both.length);
  const counts = new Float64Array(neighbour.length);
  const weight = new Float64Array(neighbour.length);
  const found = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    drawCounts(tables, seed, draw, purposes.entropy, words, drawn);
    for (let f = 0; f < graph.states; f++) {
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
        const g = neighbour[k]!;
        if (g < f) continue;
        const i = ofEntry[k]!;
        const forward = drawn[i]!;
        const backward = both[i]! - forward;
        counts[k] = forward;
        counts[mirror[k]!] = backward;
        weight[k] = forward / denominator[f]!;
        weight[mirror[k]!] = backward / denominator[g]!;
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
