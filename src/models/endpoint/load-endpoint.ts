/** Connects to a server that speaks OpenAI's protocol. Runs in the model worker. */
import { fault } from '../fault';
import type { LanguageModel, LoadProgress, ModelOutcome, ModelSource } from '../language-model';
import { readAddress, readKey } from './address';
import { EndpointModel, type Tuning } from './endpoint-model';
import { askForModels, findOffered } from './models';
import { silence } from './refusal';

/** Models that a message names. */
const NAMED = 5;

/**
 * Checks the address, the model and the key, and asks for one token: what is wrong is said before a
 * walk begins, and what settings the server takes is known.
 * @param tuning what a test may set
 * @returns faults `bad-address`, `unreachable`, `refused`, `busy`, `bad-answer`, `cancelled`
 */
export async function loadEndpoint(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
  tuning: Tuning = {},
): Promise<ModelOutcome<LanguageModel>> {
  const { endpoint } = source;
  if (!endpoint) return fault('load-failed', `the model ${source.id} has no server`);
  const url = readAddress(endpoint.url);
  if (!url.ok) return url;
  const key = readKey(endpoint.key);
  if (!key.ok) return key;
  const server = { url: url.value, key: key.value };

  onProgress({ share: null, stage: 'fetch', text: 'asking the server for its models' });
  const offered = await askForModels(server, signal);
  if (!offered.ok) return offered;
  const names = offered.value.map(({ name }) => name);
  const model = findOffered(offered.value, endpoint.model);
  if (!model && (names.length > 0 || endpoint.model === '')) {
    const some = names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '');
    const what = endpoint.model === '' ? 'no model is named' : `it has no model ${endpoint.model}`;
    return fault('refused', some === '' ? what : `${what}; it offers ${some}`);
  }

  onProgress({ share: null, stage: 'start', text: 'waiting for a first word of the model' });
  const loaded = new EndpointModel(
    source.id,
    server,
    endpoint,
    model ?? { contextLength: 0, vocabularySize: 0 },
    tuning,
  );
  const word = await loaded.complete(
    'Hello',
    { maxTokens: 1, temperature: 1, topP: 1, seed: 1, stop: [] },
    signal,
  );
  if (word.ok) return { ok: true, value: loaded };
  // What a page may read of /models it may not always read of an answer.
  return word.fault.code === 'unreachable' ? silence(server, word.fault.detail) : word;
}
