/** Which engine runs the pocket model on this machine, and why. */
import type { EngineId } from './model-methods';

export interface EngineChoice {
  engine: EngineId;
  /** One sentence for the page. */
  reason: string;
  /** True where WebLLM could run at all. */
  webgpu: boolean;
  /** The adapter as the browser names it; empty where there is none. */
  adapter: string;
  /** The adapter is software: slower than WebAssembly. */
  software: boolean;
}

/** The adapter in words: vendor, architecture, description, whichever the browser gives. */
export function describeAdapter(info: GPUAdapterInfo): string {
  const words = [info.vendor, info.architecture, info.description].filter(Boolean);
  return words.length > 0 ? words.join(' ') : 'WebGPU adapter (the browser does not say which)';
}

/** Whether an adapter is a program on the CPU. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter === true || /swiftshader|llvmpipe|software/i.test(describeAdapter(info))
  );
}

/**
 * WebLLM where WebGPU runs on real hardware; wllama where it is missing or in software.
 * Never throws.
 */
export async function chooseEngine(gpu: GPU | undefined = navigator.gpu): Promise<EngineChoice> {
  const none = { engine: 'wllama' as const, webgpu: false, adapter: '', software: false };
  if (!gpu)
    return {
      ...none,
      reason: 'This browser has no WebGPU, so the model runs on the CPU through WebAssembly.',
    };
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter)
    return {
      ...none,
      reason: 'WebGPU found no graphics adapter, so the model runs on the CPU.',
    };
  const description = describeAdapter(adapter.info);
  const software = isSoftware(adapter.info);
  if (software)
    return {
      engine: 'wllama',
      webgpu: true,
      adapter: description,
      software,
      reason: `The WebGPU adapter (${description}) is software: WebAssembly on the CPU starts sooner there.`,
    };
  return {
    engine: 'webllm',
    webgpu: true,
    adapter: description,
    software,
    reason: `WebGPU runs on ${description}.`,
  };
}
