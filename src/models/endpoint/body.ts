/** What a server is asked, so that it draws from the model's distribution as it is, and not less. */
import type { CompletionOptions, EndpointAddress } from '../language-model';

/** Settings of a request that a server may not know; without them it is asked all the same. */
export type Optional =
  | 'logprobs'
  | 'top_logprobs'
  | 'top_k'
  | 'min_p'
  | 'repetition_penalty'
  | 'seed'
  | 'stop'
  | 'top_p'
  | 'temperature'
  | 'max_tokens';

/**
 * Servers cut rare tokens unless told: llama.cpp by top-k 40, top-p 0.95 and min-p 0.05, vLLM by what the
 * model's makers wrote. OpenAI's protocol has no word for three of these; servers take them beside it.
 */
const WHOLE = { top_k: -1, min_p: 0, repetition_penalty: 1 } as const;

/**
 * The body of one request.
 * @param without what the server refused before; a missing `max_tokens` goes by its newer name
 */
export function requestBody(
  { api, model }: Pick<EndpointAddress, 'api' | 'model'>,
  prompt: string,
  options: CompletionOptions,
  without: ReadonlySet<Optional>,
): Record<string, unknown> {
  const { maxTokens, temperature, topP, stop, seed } = options;
  const settings: Record<Optional, unknown> = {
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    seed: wholeSeed(seed),
    stop: stop.length > 0 ? stop : undefined,
    logprobs: api === 'chat' ? true : 1,
    top_logprobs: api === 'chat' ? 1 : undefined,
    ...WHOLE,
  };
  const body: Record<string, unknown> =
    api === 'chat' ? { model, messages: [{ role: 'user', content: prompt }] } : { model, prompt };
  for (const [name, value] of Object.entries(settings))
    if (value !== undefined && !without.has(name as Optional)) body[name] = value;
  if (without.has('max_tokens')) body.max_completion_tokens = maxTokens;
  body.stream = false;
  return body;
}

/** A seed as every server takes it: 0 to 2^31 - 1. */
export function wholeSeed(seed: number): number {
  return seed >>> 1;
}

const BY_NAME: readonly Optional[] = [
  ...(['top_logprobs', 'logprobs', 'top_k', 'min_p', 'repetition_penalty'] as const),
  ...(['seed', 'stop', 'max_tokens'] as const),
];

/**
 * What to leave out of the next request, of one that the server called wrong (400, 422).
 * @param said the server's words
 * @returns the settings to leave out; empty where leaving out would change what is drawn
 */
export function leaveOut(
  said: string,
  options: Pick<CompletionOptions, 'temperature' | 'topP'>,
  without: ReadonlySet<Optional>,
): Optional[] {
  const named = BY_NAME.filter((name) => !without.has(name) && mentions(said, name));
  // One is what every server takes where nothing is said.
  for (const [name, value] of [
    ['top_p', options.topP],
    ['temperature', options.temperature],
  ] as const)
    if (value === 1 && !without.has(name) && mentions(said, name)) named.push(name);
  if (named.includes('logprobs')) named.push('top_logprobs');
  if (named.length > 0) return [...new Set(named)];
  const beside = Object.keys(WHOLE) as Optional[];
  const unknown = /unknown|unrecogni[sz]ed|unexpected|extra|not permitted|additional/i.test(said);
  return unknown ? beside.filter((name) => !without.has(name)) : [];
}

/** True where a text names a setting, and not only one whose name holds it. */
function mentions(said: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${name}(?![\\w])`).test(said);
}
