/** What this machine has that a model needs, as far as the browser tells. */
import { describeAdapter, isSoftware } from '../choose-engine';
import { readStorage, type StorageState } from '../files/storage';

/** Of the adapter's limits those that WebLLM asks for; bytes, but for the count of buffers. */
export type GraphicsLimits = Pick<
  GPUSupportedLimits,
  | 'maxBufferSize'
  | 'maxStorageBufferBindingSize'
  | 'maxComputeWorkgroupStorageSize'
  | 'maxStorageBuffersPerShaderStage'
>;

export interface Graphics {
  /** The adapter in the browser's words. */
  adapter: string;
  /** It is a program on the CPU. */
  software: boolean;
  shaderF16: boolean;
  limits: GraphicsLimits;
}

export interface Machine {
  /** What WebGPU offers, or in one sentence why it offers nothing. */
  graphics: Graphics | { missing: string };
  /**
   * Main memory in GiB, rounded to a power of two; null where the browser does not say. At 8 and above it
   * is a lower bound: browsers say no more than that.
   */
  deviceMemory: number | null;
  storage: StorageState;
  /** Threads of WebAssembly are allowed. */
  crossOriginIsolated: boolean;
  processors: number | null;
}

/** Where the machine is read from: the browser's own objects, or a description of one. */
export interface World {
  gpu?: GPU | undefined;
  secure: boolean;
  deviceMemory?: number | undefined;
  processors?: number | undefined;
  crossOriginIsolated: boolean;
  storage(): Promise<StorageState>;
}

function thisBrowser(): World {
  // Not every browser has all of these, and TypeScript does not know of the memory.
  const about = navigator as Partial<Navigator> & { deviceMemory?: number };
  return {
    gpu: about.gpu,
    secure: isSecureContext,
    deviceMemory: about.deviceMemory,
    processors: about.hardwareConcurrency,
    crossOriginIsolated,
    storage: readStorage,
  };
}

async function readGraphics(gpu: GPU | undefined, secure: boolean): Promise<Machine['graphics']> {
  if (!gpu)
    return {
      missing: secure
        ? 'This browser has no WebGPU.'
        : 'Browsers offer WebGPU only to pages that come over https or from this machine itself.',
    };
  // WebLLM asks for the same one.
  const adapter = await gpu
    .requestAdapter({ powerPreference: 'high-performance' })
    .catch(() => null);
  if (!adapter) return { missing: 'WebGPU found no graphics adapter that it can use.' };
  const { limits } = adapter;
  return {
    adapter: describeAdapter(adapter.info),
    software: isSoftware(adapter.info),
    shaderF16: adapter.features.has('shader-f16'),
    limits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    },
  };
}

/** Looks at this machine. Never throws, starts no device, asks no other site. */
export async function readMachine(world: World = thisBrowser()): Promise<Machine> {
  const [graphics, storage] = await Promise.all([
    readGraphics(world.gpu, world.secure),
    world.storage(),
  ]);
  return {
    graphics,
    storage,
    deviceMemory: world.deviceMemory ?? null,
    crossOriginIsolated: world.crossOriginIsolated,
    processors: world.processors ?? null,
  };
}
