/** Who computes: the WebGPU device after its self-test, or the CPU; and a solve on either. */
import { Bootstrap } from '../../gpu/bootstrap';
import { adapterName, openGpu, type Gpu } from '../../gpu/device';
import { KernelNormalise } from '../../gpu/kernel-normalise';
import { solveLeastActionGpu } from '../../gpu/least-action';
import { selfTest } from '../../gpu/self-test';
import { solve, type Prepared, type Solutions } from '../../analysis/analyse';
import { kernelOptions } from '../../analysis/prepare';
import type { Backend } from '../../analysis/result';
import type { BackendChoice } from './analysis-methods';

/** Solutions, and who found them. */
export interface Solved {
  solutions: Solutions;
  backend: Backend;
}

const CPU: Backend = { kind: 'cpu', precision: 'float64', selfTest: 'not run' };

/** Largest relative difference between the GPU's float32 kernel and the float64 one. */
const KERNEL_TOLERANCE = 1e-5;

export class Estimator {
  private constructor(
    /** Who will answer, and why. */
    readonly backend: Backend,
    private readonly gpu: Gpu | null,
    private readonly normalise: KernelNormalise | null,
    /** For bootstrap replicas: null on a software adapter, where threads on the CPU are faster. */
    readonly bootstrap: Bootstrap | null,
  ) {}

  /** Opens the device and runs the self-test, where the choice allows it. Never throws. */
  static async open(choice: BackendChoice): Promise<Estimator> {
    if (choice === 'cpu') return new Estimator({ ...CPU, reason: 'as asked' }, null, null, null);
    const opened = await openGpu();
    if (!opened.ok)
      return new Estimator({ ...CPU, reason: opened.fault.message }, null, null, null);
    const gpu = opened.value;
    const adapter = adapterName(gpu.adapter);
    const test = await selfTest(gpu);
    if (!test.ok || test.value.verdict === 'failed') {
      const detail = test.ok ? test.value.detail : test.fault.message;
      gpu.destroy();
      const reason = `WebGPU (${adapter}) failed its self-test: ${detail}`;
      return new Estimator({ ...CPU, adapter, selfTest: 'failed', reason }, null, null, null);
    }
    const normalise = await KernelNormalise.create(gpu);
    const bootstrap = gpu.adapter.software ? null : await Bootstrap.create(gpu);
    const backend: Backend = {
      kind: 'webgpu',
      adapter,
      precision: 'float32-inner-float64-outer',
      selfTest: 'passed',
      reason: `${adapter}, self-test passed`,
    };
    return new Estimator(backend, gpu, normalise, bootstrap);
  }

  /**
   * Both fits: on the GPU where it is trusted, checked on this very graph; else on the CPU, saying
   * why. Without a GPU error there is no silent change of backend.
   */
  async solve(prepared: Prepared, signal: AbortSignal): Promise<Solved> {
    if (!this.gpu) return { solutions: solve(prepared), backend: this.backend };
    const failed = await this.trySolve(this.gpu, prepared, signal);
    if ('solutions' in failed) return failed;
    return {
      solutions: solve(prepared),
      backend: { ...CPU, reason: `WebGPU did not answer: ${failed.reason}` },
    };
  }

  private async trySolve(
    gpu: Gpu,
    prepared: Prepared,
    signal: AbortSignal,
  ): Promise<Solved | { reason: string }> {
    const kernel = await this.normalise!.run(prepared.graph, kernelOptions(prepared.options));
    if (!kernel.ok) return { reason: kernel.fault.message };
    const wrong = prepared.kernel.weight.findIndex(
      (T, k) => !(Math.abs(kernel.value[k]! - T) <= KERNEL_TOLERANCE * T),
    );
    if (wrong >= 0) return { reason: `its kernel differs from the CPU's at transition ${wrong}.` };
    const { leastAction, counts, options } = prepared;
    const potential = await solveLeastActionGpu(gpu, leastAction, options.action, signal);
    if (!potential.ok) return { reason: potential.fault.message };
    const reversible = await solveLeastActionGpu(gpu, counts, 'softplus', signal);
    if (!reversible.ok) return { reason: reversible.fault.message };
    const solutions = { potential: potential.value, reversible: reversible.value };
    if (!potential.value.converged || !reversible.value.converged)
      return { reason: 'it did not converge.' };
    return { solutions, backend: this.backend };
  }
}
