/** Where balance fails: standardised residuals of pairs, and which of them stand out (method.md 5.6). */
import { logistic } from '../potential/action';
import { validExpected, type FittedBlock } from './balance-test';
import { bridges } from '../graph/bridges';
import { falseDiscoveries } from '../statistics/false-discoveries';
import { chi2Survival } from '../statistics/special';

/** Below this 1 - h the pair is all but a bridge, and its residual is rounding. */
const leastFreedom = 1e-6;

export interface PairResidual {
  /** Index of the block. */
  block: number;
  /** Local indices, f < g. */
  f: number;
  g: number;
  /** Standard normal under balance; above 0 where f -> g was seen more often than fitted. */
  residual: number;
}

/**
 * (N_fg - B p) / sqrt(B p (1 - p) (1 - h)) (Haberman 1973) of every pair of a fitted block whose
 * smaller expected count is at least 5 and that lies on a cycle; where counts are fewer the normal
 * distribution is no guide. `h` holds the exact leverages (2 x pairs). In the order of the rows.
 */
export function standardisedResiduals(
  { graph, theta }: FittedBlock,
  h: Float64Array,
  block = 0,
): PairResidual[] {
  const bridge = bridges(graph);
  const residuals: PairResidual[] = [];
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      const freedom = 1 - h[k]!;
      if (g < f || bridge[k] || !(freedom > leastFreedom)) continue;
      const x = theta[f]! - theta[g]!;
      const p = logistic(x);
      const q = logistic(-x);
      const both = graph.out[k]! + graph.back[k]!;
      if (!(both * Math.min(p, q) >= validExpected)) continue;
      const misfit = graph.out[k]! * q - graph.back[k]! * p; // = N_fg - B p, without cancellation
      residuals.push({ block, f, g, residual: misfit / Math.sqrt(both * p * q * freedom) });
    }
  }
  return residuals;
}

/**
 * The residuals that stand out at a false discovery rate of 5% (Benjamini and Hochberg 1995,
 * two-sided normal p-values), largest first; ties in the order given.
 */
export function standingOut(residuals: PairResidual[]): PairResidual[] {
  const found = falseDiscoveries(residuals.map(({ residual }) => chi2Survival(residual ** 2, 1)));
  return residuals
    .filter((_, i) => found[i])
    .sort((a, b) => Math.abs(b.residual) - Math.abs(a.residual));
}
