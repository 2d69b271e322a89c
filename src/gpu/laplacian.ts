/**
 * The Newton step's inner solve on the GPU: elimination in rounds, then conjugate gradients with a
 * coarse correction on what is left, all in float32. Twin: src/analysis/potential/laplacian.ts.
 */
import type { NeighbourGraph } from '../analysis/graph/neighbour-graph';
import type { ActionKernel } from '../analysis/result';
import { Buffers, readFloats, splitPotential, submit } from './buffers';
import { guarded, type Gpu } from './device';
import { buildKernel, type Kernel } from './kernel';
import * as layouts from './laplacian-layouts';
import { planLaplacian, type LaplacianPlan } from './laplacian-plan';
import { LaplacianSystem } from './laplacian-system';
import { outcomeOf, requireFinite, throwIfCancelled, type GpuOutcome } from './outcome';

type Entries<L> = L extends { entries: readonly (infer E extends string)[] } ? E : never;

/** The five compiled shaders. */
export interface LaplacianKernels {
  curvature: Kernel<Entries<typeof layouts.curvature>>;
  factor: Kernel<Entries<typeof layouts.factor>>;
  sweep: Kernel<Entries<typeof layouts.sweep>>;
  coarse: Kernel<Entries<typeof layouts.coarse>>;
  conjugate: Kernel<Entries<typeof layouts.conjugate>>;
}

export interface LaplacianSolution {
  /** n values, nats, mean 0 (float32 accuracy). */
  x: Float64Array;
  /** Inner iterations on the core; 0 where elimination or the dense solve was everything. */
  iterations: number;
  /** sqrt(r M^-1 r) at the end over its value at the start; 0 for a direct solve. */
  residual: number;
}

/** Inner iterations after which a solve is given up. */
export const MOST_ITERATIONS = 1024;

export class Laplacian {
  private constructor(
    readonly gpu: Gpu,
    readonly kernels: LaplacianKernels,
  ) {}

  /** Builds the pipelines once. Throws a GpuError. */
  static async create(gpu: Gpu): Promise<Laplacian> {
    return new Laplacian(gpu, {
      curvature: await buildKernel(gpu, layouts.curvature),
      factor: await buildKernel(gpu, layouts.factor),
      sweep: await buildKernel(gpu, layouts.sweep),
      coarse: await buildKernel(gpu, layouts.coarse),
      conjugate: await buildKernel(gpu, layouts.conjugate),
    });
  }

  /** Buffers for one graph. Call inside `guarded`. */
  system(buffers: Buffers, plan: LaplacianPlan, action: ActionKernel): LaplacianSystem {
    return new LaplacianSystem(this.gpu, this.kernels, buffers, plan, action);
  }

  /**
   * x with H(V) x = b for a connected graph of n states; b has n values that sum to 0, in the unit
   * of the weights, V n values in nats. The answer is in the mean gauge.
   */
  run(
    graph: NeighbourGraph,
    action: ActionKernel,
    V: Float64Array,
    b: Float64Array,
    tolerance = 1e-4,
    signal?: AbortSignal,
  ): Promise<GpuOutcome<LaplacianSolution>> {
    const { gpu } = this;
    const buffers = new Buffers(gpu);
    const n = graph.states;
    const work = async () => {
      const plan = planLaplacian(graph);
      const permuted = (values: Float64Array) => {
        const moved = new Float64Array(n);
        values.forEach((value, f) => (moved[plan.position[f]!] = value));
        return moved;
      };
      const [system, back] = await guarded(gpu, () => {
        const made = this.system(buffers, plan, action);
        made.setTolerance(tolerance);
        buffers.write(made.potential, splitPotential(permuted(V)));
        buffers.write(made.values, new Float32Array(permuted(b)));
        return [made, buffers.readback('solution', 4 * (n + 8))] as const;
      });
      const { answer, iterations, residual } = await iterate(gpu, system, back, n, signal);
      const x = new Float64Array(n);
      let sum = 0;
      for (let f = 0; f < n; f++) sum += x[f] = answer[plan.position[f]!]!;
      for (let f = 0; f < n; f++) x[f]! -= sum / n;
      return { x, iterations, residual };
    };
    return outcomeOf(work).finally(() => buffers.destroy());
  }
}

/** Submits batches of iterations until the device says it is done; the last words are its scalars. */
async function iterate(
  gpu: Gpu,
  system: LaplacianSystem,
  back: GPUBuffer,
  n: number,
  signal: AbortSignal | undefined,
) {
  let batch = system.firstBatch;
  for (let first = true; ; first = false) {
    throwIfCancelled(signal);
    await submit(gpu, (encoder) => {
      if (first) system.encodeFactor(encoder);
      system.encodeSolve(encoder, first, batch);
      encoder.copyBufferToBuffer(system.values, 4 * n, back, 0, 4 * n);
      encoder.copyBufferToBuffer(system.scalars, 0, back, 4 * n, 32);
    });
    const answer = await readFloats(gpu, back, n + 8);
    const state = system.progress(answer.subarray(n));
    if (state.done || state.iterations >= MOST_ITERATIONS) {
      requireFinite(answer, 'Newton step');
      return { answer, ...state };
    }
    batch = Math.min(256, batch * 2);
  }
}
