/** The conditional bootstrap of X2: pair totals stay, directions are drawn again (method.md 5.3). */
import { misfit, type FittedBlock } from './balance-test';
import { binomialTables, drawCounts, type BinomialTables } from './binomial-tables';
import type { ReplicaFit } from './bootstrap-fit';
import { BootstrapFrame, pairsOf } from './bootstrap-frame';

/** The replica's X2, and whether all its fits converged. */
export type Replica = ReplicaFit;

/** Relative: an estimate this near to X2 of the data does not tell which one is larger. */
const near = 1e-4;

/** Draws of different purposes share no random word. */
export const purposes = { bootstrap: 0, entropy: 1, exact: 2 } as const;

/** The blocks that are drawn: a tree fits exactly whatever is drawn, so that its X2 is 0. */
export function blocksWithCycles(blocks: FittedBlock[]): FittedBlock[] {
  return blocks.filter(({ graph }) => graph.neighbour.length / 2 >= graph.states);
}

/**
 * Replicas of X2 under the fitted balance: B_fg kept, N_fg ~ Binomial(B_fg, p_fg), refit, X2 over the
 * pairs inside the replica's own strongly connected components. Replica b depends on the seed and b
 * alone: any of them can be run anywhere, in any order, and has the same counts on the GPU
 * (shaders/bootstrap.wgsl).
 */
export class ConditionalBootstrap {
  private readonly tables: BinomialTables;
  private readonly frames: BootstrapFrame[] = [];
  private readonly drawn: Float64Array;
  private readonly words = new Int32Array(4);
  /** X2 of the data. */
  private readonly observed: number;
  /** What the frames estimate. */
  private readonly values: Float64Array;

  constructor(
    blocks: FittedBlock[],
    private readonly seed: number,
  ) {
    const cyclic = blocksWithCycles(blocks);
    this.observed = cyclic.reduce((sum, block) => sum + misfit(block).X2, 0);
    this.values = new Float64Array(cyclic.length);
    const drawn = cyclic.map((fitted) => ({ fitted, pairs: pairsOf(fitted) }));
    const count = drawn.reduce((sum, { pairs }) => sum + pairs.to.length, 0);
    const both = new Float64Array(count);
    const logOdds = new Float64Array(count);
    let first = 0;
    for (const { pairs } of drawn) {
      both.set(pairs.both, first);
      logOdds.set(pairs.logOdds, first);
      first += pairs.to.length;
    }
    this.tables = binomialTables(both, logOdds);
    this.drawn = new Float64Array(count);
    first = 0;
    for (const { fitted, pairs } of drawn) {
      const counts = this.drawn.subarray(first, (first += pairs.to.length));
      this.frames.push(new BootstrapFrame(fitted, pairs, counts));
    }
  }

  /**
   * X2 to 1e-5 of itself, or to 1e-9 where it is so near to that of the data that the difference could
   * be in which one is larger: p is that of whole fits.
   */
  runReplica(b: number): Replica {
    drawCounts(this.tables, this.seed, b, purposes.bootstrap, this.words, this.drawn);
    const { frames, values, observed } = this;
    let X2 = 0;
    let exact = 0;
    let converged = true;
    for (let k = 0; k < frames.length; k++) {
      let value = frames[k]!.estimate();
      values[k] = value;
      if (Number.isNaN(value)) {
        const fit = frames[k]!.refit();
        value = fit.X2;
        converged &&= fit.converged;
        exact += value;
      }
      X2 += value;
    }
    if (!(Math.abs(X2 - observed) <= near * observed)) return { X2, converged };
    for (let k = 0; k < frames.length; k++) {
      if (Number.isNaN(values[k])) continue;
      const fit = frames[k]!.refit();
      converged &&= fit.converged;
      exact += fit.X2;
    }
    return { X2: exact, converged };
  }
}
