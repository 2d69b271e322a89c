/** The worker that hosts one engine: loads it, answers one request at a time or, of a server, many. */
import { Moved, serve, type Handlers } from '../rpc/rpc';
import { reportForeignRequests } from '../rpc/foreign-requests';
import type { LanguageModel, ModelFault, ModelOutcome } from './language-model';
import type { ModelMethods } from './model-methods';

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

const handlers: Handlers<ModelMethods> = {
  load: ({ engine, source }, { signal, progress }) =>
    inTurn(async () => {
      await model?.close();
      model = null;
      const load =
        engine === 'webllm'
          ? (await import('./webllm/load-webllm')).loadWebLLM
          : (await import('./wllama/load-wllama')).loadWllama;
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
  tokenize: ({ text }) => withModel((m) => m.tokenize(text)),
  detokenize: ({ ids }) => withModel((m) => m.detokenize(ids)),
  close: () =>
    inTurn(async () => {
      await model?.close();
      model = null;
    }),
};

reportForeignRequests();
serve<ModelMethods>(self as unknown as Parameters<typeof serve>[0], handlers);
