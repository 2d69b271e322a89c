/** One kernel, one set of inputs, one answer read back: the short life of buffers in a single run. */
import { Buffers, readFloats, submit } from './buffers';
import { guarded, type Gpu } from './device';
import { bind, packParameters, type Kernel } from './kernel';
import { outcomeOf, requireFinite, type GpuOutcome } from './outcome';

export interface Run {
  parameters: Record<string, number>;
  /** The storage buffers that are read, by name. */
  inputs: (buffers: Buffers) => Record<string, GPUBuffer>;
  /** The buffer written: its name, its float32 words, and how many at its end are wanted back. */
  output: { name: string; words: number; wanted?: number };
  encode: (pass: GPUComputePassEncoder, group: GPUBindGroup) => void;
}

/** Uploads, runs, reads back and frees. Faults: any GPU error, or `gpu-not-finite`. */
export function runOnce<Entry extends string>(
  gpu: Gpu,
  kernel: Kernel<Entry>,
  { parameters, inputs, output, encode }: Run,
): Promise<GpuOutcome<Float32Array<ArrayBuffer>>> {
  const buffers = new Buffers(gpu);
  const wanted = output.wanted ?? output.words;
  const work = async () => {
    const [group, written, back] = await guarded(gpu, () => {
      const answer = buffers.storage(output.name, 4 * output.words);
      const uniform = buffers.uniform('parameters', packParameters(kernel.layout, [parameters]));
      const all = { ...inputs(buffers), [output.name]: answer };
      const bound = bind(gpu, kernel, uniform, all);
      return [bound, answer, buffers.readback('answer', 4 * wanted)] as const;
    });
    await submit(gpu, (encoder) => {
      const pass = encoder.beginComputePass();
      encode(pass, group);
      pass.end();
      if (wanted > 0) {
        encoder.copyBufferToBuffer(written, 4 * (output.words - wanted), back, 0, 4 * wanted);
      }
    });
    const values = await readFloats(gpu, back, wanted);
    requireFinite(values, kernel.layout.name);
    return values;
  };
  return outcomeOf(work).finally(() => buffers.destroy());
}
