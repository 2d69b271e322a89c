/** Loads a model on WebLLM: a compiled model library on WebGPU. Runs in the model worker, `MLCEngine` itself in it. */
import { MLCEngine } from '@mlc-ai/web-llm';
import { fault } from '../fault';
import { expectedHash } from '../fetch-verified';
import type {
  LanguageModel,
  LoadProgress,
  ModelFault,
  ModelOutcome,
  ModelSource,
} from '../language-model';
import { DeviceWatch } from './device-watch';
import { storeVerified, subresourceIntegrity } from './verified-cache';
import { Recorder, WebLLMModel, type Tokenizer } from './webllm-model';

/** What an error while loading means. */
function loadFault(error: unknown, watch: DeviceWatch): { ok: false; fault: ModelFault } {
  if (watch.fault) return { ok: false, fault: watch.fault };
  const name = error instanceof Error ? error.name : '';
  if (name === 'IntegrityError') return fault('integrity', error);
  if (name === 'WebGPUNotAvailableError' || /compatible GPU/.test(String(error)))
    return fault('no-webgpu', error);
  return fault('load-failed', error);
}

/** WebLLM's own words on progress as ours. */
function readProgress(report: { progress: number; text: string }): LoadProgress {
  const shaders = /shader/i.test(report.text);
  return {
    share: report.progress,
    stage: shaders ? 'compile' : /fetch/i.test(report.text) ? 'fetch' : 'start',
    text: shaders ? 'compiling the shaders' : 'loading the model',
  };
}

/**
 * Loads any WebLLM model: a folder of weights and a compiled library.
 * @param source `webllm.model` (absolute, `/resolve/…/` in its path), `webllm.library` (absolute),
 *   `webllm.overrides` of the chat configuration; files with a hash are checked before they are used
 * @returns a model whose `distribution` covers the whole vocabulary; faults `no-webgpu`,
 *   `load-failed`, `integrity`, `cancelled`, `device-lost`, `out-of-memory`
 */
export async function loadWebLLM(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<LanguageModel>> {
  const { webllm, id, hashes } = source;
  if (!webllm) return fault('load-failed', `the model ${id} has no library for WebLLM`);
  if (!navigator.gpu) return fault('no-webgpu', 'this browser has no WebGPU');
  const stored = await storeVerified(source, onProgress, signal);
  if (!stored.ok) return stored;

  const integrity = (url: string) => {
    const hash = expectedHash(url, hashes);
    return hash === undefined ? undefined : subresourceIntegrity(hash);
  };
  const libraryIntegrity = integrity(webllm.library);
  const overrides = {
    // a low-level step wants these to be there; nothing of them reaches the logits that are read
    ...{ temperature: 1, top_p: 1, repetition_penalty: 1 },
    ...{ presence_penalty: 0, frequency_penalty: 0 },
    ...webllm.overrides,
  };
  const record = {
    ...{ model: webllm.model, model_id: id, model_lib: webllm.library, overrides },
    ...(libraryIntegrity && { integrity: { model_lib: libraryIntegrity } }),
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
    await watch.during(() => engine.reload(id));
    if (!signal.aborted && !watch.fault) {
      const tokenizer = tokenizerOf(engine, id);
      if (!tokenizer) return fault('load-failed', 'this WebLLM does not show its tokenizer');
      const config = { ...stored.value.config, ...webllm.overrides };
      const model = new WebLLMModel(engine, recorder, watch, tokenizer, config, {
        ...{ id, format: source.format, hashes: stored.value.hashes },
      });
      return { ok: true, value: model };
    }
    await engine.unload();
    if (watch.fault) return { ok: false, fault: watch.fault };
  } catch (error) {
    await engine.unload().catch(() => undefined);
    if (!signal.aborted) return loadFault(error, watch);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return fault('cancelled', 'the load was cancelled');
}

function tokenizerOf(engine: MLCEngine, id: string): Tokenizer | null {
  const { loadedModelIdToPipeline: pipelines } = engine as unknown as {
    loadedModelIdToPipeline?: Map<string, { tokenizer?: Tokenizer }>;
  };
  return pipelines?.get(id)?.tokenizer ?? null;
}
