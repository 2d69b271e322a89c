/** Gradient of the action on the GPU (method.md section 3). Twin: src/analysis/potential/action-gradient.ts. */
import code from '../../shaders/action-gradient.wgsl?raw';
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';
import type { ActionKernel } from '../analysis/result';
import { splitPotential } from './buffers';
import type { Gpu } from './device';
import { buildKernel, dispatch, type Kernel, type KernelLayout } from './kernel';
import { kernelNumber, uploadNeighbours } from './neighbour-buffers';
import type { GpuOutcome } from './outcome';
import { runOnce } from './run-once';

type Entry = 'rows';

export const layout: KernelLayout<Entry> = {
  name: 'action-gradient',
  code,
  entries: ['rows'],
  parameters: [
    { name: 'states', type: 'u32' },
    { name: 'kernel', type: 'u32' },
  ],
  storage: [
    { name: 'row_start', access: 'read', bytes: 4 },
    { name: 'neighbour', access: 'read', bytes: 4 },
    { name: 'rates', access: 'read', bytes: 8 },
    { name: 'potential', access: 'read', bytes: 8 },
    { name: 'gradient', access: 'read_write', bytes: 4 },
  ],
};

export class ActionGradient {
  private constructor(
    private readonly gpu: Gpu,
    readonly kernel: Kernel<Entry>,
  ) {}

  /** Builds the pipeline once. Throws a GpuError. */
  static async create(gpu: Gpu): Promise<ActionGradient> {
    return new ActionGradient(gpu, await buildKernel(gpu, layout));
  }

  encode(pass: GPUComputePassEncoder, group: GPUBindGroup, states: number): void {
    dispatch(pass, this.kernel, 'rows', group, states);
  }

  /** n values dS/dV_f, in the unit of the weights per nat (float32); V has n values in nats. */
  run(
    graph: NeighbourGraph,
    action: ActionKernel,
    V: Float64Array,
  ): Promise<GpuOutcome<Float32Array>> {
    return runOnce(this.gpu, this.kernel, {
      parameters: { states: graph.states, kernel: kernelNumber(action) },
      inputs: (buffers) => {
        const graphBuffers = uploadNeighbours(buffers, graph);
        buffers.write(graphBuffers.potential, splitPotential(V));
        return { ...graphBuffers.byName };
      },
      output: { name: 'gradient', words: graph.states },
      encode: (pass, group) => this.encode(pass, group, graph.states),
    });
  }
}
