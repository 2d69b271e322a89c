/** Bootstrap replicas on the GPU, one workgroup a replica (method.md 5.3). Twin: src/analysis/balance/bootstrap.ts. */
import code from '../../shaders/bootstrap.wgsl?raw';
import type { BootstrapProblem } from '../analysis/balance/bootstrap-null';
import { Buffers, readFloats, submit } from './buffers';
import { fitsWorkgroup, planBlocks, workgroupFor, type BlockPlan } from './bootstrap-plan';
import { guarded, type Gpu } from './device';
import {
  bind,
  buildKernel,
  packParameters,
  workgroups,
  type Kernel,
  type KernelLayout,
} from './kernel';
import { GpuError, outcomeOf, type GpuOutcome } from './outcome';

type Entry = 'replicas';

export const layout: KernelLayout<Entry> = {
  name: 'bootstrap',
  code,
  entries: ['replicas'],
  parameters: [
    { name: 'states', type: 'u32' },
    { name: 'pairs', type: 'u32' },
    { name: 'first_pair', type: 'u32' },
    { name: 'lanes', type: 'u32' },
    { name: 'first', type: 'u32' },
    { name: 'replicas', type: 'u32' },
    { name: 'seed_low', type: 'u32' },
    { name: 'seed_high', type: 'u32' },
  ],
  storage: [
    { name: 'row_start', access: 'read', bytes: 4 },
    { name: 'entries', access: 'read', bytes: 8 },
    { name: 'tables', access: 'read', bytes: 16 },
    { name: 'odds', access: 'read', bytes: 4 },
    { name: 'cells', access: 'read', bytes: 4 },
    { name: 'inverse', access: 'read', bytes: 4 },
    { name: 'answers', access: 'read_write', bytes: 8 },
  ],
};

/** A dispatch is made about this long, so that the device stays free for others and a stop is heard. */
const DISPATCH_MS = 100;
const FIRST_CHUNK = 4;
const MOST_CHUNK = 4096;

export interface BootstrapCallbacks {
  signal?: AbortSignal | undefined;
  /** Called after every chunk, in order. */
  onReplicas?: ((first: number, X2: Float64Array) => void) | undefined;
}

/** A block on the device. */
interface Uploaded {
  kernel: Kernel<Entry>;
  group: GPUBindGroup;
  parameters: GPUBuffer;
  values: Record<string, number>;
}

export class Bootstrap {
  private readonly kernels = new Map<string, Promise<Kernel<Entry>>>();

  private constructor(private readonly gpu: Gpu) {}

  /** Builds the smallest pipeline; larger ones are built when they are needed. Throws a GpuError. */
  static async create(gpu: Gpu): Promise<Bootstrap> {
    const made = new Bootstrap(gpu);
    await made.kernelFor(1, 1);
    return made;
  }

  /** Whether every block fits in a workgroup of this device and in float32. */
  fits(problem: BootstrapProblem): boolean {
    const { maxComputeWorkgroupStorageSize } = this.gpu.device.limits;
    return problem.blocks.every((block) => fitsWorkgroup(block, maxComputeWorkgroupStorageSize));
  }

  /**
   * X2 of the replicas `first` to `first + count - 1`, in chunks of about 100 ms; NaN where a fit did not
   * converge in float32. Faults: any GPU error, `gpu-too-large`, `gpu-cancelled`.
   */
  run(
    problem: BootstrapProblem,
    first: number,
    count: number,
    { signal, onReplicas }: BootstrapCallbacks = {},
  ): Promise<GpuOutcome<Float64Array>> {
    const buffers = new Buffers(this.gpu);
    return outcomeOf(async () => {
      if (!this.fits(problem))
        throw new GpuError('gpu-too-large', 'A component is too large for one workgroup.');
      const plans = planBlocks(problem);
      const X2 = new Float64Array(count);
      if (plans.length === 0) return X2;
      const chunkLimit = Math.min(MOST_CHUNK, Math.max(count, 1));
      const [answers, back] = await guarded(this.gpu, () => [
        buffers.storage('answers', 8 * chunkLimit),
        buffers.readback('answers', 8 * chunkLimit),
      ]);
      const blocks: Uploaded[] = [];
      for (const plan of plans) blocks.push(await this.upload(plan, buffers, answers!));
      let chunk = FIRST_CHUNK;
      for (let done = 0; done < count;) {
        const size = Math.min(chunk, count - done, chunkLimit);
        const part = X2.subarray(done, done + size);
        const start = performance.now();
        for (const block of blocks) {
          if (signal?.aborted) throw new GpuError('gpu-cancelled', 'stopped');
          const found = await this.dispatch(block, answers!, back!, buffers, first + done, size);
          for (let b = 0; b < size; b++) {
            // A value that is not finite says no more than one that did not converge.
            const fits = found[2 * b + 1]! > 0 && Number.isFinite(found[2 * b]!);
            part[b]! += fits ? found[2 * b]! : NaN;
          }
        }
        onReplicas?.(first + done, part);
        done += size;
        const took = Math.max(1, (performance.now() - start) / blocks.length);
        chunk = Math.max(1, Math.floor(size * Math.min(4, DISPATCH_MS / took)));
      }
      return X2;
    }).finally(() => buffers.destroy());
  }

  private async dispatch(
    { kernel, group, parameters, values }: Uploaded,
    answers: GPUBuffer,
    back: GPUBuffer,
    buffers: Buffers,
    first: number,
    replicas: number,
  ): Promise<Float32Array> {
    buffers.write(parameters, packParameters(layout, [{ ...values, first, replicas }]));
    await submit(this.gpu, (encoder) => {
      const pass = encoder.beginComputePass();
      pass.setPipeline(kernel.pipelines.replicas);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups(replicas, 1));
      pass.end();
      encoder.copyBufferToBuffer(answers, 0, back, 0, 8 * replicas);
    });
    return readFloats(this.gpu, back, 2 * replicas);
  }

  private async upload(plan: BlockPlan, buffers: Buffers, answers: GPUBuffer): Promise<Uploaded> {
    const kernel = await this.kernelFor(plan.values.states!, plan.values.pairs!);
    return guarded(this.gpu, () => {
      const parameters = buffers.uniform('parameters', packParameters(layout, [plan.values]));
      const stored = Object.entries(plan.arrays).map(
        ([name, contents]) => [name, buffers.storage(name, contents)] as const,
      );
      const group = bind(this.gpu, kernel, parameters, { ...Object.fromEntries(stored), answers });
      return { kernel, group, parameters, values: plan.values };
    });
  }

  /** The pipeline with room for these sizes. */
  private kernelFor(states: number, pairs: number): Promise<Kernel<Entry>> {
    const sizes = workgroupFor(states, pairs);
    const key = Object.values(sizes).join(' ');
    let known = this.kernels.get(key);
    if (!known) this.kernels.set(key, (known = buildKernel(this.gpu, layout, sizes)));
    return known;
  }
}
