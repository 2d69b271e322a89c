/** A neighbour graph on the device, as the action, gradient and Hessian kernels read it. */
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';
import type { ActionKernel } from '../analysis/result';
import { interleave, type Buffers } from './buffers';

export interface NeighbourBuffers {
  states: number;
  /** n x (V, remainder), nats; zeros at first. */
  potential: GPUBuffer;
  /** All of them under the names the shaders use. */
  byName: Record<'row_start' | 'neighbour' | 'rates' | 'potential', GPUBuffer>;
}

/** Uploads a graph of n states: float32 rates, unsigned offsets. Call inside `guarded`. */
export function uploadNeighbours(buffers: Buffers, graph: NeighbourGraph): NeighbourBuffers {
  const potential = buffers.storage('potential', 8 * graph.states);
  const byName = {
    row_start: buffers.storage('row_start', graph.rowStart),
    neighbour: buffers.storage('neighbour', graph.neighbour),
    rates: buffers.storage('rates', interleave(graph.out, graph.back)),
    potential,
  };
  return { states: graph.states, potential, byName };
}

/** The shaders' number of an action kernel. */
export function kernelNumber(action: ActionKernel): number {
  return action === 'exp' ? 1 : 0;
}
