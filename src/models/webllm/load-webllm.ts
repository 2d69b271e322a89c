/** Loads a model on WebLLM: a compiled model library on WebGPU. Runs in the model worker, `MLCEngine` itself in it. */
import { MLCEngine } from '@mlc-ai/web-llm';
import { fault } from '../fault';
import type {
  LanguageModel,
  LoadProgress,
  ModelFault,
  ModelOutcome,
  ModelSource,
} from '../language-model';
import { needsF16, type ChatConfig } from './chat-config';
import { DeviceWatch } from './device-watch';
import { GIVEN, withGivenCaches } from './given-caches';
import { loadFault } from './load-fault';
import { gatherWebLLM, type WebLLMFiles } from './webllm-files';
import { pipelineOf } from './pipeline';
import { Recorder, WebLLMModel } from './webllm-model';

/** WebLLM's own words on progress as ours. */
function readProgress(report: { progress: number; text: string }): LoadProgress {
  if (/shader/i.test(report.text))
    return { share: report.progress, stage: 'compile', text: 'compiling the shaders' };
  // the files are here by now: what WebLLM calls fetching is reading them
  return { share: report.progress, stage: 'start', text: 'loading the model' };
}

/** What the adapter lacks of the features a model needs, as a fault. */
function lacking(
  adapter: GPUAdapter,
  features: readonly string[],
): { ok: false; fault: ModelFault } | null {
  const missing = features.find((feature) => !adapter.features.has(feature));
  if (missing === undefined) return null;
  return missing === 'shader-f16'
    ? fault('no-f16', 'shader-f16')
    : fault('not-supported', `the graphics adapter lacks ${missing}`);
}

/** The files under the addresses that WebLLM is told. */
function given({ folder, library }: WebLLMFiles): Map<string, Blob> {
  const files = [...folder].map(([path, file]) => [new URL(path, GIVEN.model).href, file] as const);
  return new Map([...files, [GIVEN.library, library]]);
}

/**
 * Loads any WebLLM model: a folder of weights and a compiled library.
 * @param source `webllm.model` (absolute, with a slash at its end), `webllm.library` (absolute),
 *   `webllm.overrides` of the chat configuration; every file is checked before it is used
 * @returns a model whose `distribution` covers the whole vocabulary; faults `no-webgpu`, `no-f16` (before
 *   anything large is fetched), `load-failed`, `offline`, `integrity`, `quota`, `wrong-version`,
 *   `cancelled`, `device-lost`, `out-of-memory`
 */
export async function loadWebLLM(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<LanguageModel>> {
  const { webllm, id } = source;
  if (!webllm) return fault('load-failed', `the model ${id} has no library for WebLLM`);
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return fault('no-webgpu', 'this browser has no WebGPU adapter');
  const lacks = lacking(adapter, webllm.features ?? []);
  if (lacks) return lacks;
  const suits = (config: ChatConfig) =>
    lacking(adapter, needsF16(config) ? ['shader-f16'] : []) ?? { ok: true as const, value: null };
  const gathered = await gatherWebLLM(source, { onProgress, signal, mustStore: false }, suits);
  if (!gathered.ok) return gathered;

  const overrides = {
    // a low-level step wants these to be there; nothing of them reaches the logits that are read
    ...{ temperature: 1, top_p: 1, repetition_penalty: 1 },
    ...{ presence_penalty: 0, frequency_penalty: 0 },
    ...webllm.overrides,
  };
  const record = {
    ...{ model: GIVEN.model, model_id: id, model_lib: GIVEN.library, overrides },
    ...(webllm.manifest !== undefined && { model_manifest: webllm.manifest }),
  };
  const recorder = new Recorder();
  const watch = new DeviceWatch();
  const engine = new MLCEngine({
    appConfig: { model_list: [record] },
    logitProcessorRegistry: new Map([[id, recorder]]),
    initProgressCallback: (report) => onProgress(readProgress(report)),
    logLevel: 'SILENT',
  });
  const stop = () => void engine.unload().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await withGivenCaches(given(gathered.value), () => watch.during(() => engine.reload(id)));
    if (!signal.aborted && !watch.fault) {
      const pipeline = pipelineOf(engine, id);
      if (!pipeline) return fault('load-failed', 'this WebLLM does not show its tokenizer');
      const config = { ...gathered.value.config, ...webllm.overrides };
      const model = new WebLLMModel(engine, recorder, watch, pipeline, config, {
        ...{ id, format: source.format, hashes: gathered.value.hashes },
      });
      return { ok: true, value: model };
    }
    await engine.unload();
    if (watch.fault) return { ok: false, fault: watch.fault };
  } catch (error) {
    await engine.unload().catch(() => undefined);
    if (!signal.aborted) return loadFault(error, watch.fault);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return fault('cancelled', 'the load was cancelled');
}
