/** The worker that hosts one engine: loads it, answers one request at a time or, of a server, many. */
import { Moved, serve, type Handlers } from '../rpc/rpc';
import { reportForeignRequests } from '../rpc/foreign-requests';
import { closeGate, openGateTo } from '../rpc/outbound-gate';
import { fault } from './fault';
import type { EngineLoader, LanguageModel, ModelFault, ModelOutcome } from './language-model';
import type { EngineId, ModelMethods } from './model-methods';

let model: LanguageModel | null = null;
let queue: Promise<unknown> = Promise.resolve();

/** One request in flight: engines in the browser mix up or break on more. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = queue.then(work, work);
  queue = turn.catch(() => undefined);
  return turn;
}

function withModel<T>(
  work: (model: LanguageModel) => Promise<ModelOutcome<T>>,
): Promise<ModelOutcome<T>> {
  const now = async (): Promise<ModelOutcome<T>> => {
    if (model) return work(model);
    const fault: ModelFault = { code: 'engine-error', detail: 'no model is loaded' };
    return { ok: false, fault };
  };
  return model?.can.batch ? now() : inTurn(now);
}

/** An engine's code is fetched when it is wanted. */
const LOADERS: Record<EngineId, () => Promise<EngineLoader>> = {
  webllm: async () => (await import('./webllm/load-webllm')).loadWebLLM,
  wllama: async () => (await import('./wllama/load-wllama')).loadWllama,
  endpoint: async () => (await import('./endpoint/load-endpoint')).loadEndpoint,
};

const handlers: Handlers<ModelMethods> = {
  load: ({ engine, source, origins }, { signal, progress }) =>
    inTurn(async () => {
      await model?.close();
      model = null;
      openGateTo(origins);
      const load = await LOADERS[engine]();
      const loaded = await load(source, progress, signal);
      if (!loaded.ok) return loaded;
      model = loaded.value;
      return {
        ok: true,
        value: { info: model.info, can: model.can, endTokens: [...model.endTokens] },
      };
    }),
  complete: ({ prompt, options }, { signal }) =>
    withModel((m) => m.complete(prompt, options, signal)),
  distribution: ({ prompt, prefix }, { signal }) =>
    withModel((m) => m.distribution(prompt, prefix, signal)).then((answer) =>
      answer.ok ? (new Moved(answer, [answer.value.buffer]) as unknown as typeof answer) : answer,
    ),
  likeliest: ({ prompt, prefix }, { signal }) =>
    withModel(
      async (m) =>
        m.likeliest?.(prompt, prefix, signal) ?? fault('not-supported', 'the likeliest tokens'),
    ),
  begin: ({ text }) => inTurn(async () => model?.begin?.(text)),
  tokenize: ({ text }) => withModel((m) => m.tokenize(text)),
  detokenize: ({ ids }) => withModel((m) => m.detokenize(ids)),
  work: async () => (await model?.work?.()) ?? null,
  close: () =>
    inTurn(async () => {
      await model?.close();
      model = null;
    }),
};

closeGate();
reportForeignRequests();
serve<ModelMethods>(self as unknown as Parameters<typeof serve>[0], handlers);
