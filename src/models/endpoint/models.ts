/** The models that a server offers: GET /models. */
import * as v from 'valibot';
import { fault } from '../fault';
import type { ModelFault, ModelOutcome } from '../language-model';
import { readAddress, readKey, type Server } from './address';
import { Patience } from './patience';
import { refusal, silence } from './refusal';
import { request, type Reply } from './request';

export interface OfferedModel {
  name: string;
  /** Tokens of its context; 0 where the server does not say. */
  contextLength: number;
  vocabularySize: number;
}

const Size = v.pipe(v.number(), v.integer(), v.minValue(0));
const Listed = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  max_model_len: v.optional(v.fallback(Size, 0), 0), // vLLM
  meta: v.optional(
    v.nullable(
      v.object({
        n_ctx: v.optional(v.fallback(Size, 0), 0), // llama.cpp
        n_ctx_train: v.optional(v.fallback(Size, 0), 0),
        n_vocab: v.optional(v.fallback(Size, 0), 0),
      }),
    ),
  ),
});
const List = v.object({ data: v.array(Listed) });

/** Milliseconds that a list may take: it needs no model. */
const LIST_LIMIT = 20_000;

/**
 * Asks a server what it offers. A few tries, so that a person who typed an address is told soon.
 * @returns the models, or an empty list of a server that has none to show (404, 405); faults
 *   `unreachable`, `refused`, `busy`, `bad-answer`, `cancelled`
 */
export async function askForModels(
  server: Server,
  signal: AbortSignal,
  patience = new Patience({ tries: 4, triesOfTheDead: 2 }),
): Promise<ModelOutcome<OfferedModel[]>> {
  let missing = false;
  const answer = await patience.insist(
    () => request(server, '/models', null, LIST_LIMIT, signal),
    (reply: Reply): ModelFault => {
      missing = reply.kind === 'status' && [404, 405, 501].includes(reply.status);
      return refusal(reply, server);
    },
    signal,
  );
  if (missing) return { ok: true, value: [] };
  if (!answer.ok)
    return answer.fault.code === 'unreachable' ? silence(server, answer.fault.detail) : answer;
  const read = v.safeParse(List, answer.value);
  if (!read.success)
    return fault('bad-answer', `what ${server.url}/models gives is no list of models`);
  return {
    ok: true,
    value: read.output.data.map(({ id, max_model_len, meta }) => ({
      name: id,
      contextLength: max_model_len || meta?.n_ctx || meta?.n_ctx_train || 0,
      vocabularySize: meta?.n_vocab ?? 0,
    })),
  };
}

/**
 * The same of an address and a key as a person typed them.
 * @returns also the address as it will be asked
 */
export async function listModels(
  typed: { url: string; key: string | null },
  signal: AbortSignal,
): Promise<ModelOutcome<{ url: string; models: OfferedModel[] }>> {
  const url = readAddress(typed.url);
  if (!url.ok) return url;
  const key = readKey(typed.key);
  if (!key.ok) return key;
  const models = await askForModels({ url: url.value, key: key.value }, signal);
  return models.ok ? { ok: true, value: { url: url.value, models: models.value } } : models;
}

/** The offered model of this name; Ollama's names end in a tag, and `latest` goes without saying. */
export function findOffered(
  offered: readonly OfferedModel[],
  name: string,
): OfferedModel | undefined {
  return offered.find((model) => model.name === name || model.name === `${name}:latest`);
}
