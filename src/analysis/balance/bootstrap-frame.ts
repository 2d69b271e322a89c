/** One block of the bootstrap: what is drawn for it, which pairs count, and its fit. */
import { misfit, type FittedBlock } from './balance-test';
import { ChordFit } from './bootstrap-chord';
import { BootstrapFit, type ReplicaFit } from './bootstrap-fit';
import { stronglyConnected } from '../graph/components';
import { hessianWeights } from '../potential/hessian-vector';
import { laplacianFactor } from '../potential/laplacian';
import { likelyTree } from '../graph/likely-tree';
import type { NeighbourGraph } from '../graph/neighbour-graph';
import { newtonSolve } from '../potential/newton-solve';

/** The pairs f < g of a block, in the order of its rows: they are numbered so in every draw. */
export interface Pairs {
  /** n + 1 offsets into `to`. */
  start: Int32Array;
  /** The higher state of each pair. */
  to: Int32Array;
  /** B_fg, counts both ways. */
  both: Float64Array;
  /** theta_f - theta_g, nats. */
  logOdds: Float64Array;
  /** 2 x pairs: the pair of each entry of the neighbour graph. */
  ofEntry: Int32Array;
}

export function pairsOf({ graph, theta }: FittedBlock): Pairs {
  const count = graph.neighbour.length / 2;
  const start = new Int32Array(graph.states + 1);
  const to = new Int32Array(count);
  const both = new Float64Array(count);
  const logOdds = new Float64Array(count);
  const ofEntry = new Int32Array(2 * count);
  let i = 0;
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.neighbour[k]!;
      if (g < f) continue;
      to[i] = g;
      both[i] = graph.out[k]! + graph.back[k]!;
      logOdds[i] = theta[f]! - theta[g]!;
      ofEntry[k] = ofEntry[graph.mirror[k]!] = i++;
    }
    start[f + 1] = i;
  }
  return { start, to, both, logOdds, ofEntry };
}

export class BootstrapFrame {
  private readonly back: Float64Array;
  private readonly fit: BootstrapFit | null;
  private readonly chord: ChordFit | null;
  private readonly tree: Int32Array;
  private readonly seen: Uint8Array;
  private readonly stack: Int32Array;
  private large: { replica: NeighbourGraph; factor: ReturnType<typeof laplacianFactor> } | null =
    null;

  /** `out` is where the counts f -> g of this block's pairs are drawn. */
  constructor(
    private readonly fitted: FittedBlock,
    private readonly pairs: Pairs,
    private readonly out: Float64Array,
  ) {
    this.back = new Float64Array(out.length);
    this.fit = BootstrapFit.of(fitted, pairs.start, pairs.to);
    this.chord = this.fit && new ChordFit(this.fit, pairs);
    this.tree = likelyTree(fitted, pairs);
    this.seen = new Uint8Array(fitted.graph.states);
    this.stack = new Int32Array(fitted.graph.states);
  }

  /** X2 of what `out` holds now, to 1e-5 of itself; NaN where that takes `refit`. */
  estimate(): number {
    if (!this.chord || !(this.spans() || this.isWhole())) return NaN;
    return this.chord.run(this.out);
  }

  /** The same to 1e-9; pairs that join two of its components are emptied there: once a draw. */
  refit(): ReplicaFit {
    const { out, back } = this;
    const whole = this.isWhole();
    if (!whole) this.emptyBetween();
    const fit = this.fit?.run(out, back, whole);
    return fit?.converged ? fit : this.refitLarge();
  }

  /** Whether the pairs of the tree were drawn both ways, which says that all is one component. */
  private spans(): boolean {
    const { out, tree } = this;
    const { both } = this.pairs;
    for (let k = 0; k < tree.length; k++) {
      const i = tree[k]!;
      if (out[i] === 0 || out[i] === both[i]) return false;
    }
    return true;
  }

  /** Whether all is one strongly connected component; sets `back`. */
  private isWhole(): boolean {
    const { out, back } = this;
    const { both } = this.pairs;
    let oneWay = false;
    for (let i = 0; i < both.length; i++) {
      const other = both[i]! - out[i]!;
      back[i] = other;
      if (other === 0 || out[i] === 0) oneWay = true;
    }
    return !oneWay || (this.reachesAll(out, back) && this.reachesAll(back, out));
  }

  /** Whether state 0 leads to all others, `up` holding the counts from the lower state of a pair. */
  private reachesAll(up: Float64Array, down: Float64Array): boolean {
    const { seen, stack } = this;
    const { states, rowStart, neighbour } = this.fitted.graph;
    const { ofEntry } = this.pairs;
    seen.fill(0);
    seen[0] = 1;
    stack[0] = 0;
    let depth = 1;
    let found = 1;
    while (depth > 0 && found < states) {
      const f = stack[--depth]!;
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
        const g = neighbour[k]!;
        if (seen[g] || (f < g ? up : down)[ofEntry[k]!] === 0) continue;
        seen[g] = 1;
        stack[depth++] = g;
        found++;
      }
    }
    return found === states;
  }

  /** A pair between two strongly connected components fits exactly in the limit: it adds nothing. */
  private emptyBetween(): void {
    const { out, back, pairs } = this;
    const { states, rowStart, neighbour } = this.fitted.graph;
    const present = Float64Array.from(pairs.ofEntry);
    for (let f = 0; f < states; f++) {
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++)
        present[k] = (f < neighbour[k]! ? out : back)[pairs.ofEntry[k]!]!;
    }
    const { of } = stronglyConnected(rowStart, neighbour, present);
    for (let f = 0; f < states; f++) {
      for (let i = pairs.start[f]!; i < pairs.start[f + 1]!; i++)
        if (of[f] !== of[pairs.to[i]!]) out[i] = back[i] = 0;
    }
  }

  /** Blocks of any size and steepness. */
  private refitLarge(): ReplicaFit {
    const { graph, theta } = this.fitted;
    if (!this.large) {
      const size = graph.neighbour.length;
      const weights = new Float64Array(size);
      hessianWeights(graph, 'softplus', theta, weights);
      const replica = { ...graph, out: new Float64Array(size), back: new Float64Array(size) };
      this.large = { replica, factor: laplacianFactor(graph, weights) };
    }
    const { replica, factor } = this.large;
    for (let f = 0; f < graph.states; f++) {
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        const i = this.pairs.ofEntry[k]!;
        const upward = f < graph.neighbour[k]!;
        replica.out[k] = (upward ? this.out : this.back)[i]!;
        replica.back[k] = (upward ? this.back : this.out)[i]!;
      }
    }
    const { V, converged } = newtonSolve(replica, 'softplus', {
      start: theta,
      factor,
      byPairs: true,
      tolerance: 1e-4, // the step is still taken, so that about its square is left
      maxIterations: 50,
    });
    return { X2: misfit({ graph: replica, theta: V }).X2, converged };
  }
}
