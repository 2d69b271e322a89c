/**
 * WebLLM's own pipeline behind an engine, which is private there: its tokenizer, its chat template, and its
 * cache of keys and values. Each use is checked, and does without where this WebLLM has none.
 */
import type { MLCEngine } from '@mlc-ai/web-llm';

export interface Tokenizer {
  encode(text: string): Int32Array;
  decode(ids: Int32Array): string;
}

/** A conversation as WebLLM writes it out: what `conv_template` says, done by WebLLM's own code. */
export interface Conversation {
  readonly config: {
    system_prefix_token_ids?: number[] | null;
    stop_str?: string[];
    role_templates?: { user?: string };
  };
  appendMessage(role: 'user', message: string): void;
  appendReplyHeader(role: 'assistant'): void;
  appendEmptyThinkingReplyHeader(role: 'assistant', thought: string): void;
  /** The prompt in parts, each of which WebLLM tokenizes by itself. */
  getPromptArray(): string[];
}

/** A function of TVM's runtime, and what it takes. */
type RuntimeFunction = (...values: unknown[]) => unknown;

export interface Pipeline {
  tokenizer: Tokenizer;
  getConversationObject(): Conversation;
  /** Tokens in the cache. */
  filledKVCacheLength: number;
  /** Absent in models without attention. */
  kvCache?: unknown;
  /** Present in models with a recurrent state, which cannot go back. */
  rnnState?: unknown;
  /** -1 without a sliding window. */
  slidingWindowSize: number;
  tvm: {
    beginScope(): void;
    endScope(): void;
    getGlobalFunc(name: string): RuntimeFunction;
    detachFromCurrentScope(value: RuntimeFunction): RuntimeFunction;
    scalar(value: number, type: 'int32' | 'int64'): unknown;
  };
}

/** The pipeline of a loaded model; null where this WebLLM does not show it. */
export function pipelineOf(engine: MLCEngine, id: string): Pipeline | null {
  const { loadedModelIdToPipeline: pipelines } = engine as unknown as {
    loadedModelIdToPipeline?: Map<string, Pipeline>;
  };
  return pipelines?.get(id) ?? null;
}

/** A conversation of the model's template with nothing said in it. */
function emptyConversation(pipeline: Pipeline): Conversation {
  const own = pipeline.getConversationObject();
  const Fresh = own.constructor as new (config: Conversation['config']) => Conversation;
  return new Fresh(own.config);
}

/** What a model that thinks before it answers is given so that it does not; as WebLLM writes it. */
const NO_THOUGHT = '<think>\n\n</think>\n\n';

/**
 * A prompt as the user's message in the model's chat template, with the opening of the assistant's turn.
 * The template's special tokens come out as such; models that can think are told not to.
 * @returns token ids, as WebLLM itself feeds them
 */
export function chatTokens(pipeline: Pipeline, prompt: string): number[] {
  const { tokenizer } = pipeline;
  const conversation = emptyConversation(pipeline);
  // WebLLM fills the role's template by `replace`, for which `$&` is a pattern: a state is text
  const filled = conversation.config.role_templates?.user !== undefined;
  conversation.appendMessage('user', filled ? prompt.replaceAll('$', '$$$$') : prompt);
  // a token of its own in the vocabulary: the model was trained to think in such a block
  const thinks = tokenizer.encode('<think>').length === 1;
  if (thinks) conversation.appendEmptyThinkingReplyHeader('assistant', NO_THOUGHT);
  else conversation.appendReplyHeader('assistant');
  const ids = [...(conversation.config.system_prefix_token_ids ?? [])];
  for (const part of conversation.getPromptArray()) ids.push(...tokenizer.encode(part));
  return ids;
}

/** Stop strings of the template that are one token: an answer ends there too. */
export function stopTokens(pipeline: Pipeline): number[] {
  const texts = pipeline.getConversationObject().config.stop_str ?? [];
  return texts
    .map((text) => pipeline.tokenizer.encode(text))
    .flatMap((ids) => (ids.length === 1 ? [ids[0]!] : []));
}

/**
 * How to take the last tokens off the cache again; null where the model cannot go back (a recurrent
 * state, a sliding window) or this library has no such function.
 */
export function cachePop(pipeline: Pipeline): ((tokens: number) => void) | null {
  const { tvm, kvCache } = pipeline;
  if (!kvCache || pipeline.rnnState || pipeline.slidingWindowSize !== -1) return null;
  let pop: RuntimeFunction;
  tvm.beginScope();
  try {
    pop = tvm.detachFromCurrentScope(tvm.getGlobalFunc('vm.builtin.kv_state_popn'));
  } catch {
    return null;
  } finally {
    tvm.endScope();
  }
  return (tokens) => {
    if (tokens === 0) return;
    pop(kvCache, tvm.scalar(0, 'int64'), tvm.scalar(tokens, 'int32'));
    pipeline.filledKVCacheLength -= tokens;
  };
}
