/** Loads a model into a worker of its own and speaks to it as a `LanguageModel`. */
import { followThread } from '../rpc/foreign-requests';
import { connect } from '../rpc/rpc';
import { fault } from './fault';
import type {
  LanguageModel,
  LoadProgress,
  ModelFault,
  ModelOutcome,
  ModelSource,
} from './language-model';
import type { EngineId, ModelMethods } from './model-methods';
import { namedOrigins } from './named-origins';

/** How long a cancelled load may take to give up by itself before its worker is ended. */
const GRACE_MS = 1000;

/**
 * Starts a worker, loads the model in it.
 * @param signal cancels the load; a load that does not heed it is ended with its worker
 * @returns a model in another thread; `close` ends the thread
 */
export async function loadModel(
  engine: EngineId,
  source: ModelSource,
  options: { signal?: AbortSignal; onProgress?: (progress: LoadProgress) => void } = {},
): Promise<ModelOutcome<LanguageModel>> {
  const worker = new Worker(new URL('./model.worker.ts', import.meta.url), {
    type: 'module',
    name: 'equipoise-model',
  });
  followThread(worker);
  const port = connect<ModelMethods>(worker);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    port.fail(event.message || 'the model worker failed');
  });
  const { signal } = options;
  signal?.addEventListener('abort', () => setTimeout(() => port.fail('cancelled'), GRACE_MS), {
    once: true,
  });
  const safely = <T>(call: Promise<ModelOutcome<T>>): Promise<ModelOutcome<T>> =>
    call.catch((error: Error) => fault('engine-error', error.message));

  const loaded = await safely(
    port.call(
      'load',
      { engine, source, origins: namedOrigins(source) },
      { signal, onProgress: options.onProgress },
    ),
  );
  if (!loaded.ok || signal?.aborted) {
    worker.terminate();
    if (signal?.aborted) return fault('cancelled', 'the load was cancelled');
    return loaded as { ok: false; fault: ModelFault };
  }
  const { info, can, endTokens } = loaded.value;
  return {
    ok: true,
    value: {
      info,
      can,
      endTokens,
      complete: (prompt, completion, stop) =>
        safely(port.call('complete', { prompt, options: completion }, { signal: stop })),
      distribution: (prompt, prefix, stop) =>
        safely(port.call('distribution', { prompt, prefix: [...prefix] }, { signal: stop })),
      ...(can.likeliest && {
        likeliest: (prompt, prefix, stop) =>
          safely(port.call('likeliest', { prompt, prefix: [...prefix] }, { signal: stop })),
      }),
      // a worker that died says so at the next question
      begin: (text) => port.call('begin', { text }).catch(() => undefined),
      tokenize: (text) => safely(port.call('tokenize', { text })),
      detokenize: (ids) => safely(port.call('detokenize', { ids: [...ids] })),
      work: () => port.call('work', {}).catch(() => null),
      close: async () => {
        await Promise.race([
          port.call('close', {}).catch(() => undefined),
          new Promise((resolve) => setTimeout(resolve, GRACE_MS)),
        ]);
        port.fail('the model was closed');
        worker.terminate();
      },
    },
  };
}
