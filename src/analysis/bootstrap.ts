/** The conditional bootstrap of X2: pair totals stay, directions are drawn again (method.md 5.3). */
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { logistic } from './action';
import { misfit, type FittedBlock } from './balance-test';
import { drawBinomial } from './binomial';
import { stronglyConnected } from './components';
import { hessianWeights } from './hessian-vector';
import { laplacianFactor, type LaplacianFactor } from './laplacian';
import type { NeighbourGraph } from './neighbour-graph';
import { newtonSolve } from './newton-solve';

/** One block of the observed data, ready for drawing. */
interface Frame {
  fitted: FittedBlock;
  factor: LaplacianFactor;
  /** Chance of f -> g among the counts of the pair, on entries with f < g. */
  probability: Float64Array;
  /** The replica's counts are written here: same pairs, other weights. */
  replica: NeighbourGraph;
}

/** The replica's X2, and whether all its fits converged. */
export interface Replica {
  X2: number;
  converged: boolean;
}

/**
 * Replicas of X2 under the fitted balance: B_fg kept, N_fg ~ Binomial(B_fg, p_fg), refit, X2 over the
 * pairs inside the replica's own strongly connected components. Replica b has a stream of its own
 * (the seed's, jumped b + 1 times: the first numbers of a fresh
 * seed are far from random), so any of them can be run alone, in any order.
 */
export class ConditionalBootstrap {
  private readonly frames: Frame[];
  private readonly seed: number;
  private stream: JumpableRandomGenerator;
  private streamIndex = 0;

  constructor(blocks: FittedBlock[], seed: number) {
    this.seed = seed;
    this.stream = firstStream(seed);
    // A tree fits exactly whatever is drawn: its X2 is 0.
    this.frames = blocks
      .filter(({ graph }) => graph.neighbour.length / 2 >= graph.states)
      .map((fitted) => frameOf(fitted));
  }

  runReplica(b: number): Replica {
    const random = this.streamOf(b);
    let X2 = 0;
    let converged = true;
    for (const frame of this.frames) {
      drawCounts(frame, random);
      const refit = newtonSolve(frame.replica, 'softplus', {
        start: frame.fitted.theta,
        factor: frame.factor,
        byPairs: true,
        tolerance: 1e-4, // the step is still taken, so that about its square is left
        maxIterations: 50,
      });
      converged &&= refit.converged;
      X2 += misfit({ graph: frame.replica, theta: refit.V }).X2;
    }
    return { X2, converged };
  }

  private streamOf(b: number): JumpableRandomGenerator {
    if (b < this.streamIndex) {
      this.stream = firstStream(this.seed);
      this.streamIndex = 0;
    }
    for (; this.streamIndex < b; this.streamIndex++) this.stream.jump();
    return xoroshiro128plusFromState(this.stream.getState());
  }
}

/** The state after seeding holds the seed almost bare; one jump mixes it. */
function firstStream(seed: number): JumpableRandomGenerator {
  const stream = xoroshiro128plus(seed);
  stream.jump();
  return stream;
}

function frameOf(fitted: FittedBlock): Frame {
  const { graph, theta } = fitted;
  const size = graph.neighbour.length;
  const weights = new Float64Array(size);
  hessianWeights(graph, 'softplus', theta, weights);
  const probability = new Float64Array(size);
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      probability[k] = logistic(theta[f]! - theta[graph.neighbour[k]!]!);
  }
  const replica = { ...graph, out: new Float64Array(size), back: new Float64Array(size) };
  return { fitted, factor: laplacianFactor(graph, weights), probability, replica };
}

/** Draws every pair; pairs that then join two components fit exactly in the limit and are emptied. */
function drawCounts(frame: Frame, random: JumpableRandomGenerator): void {
  const { fitted, replica, probability } = frame;
  const { rowStart, neighbour, mirror, out, back } = replica;
  for (let f = 0; f < replica.states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      if (neighbour[k]! < f) continue;
      const both = fitted.graph.out[k]! + fitted.graph.back[k]!;
      const drawn = drawBinomial(random, both, probability[k]!);
      out[k] = back[mirror[k]!] = drawn;
      back[k] = out[mirror[k]!] = both - drawn;
    }
  }
  const components = stronglyConnected(rowStart, neighbour, out);
  if (components.count === 1) return;
  for (let f = 0; f < replica.states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      if (components.of[f] !== components.of[neighbour[k]!]) out[k] = back[k] = 0;
    }
  }
}

export interface BootstrapTally {
  replicas: number;
  /** Replicas with X2_b >= X2. */
  atLeast: number;
  notConverged: number;
  /** (1 + atLeast) / (replicas + 1). */
  p: number;
}

export interface BootstrapProgress {
  stage: 'bootstrap';
  done: number;
  total: number;
}

/**
 * Runs the replicas one by one, telling after each how many are done, so that the caller can pause or
 * stop. Ties with the observed X2 (counts are whole numbers) count as reaching it.
 */
export function* bootstrapBalance(
  blocks: FittedBlock[],
  X2: number,
  replicas: number,
  seed: number,
): Generator<BootstrapProgress, BootstrapTally> {
  const bootstrap = new ConditionalBootstrap(blocks, seed);
  const reached = X2 * (1 - 1e-7);
  let atLeast = 0;
  let notConverged = 0;
  for (let b = 0; b < replicas; b++) {
    const replica = bootstrap.runReplica(b);
    // A replica that did not converge counts against rejecting.
    if (!replica.converged) notConverged++;
    if (!replica.converged || replica.X2 >= reached) atLeast++;
    yield { stage: 'bootstrap', done: b + 1, total: replicas };
  }
  return { replicas, atLeast, notConverged, p: (1 + atLeast) / (replicas + 1) };
}
