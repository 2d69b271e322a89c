/** Kernel normalisation on the GPU: counts -> T_fg (method.md section 2). Twin: src/analysis/graph/kernel-normalise.ts. */
import code from '../../shaders/kernel-normalise.wgsl?raw';
import { uniformAttempts } from '../analysis/graph/kernel-normalise';
import type { AnalysisOptions, Normalisation } from '../analysis/result';
import type { CountGraph } from '../transitions/types';
import type { Gpu } from './device';
import { buildKernel, dispatch, type Kernel, type KernelLayout } from './kernel';
import type { GpuOutcome } from './outcome';
import { runOnce } from './run-once';

type Entry = 'normalise';

export const layout: KernelLayout<Entry> = {
  name: 'kernel-normalise',
  code,
  entries: ['normalise'],
  parameters: [
    { name: 'states', type: 'u32' },
    { name: 'normalisation', type: 'u32' },
    { name: 'uniform_attempts', type: 'f32' },
    { name: 'pseudo_counts', type: 'f32' },
  ],
  storage: [
    { name: 'row_start', access: 'read', bytes: 4 },
    { name: 'count', access: 'read', bytes: 4 },
    { name: 'attempts', access: 'read', bytes: 4 },
    { name: 'staying', access: 'read', bytes: 4 },
    { name: 'weight', access: 'read_write', bytes: 4 },
  ],
};

const NUMBER: Record<Normalisation, number> = {
  attempts: 0,
  accepted: 1,
  uniform: 2,
  dirichlet: 3,
  exact: 0, // chances of one attempt
};

export class KernelNormalise {
  private constructor(
    private readonly gpu: Gpu,
    private readonly kernel: Kernel<Entry>,
  ) {}

  /** Builds the pipeline once. Throws a GpuError. */
  static async create(gpu: Gpu): Promise<KernelNormalise> {
    return new KernelNormalise(gpu, await buildKernel(gpu, layout));
  }

  /** m values T_fg, dimensionless, in the order of the graph's edges (float32). */
  run(
    graph: CountGraph,
    options: Pick<AnalysisOptions, 'normalisation' | 'uniformAttempts' | 'pseudoCounts'>,
  ): Promise<GpuOutcome<Float32Array>> {
    const { gpu, kernel } = this;
    const n = graph.names.length;
    const staying = Float32Array.from(
      graph.attempts,
      (_, f) => (graph.selfTransitions[f]! > 0 ? 1 : 0) + (graph.rejected[f]! > 0 ? 1 : 0),
    );
    return runOnce(gpu, kernel, {
      parameters: {
        states: n,
        normalisation: NUMBER[options.normalisation],
        uniform_attempts: uniformAttempts(graph, options.uniformAttempts),
        pseudo_counts: options.pseudoCounts,
      },
      inputs: (buffers) => ({
        row_start: buffers.storage('row_start', graph.rowStart),
        count: buffers.storage('count', new Float32Array(graph.count)),
        attempts: buffers.storage('attempts', new Float32Array(graph.attempts)),
        staying: buffers.storage('staying', staying),
      }),
      output: { name: 'weight', words: graph.count.length },
      encode: (pass, group) => dispatch(pass, kernel, 'normalise', group, n),
    });
  }
}
