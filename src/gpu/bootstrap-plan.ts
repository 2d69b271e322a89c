/** What the bootstrap's kernel needs of a block, and which blocks it can take. */
import type { FittedBlock } from '../analysis/balance/balance-test';
import { binomialTables } from '../analysis/balance/binomial-tables';
import { blocksWithCycles } from '../analysis/balance/bootstrap';
import { pairsOf, type Pairs } from '../analysis/balance/bootstrap-frame';
import type { BootstrapProblem } from '../analysis/balance/bootstrap-null';
import { hessianWeights } from '../analysis/potential/hessian-vector';
import { denseInverse } from '../analysis/potential/pseudo-inverse';
import { WORKGROUP_SIZE } from './kernel';

/** A block's uniform values and storage arrays, by the names of the shader. */
export interface BlockPlan {
  values: Record<string, number>;
  arrays: Record<string, ArrayBufferView>;
}

/** Bytes of workgroup memory a state, and beside states, pairs and lanes. */
const STATE_BYTES = 24;
const OTHER_BYTES = 256;
/** Largest |theta_f - theta_g| of a pair: beyond it float32 has no room for the chances. */
const STEEPEST = 40;
/** Counts below this are whole in float32. */
const MOST_COUNTS = 2 ** 24;

/** The shader's overrides for a block of this size: rounded up, so that few pipelines are built. */
export function workgroupFor(states: number, pairs: number) {
  // Four lanes a state where there is room: more would wait for each other.
  const lanes = 4 * 2 ** Math.ceil(Math.log2(states));
  return {
    workgroup_size: Math.min(WORKGROUP_SIZE, Math.max(64, lanes)),
    most_states: 64 * Math.ceil(states / 64),
    most_pairs: 512 * Math.ceil(pairs / 512),
  };
}

/** Whether one workgroup with `storage` bytes of shared memory can take the block. */
export function fitsWorkgroup(block: FittedBlock, storage: number): boolean {
  const { states, neighbour } = block.graph;
  const pairs = neighbour.length / 2;
  if (pairs < states) return true; // a tree is not drawn
  const { workgroup_size, most_states, most_pairs } = workgroupFor(states, pairs);
  const bytes = STATE_BYTES * most_states + 4 * most_pairs + 4 * workgroup_size + OTHER_BYTES;
  if (states > WORKGROUP_SIZE || bytes > storage) return false;
  const { both, logOdds } = pairsOf(block);
  return both.every((B) => B < MOST_COUNTS) && logOdds.every((x) => Math.abs(x) <= STEEPEST);
}

/** One plan a block with cycles, their pairs numbered through. */
export function planBlocks({ blocks, seed }: BootstrapProblem): BlockPlan[] {
  let first = 0;
  return blocksWithCycles(blocks).map((block) => {
    const pairs = pairsOf(block);
    const plan = planBlock(block, pairs, first, seed);
    first += pairs.to.length;
    return plan;
  });
}

function planBlock(
  { graph, theta }: FittedBlock,
  { both, logOdds, ofEntry }: Pairs,
  first: number,
  seed: number,
): BlockPlan {
  const { states, rowStart, neighbour } = graph;
  const { workgroup_size } = workgroupFor(states, both.length);
  const binomial = binomialTables(both, logOdds);
  const entries = new Uint32Array(2 * neighbour.length);
  for (let f = 0; f < states; f++) {
    for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
      entries[2 * k] = neighbour[k]!;
      entries[2 * k + 1] = 2 * ofEntry[k]! + (neighbour[k]! < f ? 1 : 0);
    }
  }
  const tables = new Uint32Array(4 * both.length);
  both.forEach((B, i) => {
    tables.set([binomial.offset[i]!, binomial.low[i]!, binomial.shift[i]!, B], 4 * i);
  });
  const weights = new Float64Array(neighbour.length);
  hessianWeights(graph, 'softplus', theta, weights);
  return {
    values: {
      states,
      pairs: both.length,
      first_pair: first,
      lanes: 2 ** Math.floor(Math.log2(workgroup_size / states)),
      first: 0,
      replicas: 0,
      seed_low: seed >>> 0,
      seed_high: Math.floor(seed / 2 ** 32) >>> 0,
    },
    arrays: {
      row_start: Uint32Array.from(rowStart),
      entries,
      tables,
      odds: Float32Array.from(logOdds, (x) => Math.exp(-x)),
      cells: binomial.cells,
      inverse: Float32Array.from(denseInverse(graph, weights)),
    },
  };
}
