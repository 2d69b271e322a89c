/** Hessian of the action times a vector on the GPU (method.md section 3). Twin: src/analysis/potential/hessian-vector.ts. */
import code from '../../shaders/hessian-vector.wgsl?raw';
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
  name: 'hessian-vector',
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
    { name: 'vector', access: 'read', bytes: 4 },
    { name: 'product', access: 'read_write', bytes: 4 },
  ],
};

export class HessianVector {
  private constructor(
    private readonly gpu: Gpu,
    readonly kernel: Kernel<Entry>,
  ) {}

  /** Builds the pipeline once. Throws a GpuError. */
  static async create(gpu: Gpu): Promise<HessianVector> {
    return new HessianVector(gpu, await buildKernel(gpu, layout));
  }

  encode(pass: GPUComputePassEncoder, group: GPUBindGroup, states: number): void {
    dispatch(pass, this.kernel, 'rows', group, states);
  }

  /** n values (H x)_f at V, in the unit of the weights (float32); V and x have n values in nats. */
  run(
    graph: NeighbourGraph,
    action: ActionKernel,
    V: Float64Array,
    x: Float64Array,
  ): Promise<GpuOutcome<Float32Array>> {
    return runOnce(this.gpu, this.kernel, {
      parameters: { states: graph.states, kernel: kernelNumber(action) },
      inputs: (buffers) => {
        const graphBuffers = uploadNeighbours(buffers, graph);
        buffers.write(graphBuffers.potential, splitPotential(V));
        return { ...graphBuffers.byName, vector: buffers.storage('vector', new Float32Array(x)) };
      },
      output: { name: 'product', words: graph.states },
      encode: (pass, group) => this.encode(pass, group, graph.states),
    });
  }
}
