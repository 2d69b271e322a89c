/** Loads a GGUF file on wllama: llama.cpp in WebAssembly, on the CPU. Runs in the model worker. */
import { LoggerWithoutDebug, Wllama } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { fault } from '../fault';
import type {
  LanguageModel,
  LoadProgress,
  ModelFault,
  ModelOutcome,
  ModelSource,
} from '../language-model';
import { contextFor } from './gguf-header';
import { readVocabularyBlob } from './vocabulary';
import { threadsFor } from './threads';
import { gatherGguf } from './wllama-files';
import { WllamaModel } from './wllama-model';

/** What an error of wllama while loading means. */
function loadFault(error: unknown): { ok: false; fault: ModelFault } {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const memory = /out of memory|bad_alloc|allocat|OOM|Array buffer|memory access out of bounds/i;
  return fault(memory.test(text) ? 'out-of-memory' : 'load-failed', error);
}

/**
 * Loads a GGUF file into a fresh wllama.
 * @param source its `gguf` is a file at an address, stored once checked, or one from disk
 * @returns a model whose `distribution` covers the whole vocabulary; faults `load-failed`, `offline`,
 *   `integrity`, `quota`, `out-of-memory`, `cancelled`
 */
export async function loadWllama(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<LanguageModel>> {
  if (!source.gguf)
    return fault('load-failed', `the model ${source.id} has no GGUF file for wllama`);
  const file = await gatherGguf(source, { onProgress, signal, mustStore: false });
  if (!file.ok) return file;
  const { blob, header, hashes } = file.value;
  const read = await readVocabularyBlob(blob);
  if (!read.ok) return fault('load-failed', read.reason);
  const { vocabulary } = read;
  onProgress({ share: null, stage: 'start', text: 'starting llama.cpp' });
  const wllama = new Wllama(
    { default: new URL(wasmUrl, self.location.href).href },
    { suppressNativeLog: true, allowOffline: true, logger: LoggerWithoutDebug },
  );
  // Without this wllama would fetch another build from a public network on some browsers.
  wllama.setCompat(null);
  const stop = () => void wllama.exit().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    // The blob is read piece by piece as llama.cpp asks for it: a file from the store stays on disk.
    await wllama.loadModel([blob], {
      n_gpu_layers: 0,
      n_ctx: contextFor(header),
      n_threads: threadsFor(self.crossOriginIsolated, navigator.hardwareConcurrency),
      // One sequence and an exact cache: a request's numbers are the same bits whatever the cache
      // holds of it. With four, or in half precision, they differ by up to a tenth of a nat.
      ...{ n_parallel: 1, flash_attn: false, cache_type_k: 'f32', cache_type_v: 'f32' },
      // The template of a model that thinks before it answers is told not to.
      reasoning: false,
    });
    if (signal.aborted) {
      await wllama.exit();
      return fault('cancelled', 'the load was cancelled');
    }
    return { ok: true, value: new WllamaModel(wllama, source, hashes, vocabulary) };
  } catch (error) {
    await wllama.exit().catch(() => undefined);
    return signal.aborted ? fault('cancelled', 'the load was cancelled') : loadFault(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
