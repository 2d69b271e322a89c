/** Loads a GGUF file on wllama: llama.cpp in WebAssembly, on the CPU. Runs in the model worker. */
import { LoggerWithoutDebug, Wllama } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { fault } from '../fault';
import { fetchVerified } from '../fetch-verified';
import type { LanguageModel, LoadProgress, ModelOutcome, ModelSource } from '../language-model';
import { WllamaModel } from './wllama-model';

const CONTEXT_LENGTH = 512;

/**
 * Loads a GGUF file into a fresh wllama.
 * @param source its `gguf.url` is fetched, and checked against the hash where one is known
 * @returns a model whose `distribution` covers the whole vocabulary; faults `load-failed`,
 *   `integrity`, `cancelled`
 */
export async function loadWllama(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<LanguageModel>> {
  if (!source.gguf)
    return fault('load-failed', `the model ${source.id} has no GGUF file for wllama`);
  if (!('url' in source.gguf)) return fault('not-supported', 'a GGUF file from disk');
  const file = await fetchVerified(source.gguf.url, source.hashes, signal, (share) =>
    onProgress({ share, stage: 'fetch', text: 'fetching the model' }),
  );
  if (!file.ok) return file;
  onProgress({ share: null, stage: 'start', text: 'starting llama.cpp' });
  const wllama = new Wllama(
    { default: new URL(wasmUrl, self.location.href).href },
    { suppressNativeLog: true, allowOffline: true, logger: LoggerWithoutDebug },
  );
  // Without this wllama would fetch another build from a public network on some browsers.
  wllama.setCompat(null);
  try {
    await wllama.loadModel([new Blob([file.value.bytes])], {
      n_gpu_layers: 0,
      n_ctx: CONTEXT_LENGTH,
      ...(self.crossOriginIsolated ? {} : { n_threads: 1 }),
    });
    if (signal.aborted) {
      await wllama.exit();
      return fault('cancelled', 'the load was cancelled');
    }
    return {
      ok: true,
      value: new WllamaModel(wllama, source, file.value.hash, file.value.name),
    };
  } catch (error) {
    await wllama.exit().catch(() => undefined);
    return fault(signal.aborted ? 'cancelled' : 'load-failed', error);
  }
}
