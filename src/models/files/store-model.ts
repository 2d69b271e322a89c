/** Downloads a model, or copies it from disk, into this browser, for later. On the page. */
import { followThread } from '../../rpc/foreign-requests';
import { connect } from '../../rpc/rpc';
import { fault } from '../fault';
import type { LoadProgress, ModelOutcome, ModelSource } from '../language-model';
import { namedOrigins } from '../named-origins';
import type { FilesMethods, StoredModel } from './files-methods';

/** How long a cancelled download may take to put its things in order before its worker is ended. */
const GRACE_MS = 1000;

/** How long the worker may still report its last requests. */
const LAST_WORDS_MS = 250;

/**
 * Stores every file of a model, checked. What an earlier call left is gone on with.
 * @returns faults of `obtainInStore`; `quota` also where the browser stores nothing at all
 */
export async function storeModel(
  engine: 'webllm' | 'wllama',
  source: ModelSource,
  options: { signal?: AbortSignal; onProgress?: (progress: LoadProgress) => void } = {},
): Promise<ModelOutcome<StoredModel>> {
  const worker = new Worker(new URL('./files.worker.ts', import.meta.url), {
    type: 'module',
    name: 'equipoise-files',
  });
  followThread(worker);
  const port = connect<FilesMethods>(worker);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    port.fail(event.message || 'the files worker failed');
  });
  const { signal, onProgress } = options;
  const late = () => setTimeout(() => port.fail('cancelled'), GRACE_MS);
  signal?.addEventListener('abort', late, { once: true });
  try {
    const origins = namedOrigins(source);
    return await port.call('store', { engine, source, origins }, { signal, onProgress });
  } catch (error) {
    if (signal?.aborted) return fault('cancelled', 'the download was cancelled');
    return fault('load-failed', error);
  } finally {
    signal?.removeEventListener('abort', late);
    setTimeout(() => worker.terminate(), LAST_WORDS_MS);
  }
}
