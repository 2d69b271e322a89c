/** The answers of a server, read: OpenAI's two forms as OpenAI, vLLM, llama.cpp and Ollama send them. */
import * as v from 'valibot';
import { findStop } from '../complete';
import { fault } from '../fault';
import type { Completion, EndpointAddress, ModelOutcome } from '../language-model';

const Choice = v.object({
  finish_reason: v.optional(v.nullable(v.string()), null),
  logprobs: v.optional(v.unknown()),
  // which of the two is wanted depends on what was asked
  text: v.optional(v.nullable(v.string())),
  message: v.optional(v.nullable(v.object({ content: v.optional(v.nullable(v.string()), null) }))),
});

const Answer = v.object({
  choices: v.pipe(v.array(Choice), v.minLength(1)),
  usage: v.optional(v.nullable(v.object({ completion_tokens: v.optional(v.unknown()) }))),
});

/** Ends of an answer that the model did not choose and the limit did not make. */
const WITHHELD = ['content_filter', 'tool_calls', 'function_call', 'error', 'abort'];

/** Some servers write this for the logarithm of zero. */
const LOG_OF_ZERO = -9999;

/** What was asked for. */
export interface Wanted {
  api: EndpointAddress['api'];
  maxTokens: number;
  stop: readonly string[];
}

/**
 * Reads one answer.
 * @returns its text before any stop string; `logProbability` and `passes` (one a token) where the server
 *   gives them; `bad-answer` for whatever is no answer: never an empty text in its place
 */
export function readAnswer(value: unknown, wanted: Wanted): ModelOutcome<Completion> {
  const read = v.safeParse(Answer, value);
  if (!read.success) return fault('bad-answer', why(value, read.issues[0]));
  const choice = read.output.choices[0]!;
  const finish = choice.finish_reason;
  const content = wanted.api === 'chat' ? choice.message?.content : choice.text;
  if (finish !== null && WITHHELD.includes(finish))
    return fault('bad-answer', `the server ended the answer itself (${finish})`);
  const tokens = tokensOf(read.output.usage?.completion_tokens);
  const atLimit = finish === 'length' || (finish === null && tokens === wanted.maxTokens);
  // A model that thinks first may reach the limit before it says anything: an answer without end.
  if (typeof content !== 'string' && !(atLimit && wanted.api === 'chat'))
    return fault('bad-answer', 'the answer holds no text');
  const whole = content ?? '';
  const stop = findStop(whole, wanted.stop);
  const p = sumOfLogs(choice.logprobs);
  return {
    ok: true,
    value: {
      text: stop < 0 ? whole : whole.slice(0, stop),
      tokens: [],
      // A server that goes on past a stop string counts what is cut off here.
      logProbability: stop < 0 ? p : null,
      finish: stop < 0 && atLimit ? 'length' : 'stop',
      ...(tokens !== null && { passes: tokens }),
    },
  };
}

function why(value: unknown, issue: v.BaseIssue<unknown>): string {
  if (typeof value === 'object' && value !== null && 'error' in value)
    return 'an error in place of an answer';
  // The path alone: what stands there may be anything.
  return `${v.getDotPath(issue) ?? 'the whole'} is not what the protocol has there`;
}

function tokensOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

/** OpenAI's old form: one list of numbers. The chat form, which llama.cpp has for both: one entry a token. */
const Old = v.object({ token_logprobs: v.array(v.unknown()) });
const New = v.object({ content: v.array(v.object({ logprob: v.unknown() })) });

/** Natural-log probability of all tokens; null where one is missing or is no logarithm of a chance. */
export function sumOfLogs(logprobs: unknown): number | null {
  const logs = v.is(Old, logprobs)
    ? logprobs.token_logprobs
    : v.is(New, logprobs)
      ? logprobs.content.map((entry) => entry.logprob)
      : [];
  if (logs.length === 0) return null;
  let sum = 0;
  for (const log of logs) {
    if (typeof log !== 'number' || !Number.isFinite(log)) return null;
    // Rounding may lift the logarithm of a chance of one above zero.
    if (log > 1e-3 || log <= LOG_OF_ZERO) return null;
    sum += Math.min(0, log);
  }
  return sum;
}
