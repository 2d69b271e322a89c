/** The action S[V] on the GPU (method.md section 3). Twin: src/analysis/potential/action.ts. */
import code from '../../shaders/action.wgsl?raw';
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';
import type { ActionKernel } from '../analysis/result';
import { splitPotential } from './buffers';
import type { Gpu } from './device';
import { buildKernel, dispatch, sumThreads, type Kernel, type KernelLayout } from './kernel';
import { kernelNumber, uploadNeighbours } from './neighbour-buffers';
import type { GpuOutcome } from './outcome';
import { runOnce } from './run-once';

type Entry = 'rows' | 'total';

export const layout: KernelLayout<Entry> = {
  name: 'action',
  code,
  entries: ['rows', 'total'],
  parameters: [
    { name: 'states', type: 'u32' },
    { name: 'kernel', type: 'u32' },
    { name: 'threads', type: 'u32' },
  ],
  storage: [
    { name: 'row_start', access: 'read', bytes: 4 },
    { name: 'neighbour', access: 'read', bytes: 4 },
    { name: 'rates', access: 'read', bytes: 8 },
    { name: 'potential', access: 'read', bytes: 8 },
    { name: 'sums', access: 'read_write', bytes: 4 },
  ],
};

export class Action {
  private constructor(
    private readonly gpu: Gpu,
    readonly kernel: Kernel<Entry>,
  ) {}

  /** Builds the pipelines once. Throws a GpuError. */
  static async create(gpu: Gpu): Promise<Action> {
    return new Action(gpu, await buildKernel(gpu, layout));
  }

  /** Encodes both passes of the sum over `states` rows. */
  encode(pass: GPUComputePassEncoder, group: GPUBindGroup, states: number): void {
    dispatch(pass, this.kernel, 'rows', group, sumThreads(states));
    dispatch(pass, this.kernel, 'total', group, 1);
  }

  /**
   * Sum over f != g of w_fg K(V_f - V_g), in the unit of the weights (float32); V has n values in
   * nats. `exp` overflows to a `gpu-not-finite` fault above differences of about 177 nats.
   */
  async run(
    graph: NeighbourGraph,
    action: ActionKernel,
    V: Float64Array,
  ): Promise<GpuOutcome<number>> {
    const threads = sumThreads(graph.states);
    const outcome = await runOnce(this.gpu, this.kernel, {
      parameters: { states: graph.states, kernel: kernelNumber(action), threads },
      inputs: (buffers) => {
        const graphBuffers = uploadNeighbours(buffers, graph);
        buffers.write(graphBuffers.potential, splitPotential(V));
        return { ...graphBuffers.byName };
      },
      output: { name: 'sums', words: threads + 1, wanted: 1 },
      encode: (pass, group) => this.encode(pass, group, graph.states),
    });
    return outcome.ok ? { ok: true, value: outcome.value[0]! } : outcome;
  }
}
