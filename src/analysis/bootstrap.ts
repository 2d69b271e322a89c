/** The conditional bootstrap of X2: pair totals stay, directions are drawn again (method.md 5.3). */
import type { FittedBlock } from './balance-test';
import { binomialTables, drawCounts, type BinomialTables } from './binomial-tables';
import type { QuickFit } from './bootstrap-fit';
import { BootstrapFrame, pairsOf } from './bootstrap-frame';

/** The replica's X2, and whether all its fits converged. */
export type Replica = QuickFit;

/** Draws of different purposes share no random word. */
export const purposes = { bootstrap: 0, entropy: 1 } as const;

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

  constructor(
    blocks: FittedBlock[],
    private readonly seed: number,
  ) {
    const drawn = blocksWithCycles(blocks).map((fitted) => ({ fitted, pairs: pairsOf(fitted) }));
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

  runReplica(b: number): Replica {
    drawCounts(this.tables, this.seed, b, purposes.bootstrap, this.words, this.drawn);
    let X2 = 0;
    let converged = true;
    for (const frame of this.frames) {
      const refit = frame.refit();
      converged &&= refit.converged;
      X2 += refit.X2;
    }
    return { X2, converged };
  }
}
