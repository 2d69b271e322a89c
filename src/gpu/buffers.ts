/** Buffers of one computation: made together, checked against the device's limits, freed together. */
import { guarded, type Gpu } from './device';
import { GpuError } from './outcome';

/** The remainder trick: V as two float32, so that differences of large potentials keep their digits. */
export function splitPotential(V: Float64Array): Float32Array<ArrayBuffer> {
  const split = new Float32Array(2 * V.length);
  for (let f = 0; f < V.length; f++) {
    const high = Math.fround(V[f]!);
    split[2 * f] = high;
    split[2 * f + 1] = V[f]! - high;
  }
  return split;
}

/** Two lists side by side, as the `vec2f` of a shader. */
export function interleave(a: ArrayLike<number>, b: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const both = new Float32Array(2 * a.length);
  for (let k = 0; k < a.length; k++) {
    both[2 * k] = a[k]!;
    both[2 * k + 1] = b[k]!;
  }
  return both;
}

export class Buffers {
  private readonly made: GPUBuffer[] = [];

  constructor(private readonly gpu: Gpu) {}

  /** A buffer with these contents, or with this many bytes of zeros. Call inside `guarded`. */
  make(label: string, contents: ArrayBufferView | ArrayBuffer | number, usage: number): GPUBuffer {
    const bytes = typeof contents === 'number' ? contents : contents.byteLength;
    // An empty array still needs something to bind.
    const size = Math.max(16, Math.ceil(bytes / 4) * 4);
    const { limits } = this.gpu.device;
    if (size > limits.maxBufferSize || size > limits.maxStorageBufferBindingSize) {
      throw new GpuError(
        'gpu-too-large',
        `${label} needs ${size} bytes, above the device's limit.`,
      );
    }
    const buffer = this.gpu.device.createBuffer({ label, size, usage });
    this.made.push(buffer);
    if (typeof contents !== 'number' && bytes > 0) this.write(buffer, contents);
    return buffer;
  }

  storage(label: string, contents: ArrayBufferView | ArrayBuffer | number): GPUBuffer {
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    return this.make(label, contents, STORAGE | COPY_DST | COPY_SRC);
  }

  uniform(label: string, contents: ArrayBuffer): GPUBuffer {
    return this.make(label, contents, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  }

  /** For reading `bytes` back. */
  readback(label: string, bytes: number): GPUBuffer {
    return this.make(label, bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  write(buffer: GPUBuffer, contents: ArrayBufferView | ArrayBuffer, offset = 0): void {
    this.gpu.device.queue.writeBuffer(buffer, offset, contents as BufferSource);
  }

  destroy(): void {
    for (const buffer of this.made) buffer.destroy();
    this.made.length = 0;
  }
}

/** Encodes and submits inside error scopes. */
export function submit(gpu: Gpu, encode: (encoder: GPUCommandEncoder) => void): Promise<void> {
  return guarded(gpu, () => {
    const encoder = gpu.device.createCommandEncoder();
    encode(encoder);
    gpu.device.queue.submit([encoder.finish()]);
  });
}

/** The first `length` float32 of a readback buffer, once the work before it is done. */
export async function readFloats(
  gpu: Gpu,
  buffer: GPUBuffer,
  length: number,
): Promise<Float32Array<ArrayBuffer>> {
  if (length === 0) return new Float32Array(0);
  try {
    await buffer.mapAsync(GPUMapMode.READ, 0, 4 * length);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new GpuError(gpu.lost() === null ? 'gpu-internal' : 'gpu-lost', gpu.lost() ?? message);
  }
  const values = new Float32Array(buffer.getMappedRange(0, 4 * length).slice(0));
  buffer.unmap();
  return values;
}
