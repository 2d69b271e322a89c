/** Whether a model runs on a machine: the reason why not, or what to expect. */
import { bytesInWords } from '../files/storage';
import type { CatalogueModel } from './catalogue';
import type { GraphicsLimits, Machine } from './machine';

/** `note`: what to expect, in whole sentences; `reason`: one sentence. */
export type Fit = { runs: true; note?: string } | { runs: false; reason: string };

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** From here on browsers do not say how much memory there is: 8 may mean 64. */
const MEMORY_TOLD_BELOW = 8;
/** The memory is rounded to a power of two: a device that says 4 may have 6, but no more. */
const MEMORY_ROUNDING = 1.5;

/**
 * What WebLLM's runtime asks of every adapter. Of buffers it asks for `wanted`, and where the adapter has
 * less, for `least` and no more, even where there is something in between.
 */
export const RUNTIME = {
  buffer: { wanted: GiB, least: 256 * MiB },
  binding: { wanted: GiB, least: 128 * MiB },
  workgroupStorage: 32 * KiB,
  buffersPerStage: 10,
} as const;

/** What every model of WebLLM's would fail at, or null. */
function runtimeReason(limits: GraphicsLimits): string | null {
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  const short = (has: number, needs: number, of: string) =>
    `This graphics adapter has ${of} of at most ${bytesInWords(has)}, and WebLLM needs ${bytesInWords(needs)}.`;
  if (maxBufferSize < RUNTIME.buffer.least)
    return short(maxBufferSize, RUNTIME.buffer.least, 'buffers');
  if (maxStorageBufferBindingSize < RUNTIME.binding.least)
    return short(maxStorageBufferBindingSize, RUNTIME.binding.least, 'storage buffers');
  if (limits.maxComputeWorkgroupStorageSize < RUNTIME.workgroupStorage)
    return short(
      limits.maxComputeWorkgroupStorageSize,
      RUNTIME.workgroupStorage,
      'workgroup memory',
    );
  if (limits.maxStorageBuffersPerShaderStage < RUNTIME.buffersPerStage)
    return `This graphics adapter binds ${limits.maxStorageBuffersPerShaderStage} buffers at once, and WebLLM needs ${RUNTIME.buffersPerStage}.`;
  return null;
}

/** The largest storage buffer that WebLLM gets on an adapter, in bytes. */
export function usableBuffer(limits: GraphicsLimits): number {
  const granted = (has: number, { wanted, least }: { wanted: number; least: number }) =>
    has >= wanted ? wanted : least;
  return Math.min(
    granted(limits.maxBufferSize, RUNTIME.buffer),
    granted(limits.maxStorageBufferBindingSize, RUNTIME.binding),
  );
}

/** Why the memory cannot be enough, or null; most browsers on most machines do not say. */
function memoryReason(model: CatalogueModel, machine: Machine): string | null {
  const { deviceMemory } = machine;
  if (deviceMemory === null || deviceMemory >= MEMORY_TOLD_BELOW || model.memoryBytes === null)
    return null;
  if (model.memoryBytes <= deviceMemory * MEMORY_ROUNDING * GiB) return null;
  return `It needs about ${bytesInWords(model.memoryBytes)} of graphics memory, and this device has about ${deviceMemory} GB of memory in all.`;
}

/** The same model in float32 arithmetic, with the same context first. */
function withoutF16(
  model: CatalogueModel,
  machine: Machine,
  catalogue: readonly CatalogueModel[],
): CatalogueModel | null {
  const siblings = catalogue.filter(
    (other) => other.base === model.base && other.precision === 'f32' && other.record !== null,
  );
  siblings.sort(
    (a, b) =>
      Number(b.contextLength === model.contextLength) -
        Number(a.contextLength === model.contextLength) ||
      a.download.bytes - b.download.bytes ||
      (a.memoryBytes ?? 0) - (b.memoryBytes ?? 0),
  );
  return siblings.find((other) => fits(other, machine, catalogue).runs) ?? null;
}

function refusal(
  model: CatalogueModel,
  machine: Machine,
  catalogue: readonly CatalogueModel[],
): string | null {
  const { graphics } = machine;
  if ('missing' in graphics) return graphics.missing;
  const { limits } = graphics;
  const runtime = runtimeReason(limits);
  if (runtime !== null) return runtime;
  if (model.features.includes('shader-f16') && !graphics.shaderF16) {
    const instead = withoutF16(model, machine, catalogue);
    return `It computes in 16-bit numbers, which this graphics adapter does not offer (shader-f16)${instead ? `; ${instead.name} runs here` : ''}.`;
  }
  const usable = usableBuffer(limits);
  if (model.bufferBytes !== null && model.bufferBytes > usable)
    return `It needs a buffer of ${bytesInWords(model.bufferBytes)}, and WebLLM can have ${bytesInWords(usable)} on this graphics adapter.`;
  return memoryReason(model, machine);
}

function notes(model: CatalogueModel, machine: Machine): string[] {
  const { graphics, deviceMemory, storage } = machine;
  if ('missing' in graphics) return [];
  const found: string[] = [];
  if (graphics.software)
    found.push('The graphics adapter is software: expect many seconds a token.');
  if (model.memoryBytes !== null) {
    const memory = bytesInWords(model.memoryBytes);
    const told = deviceMemory !== null && deviceMemory < MEMORY_TOLD_BELOW;
    const small = told && model.memoryBytes > (deviceMemory * GiB) / 2;
    found.push(
      `It needs about ${memory} of graphics memory; the browser does not say how much there is${small ? `, but this device has about ${deviceMemory} GB of memory in all: it may well fail` : ''}.`,
    );
    if (told && !small && !model.lowResource)
      found.push('WebLLM does not list it for devices with little memory.');
  }
  const usable = usableBuffer(graphics.limits);
  if (model.bufferBytes === null && usable < RUNTIME.buffer.wanted)
    found.push(
      `WebLLM can have buffers of ${bytesInWords(usable)} on this graphics adapter, and nobody says whether this model needs larger ones.`,
    );
  const free =
    storage.quota === null || storage.used === null ? null : storage.quota - storage.used;
  if (free !== null && free < model.download.bytes)
    found.push(
      `The browser lets this page store ${bytesInWords(Math.max(0, free))} more: the model would run from memory and not be kept.`,
    );
  return found;
}

/**
 * Whether a model runs on a machine. WebGPU does not tell how much graphics memory there is, so a model
 * that needs much is refused only where it cannot fit, and noted otherwise.
 * @param catalogue where to look for the same model in other arithmetic
 */
export function fits(
  model: CatalogueModel,
  machine: Machine,
  catalogue: readonly CatalogueModel[],
): Fit {
  // The pocket model also runs on the CPU.
  if (model.record === null) return { runs: true };
  const reason = refusal(model, machine, catalogue);
  if (reason !== null) return { runs: false, reason };
  const note = notes(model, machine).join(' ');
  return note === '' ? { runs: true } : { runs: true, note };
}
