/** The WebGPU device for analysis: asked for once, described, watched for loss, guarded by error scopes. */
import { GpuError, outcomeOf, type GpuOutcome } from './outcome';

/** What the browser says of the adapter; any word may be empty. */
export interface AdapterDescription {
  vendor: string;
  architecture: string;
  description: string;
  /** True where the adapter computes on the CPU. */
  software: boolean;
}

/** A device in use: everything in this room takes one. */
export interface Gpu {
  device: GPUDevice;
  adapter: AdapterDescription;
  /** Set once the device is lost: its message. */
  lost(): string | null;
  destroy(): void;
}

/** One line for the page and for `backend.adapter`. */
export function adapterName(adapter: AdapterDescription): string {
  const words = [adapter.vendor, adapter.architecture, adapter.description].filter((w) => w !== '');
  const name = words.length > 0 ? words.join(' ') : 'unknown adapter';
  return adapter.software ? `${name} (software)` : name;
}

/** Above this the larger limits of an adapter are not asked for, in bytes. */
const LARGEST_BUFFER = 2 ** 30;
/** The same of a workgroup's shared memory, in bytes: more would leave a GPU's cores half empty. */
const LARGEST_WORKGROUP_STORAGE = 2 ** 15;

/**
 * Asks for an adapter and a device with the default limits, and with larger buffers and more
 * shared memory where the adapter has them. Faults: `gpu-missing`, `gpu-no-adapter`, `gpu-no-device`.
 */
export function openGpu(): Promise<GpuOutcome<Gpu>> {
  return outcomeOf(async () => {
    const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
    if (!gpu) throw new GpuError('gpu-missing', 'This browser has no WebGPU.');
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new GpuError('gpu-no-adapter', 'WebGPU found no adapter.');
    let device: GPUDevice;
    try {
      device = await adapter.requestDevice({
        label: 'equipoise analysis',
        requiredLimits: {
          maxBufferSize: Math.min(adapter.limits.maxBufferSize, LARGEST_BUFFER),
          maxStorageBufferBindingSize: Math.min(
            adapter.limits.maxStorageBufferBindingSize,
            LARGEST_BUFFER,
          ),
          maxComputeWorkgroupStorageSize: Math.min(
            adapter.limits.maxComputeWorkgroupStorageSize,
            LARGEST_WORKGROUP_STORAGE,
          ),
        },
      });
    } catch (error) {
      throw new GpuError('gpu-no-device', error instanceof Error ? error.message : String(error));
    }
    return watch(device, describe(adapter));
  });
}

function describe(adapter: GPUAdapter): AdapterDescription {
  const { vendor, architecture, description } = adapter.info;
  const words = `${vendor} ${architecture} ${description}`.toLowerCase();
  return {
    vendor,
    architecture,
    description,
    software: adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/.test(words),
  };
}

function watch(device: GPUDevice, adapter: AdapterDescription): Gpu {
  let message: string | null = null;
  void device.lost.then((info) => {
    message = info.message || `The device was lost (${info.reason}).`;
  });
  return { device, adapter, lost: () => message, destroy: () => device.destroy() };
}

/**
 * Runs `work`, which must not await anything, inside error scopes; resolves to its value once the
 * device has answered for it. Throws a GpuError for validation, memory and internal errors and for
 * a lost device.
 */
export async function guarded<T>(gpu: Gpu, work: () => T): Promise<T> {
  const { device } = gpu;
  device.pushErrorScope('internal');
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let value: T | undefined;
  let thrown: unknown = null;
  try {
    value = work();
  } catch (error) {
    thrown = error ?? new Error('unknown error');
  }
  const scopes = [device.popErrorScope(), device.popErrorScope(), device.popErrorScope()];
  let errors: (GPUError | null)[];
  try {
    errors = await Promise.all(scopes);
  } catch {
    throw new GpuError('gpu-lost', gpu.lost() ?? 'The device was lost.');
  }
  if (gpu.lost() !== null) throw new GpuError('gpu-lost', gpu.lost()!);
  if (thrown !== null) throw thrown;
  const [validation, memory, internal] = errors;
  if (memory) throw new GpuError('gpu-out-of-memory', memory.message);
  if (validation) throw new GpuError('gpu-validation', validation.message);
  if (internal) throw new GpuError('gpu-internal', internal.message);
  return value as T;
}
