/** One Newton step on the device: gradient, action, curvature, elimination, inner solve, check; one readback. */
import type { ActionKernel } from '../analysis/result';
import { Action } from './action';
import { ActionGradient } from './action-gradient';
import { Buffers, readFloats, splitPotential, submit } from './buffers';
import { guarded, type Gpu } from './device';
import { HessianVector } from './hessian-vector';
import { bind, packParameters, sumThreads, type Kernel } from './kernel';
import { Laplacian, MOST_ITERATIONS } from './laplacian';
import type { LaplacianPlan } from './laplacian-plan';
import type { LaplacianSystem } from './laplacian-system';
import { balancedWeights, logRatioGradient } from './log-ratio-start';
import { kernelNumber, uploadNeighbours } from './neighbour-buffers';
import { requireFinite, throwIfCancelled } from './outcome';

/** Every pipeline that a Newton step uses, built once a device. */
export class NewtonKernels {
  private constructor(
    readonly action: Action,
    readonly gradient: ActionGradient,
    readonly hessian: HessianVector,
    readonly laplacian: Laplacian,
  ) {}

  static async create(gpu: Gpu): Promise<NewtonKernels> {
    const action = await Action.create(gpu);
    const gradient = await ActionGradient.create(gpu);
    const hessian = await HessianVector.create(gpu);
    return new NewtonKernels(action, gradient, hessian, await Laplacian.create(gpu));
  }
}

export interface NewtonStep {
  /** n values, nats: minus the solution of H d = gradient, in elimination order. */
  direction: Float64Array;
  /** S at the V of the step, in the unit of the weights (float32). */
  action: number;
  innerIterations: number;
  /** d.H d agrees with d.gradient to 10%: true of an unfinished inner solve too. */
  usable: boolean;
  /** Usable, and the inner solve reached its tolerance. */
  trusted: boolean;
}

const SCALARS = 8;

export class NewtonDevice {
  private batch: number;

  private constructor(
    private readonly gpu: Gpu,
    private readonly kernels: NewtonKernels,
    private readonly plan: LaplacianPlan,
    private readonly buffers: Buffers,
    private readonly system: LaplacianSystem,
    private readonly groups: Record<'action' | 'gradient' | 'hessian', GPUBindGroup>,
    private readonly own: Record<'gradient' | 'vector' | 'product' | 'sums' | 'back', GPUBuffer>,
  ) {
    this.batch = system.firstBatch;
  }

  /** Uploads the graph in elimination order. Throws a GpuError. */
  static open(
    gpu: Gpu,
    kernels: NewtonKernels,
    plan: LaplacianPlan,
    action: ActionKernel,
  ): Promise<NewtonDevice> {
    const buffers = new Buffers(gpu);
    const n = plan.states;
    return guarded(gpu, () => {
      const system = kernels.laplacian.system(buffers, plan, action);
      const threads = sumThreads(n);
      const own = {
        gradient: buffers.storage('gradient', 4 * n),
        vector: buffers.storage('vector', 4 * n),
        product: buffers.storage('product', 4 * n),
        sums: buffers.storage('sums', 4 * (threads + 1)),
        back: buffers.readback('step', 4 * (3 * n + SCALARS + 1)),
      };
      const graph = uploadNeighbours(buffers, plan.graph);
      const all = { ...graph.byName, ...own, potential: system.potential };
      const parameters = { states: n, kernel: kernelNumber(action), threads };
      const group = <Entry extends string>(kernel: Kernel<Entry>) =>
        bind(
          gpu,
          kernel,
          buffers.uniform(kernel.layout.name, packParameters(kernel.layout, [parameters])),
          all,
        );
      const groups = {
        action: group(kernels.action.kernel),
        gradient: group(kernels.gradient.kernel),
        hessian: group(kernels.hessian.kernel),
      };
      return new NewtonDevice(gpu, kernels, plan, buffers, system, groups, own);
    }).catch((error: unknown) => {
      buffers.destroy();
      throw error;
    });
  }

  /** The potential of `log-ratio-start.ts`, n values in nats, elimination order. Throws a GpuError. */
  async start(signal: AbortSignal | undefined): Promise<Float64Array> {
    const { graph, balanced } = this.plan;
    this.buffers.write(this.system.weight, balanced);
    const gradient = logRatioGradient(graph, balancedWeights(graph));
    const { direction } = await this.step(new Float64Array(graph.states), gradient, signal, false);
    return direction;
  }

  /**
   * The Newton direction at V (n values in nats, elimination order). `gradient` null: the GPU's own
   * gradient; else the host's, scaled to float32's range. `weigh` false: with the weights that are in
   * the system already. Throws a GpuError.
   */
  async step(
    V: Float64Array,
    gradient: Float64Array | null,
    signal: AbortSignal | undefined,
    weigh = true,
  ): Promise<NewtonStep> {
    const { buffers, system, plan } = this;
    const n = plan.states;
    let scale = 1;
    if (gradient) {
      scale = gradient.reduce((size, g) => Math.max(size, Math.abs(g)), 0) || 1;
      buffers.write(
        system.values,
        Float32Array.from(gradient, (g) => g / scale),
      );
    }
    const careful = gradient !== null && weigh;
    system.setTolerance(careful ? 1e-4 : 1e-3);
    const most = careful ? MOST_ITERATIONS : MOST_ITERATIONS / 2;
    buffers.write(system.potential, splitPotential(V));
    let batch = this.batch;
    for (let first = true; ; first = false) {
      throwIfCancelled(signal);
      await submit(this.gpu, (encoder) =>
        this.encode(encoder, { ownGradient: gradient === null, first, weigh, batch }),
      );
      const answer = await readFloats(this.gpu, this.own.back, 3 * n + SCALARS + 1);
      const state = system.progress(answer.subarray(3 * n, 3 * n + SCALARS));
      if (state.done || state.iterations >= most) {
        if (state.iterations > 0) this.batch = Math.min(512, state.iterations + 3);
        return this.finish(answer, scale, gradient, state);
      }
      batch = Math.min(256, batch * 2);
    }
  }

  private encode(
    encoder: GPUCommandEncoder,
    how: { ownGradient: boolean; first: boolean; weigh: boolean; batch: number },
  ): void {
    const { ownGradient, first, weigh, batch } = how;
    const { kernels, groups, own, system } = this;
    const n = this.plan.states;
    if (first) {
      const pass = encoder.beginComputePass();
      kernels.action.encode(pass, groups.action, n);
      kernels.gradient.encode(pass, groups.gradient, n);
      pass.end();
      if (ownGradient) encoder.copyBufferToBuffer(own.gradient, 0, system.values, 0, 4 * n);
      system.encodeFactor(encoder, weigh);
    }
    system.encodeSolve(encoder, first, batch);
    encoder.copyBufferToBuffer(system.values, 4 * n, own.vector, 0, 4 * n);
    const pass = encoder.beginComputePass();
    kernels.hessian.encode(pass, groups.hessian, n);
    pass.end();
    const back = (from: GPUBuffer, at: number, to: number, words: number) =>
      encoder.copyBufferToBuffer(from, 4 * at, own.back, 4 * to, 4 * words);
    back(own.vector, 0, 0, n);
    back(own.product, 0, n, n);
    back(own.gradient, 0, 2 * n, n);
    back(system.scalars, 0, 3 * n, SCALARS);
    back(own.sums, sumThreads(n), 3 * n + SCALARS, 1);
  }

  private finish(
    answer: Float32Array,
    scale: number,
    gradient: Float64Array | null,
    state: { done: boolean; broken: boolean; iterations: number },
  ): NewtonStep {
    requireFinite(answer, 'Newton step');
    const n = this.plan.states;
    const direction = new Float64Array(n);
    let curvature = 0;
    let slope = 0;
    let size = 0;
    for (let f = 0; f < n; f++) {
      const d = answer[f]!;
      curvature += d * answer[n + f]!;
      const g = gradient ? gradient[f]! / scale : answer[2 * n + f]!;
      slope += d * g;
      size = Math.max(size, Math.abs(g));
      direction[f] = -d * scale;
    }
    const usable =
      !state.broken && (size === 0 || (slope > 0 && Math.abs(curvature / slope - 1) <= 0.1));
    return {
      direction,
      action: answer[3 * n + SCALARS]!,
      innerIterations: state.iterations,
      usable,
      trusted: usable && state.done,
    };
  }

  destroy(): void {
    this.buffers.destroy();
  }
}
