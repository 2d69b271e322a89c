/** A model on wllama: its next-token distributions, as llama.cpp reports them. */
import { WllamaError, type Wllama } from '@wllama/wllama';
import { completeByDistribution } from '../complete';
import { fault } from '../fault';
import type {
  Completion,
  CompletionOptions,
  LanguageModel,
  Likeliest,
  ModelAbilities,
  ModelInfo,
  ModelOutcome,
  ModelSource,
  Work,
} from '../language-model';
import { readTokens, type CompletionAnswer, type TokenProbability } from './completion-answer';
import type { Vocabulary } from './vocabulary';

/** Added to the logit of a token that is to be drawn for sure, nats. */
const FORCED = 30;

/** What is added to logits, by token; `false` rules a token out. */
type Bias = readonly (readonly [number, number | false])[];

/** What llama.cpp takes beside a prompt or messages; wllama passes it on as it is. */
type Request = Record<string, unknown>;

export class WllamaModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly can: ModelAbilities = {
    distribution: true,
    tokenBias: false,
    batch: false,
    likeliest: true,
    tokenize: false,
  };
  readonly endTokens: readonly number[];
  /** Tokens that llama.cpp can report. */
  private readonly reportable: number;
  /** Tokens of a short list: a hundredth of the whole one, which costs about 12 microseconds a token. */
  private readonly few: number;
  private readonly done: Work = { passes: 0, tokens: 0 };

  /** @param hashes SHA-256 by file */
  constructor(
    private readonly wllama: Wllama,
    { id, format }: Pick<ModelSource, 'id' | 'format'>,
    hashes: Record<string, string>,
    private readonly vocabulary: Vocabulary,
  ) {
    const loaded = wllama.getLoadedContextInfo();
    this.endTokens = loaded.list_tokens_eog;
    const threads = wllama.isMultithread() ? wllama.getNumThreads() : 1;
    const left = vocabulary.unprintable.length;
    this.reportable = loaded.n_vocab - left;
    this.few = Math.min(this.reportable, Math.max(64, Math.min(512, loaded.n_vocab >> 7)));
    this.info = {
      engine: 'wllama',
      id,
      format,
      hashes,
      vocabularySize: loaded.n_vocab,
      contextLength: loaded.n_ctx,
      backend: 'wasm',
      adapter: `WebAssembly on the CPU, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
      precision: 'weights as in the GGUF file, float32 cache',
      draws:
        left === 0
          ? 'from the whole next-token distribution'
          : `from the next-token distribution over all of ${loaded.n_vocab} tokens but ${left} broken pieces of characters, which llama.cpp cannot report`,
    };
  }

  async distribution(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Float64Array>> {
    const found = await this.tokens(prompt, prefix, this.reportable, signal);
    if (!found.ok) return found;
    const out = new Float64Array(this.info.vocabularySize).fill(-Infinity);
    for (const { id, prob } of found.value) out[id] = Math.log(prob);
    return { ok: true, value: normalised(out) };
  }

  async likeliest(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Likeliest>> {
    const found = await this.tokens(prompt, prefix, this.few, signal);
    if (!found.ok) return found;
    const tokens = [...found.value].sort((a, b) => b.prob - a.prob || a.id - b.id);
    const listed = tokens.reduce((sum, { prob }) => sum + prob, 0);
    return {
      ok: true,
      value: {
        ids: Uint32Array.from(tokens, ({ id }) => id),
        logProbabilities: Float64Array.from(tokens, ({ prob }) => Math.log(prob)),
        rest: Math.max(0, 1 - listed),
      },
    };
  }

  /** The `listed` likeliest tokens and their probabilities. */
  private async tokens(
    prompt: string,
    prefix: readonly number[],
    listed: number,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<readonly TokenProbability[]>> {
    if (signal?.aborted) return fault('cancelled', 'stopped');
    // wllama takes text only: a prefix goes in as its text, which llama.cpp tokenizes anew. Where the
    // tokens drawn are not the ones it would choose for that text (rare), it continues from its own.
    const said = this.text(prefix);
    const { unprintable, letter } = this.vocabulary;
    const bias: Bias = unprintable.map((id) => [id, false]);
    try {
      // what cannot be mended below fails there again
      let tokens = await this.ask(prompt, said, listed, bias).then(readTokens, () => null);
      if (!tokens) {
        // llama.cpp drew the beginning of a character, which is no text either: it may draw a letter only
        const forced = [...bias, [letter, FORCED] as const];
        const answer = await this.ask(prompt, said, this.reportable, forced);
        tokens = unforced(answer, letter)?.slice(0, listed) ?? null;
      }
      if (tokens?.length === listed) return { ok: true, value: tokens };
      const got = tokens?.length ?? 0;
      return fault('engine-error', `wllama gave ${got} of ${listed} token probabilities`);
    } catch (error) {
      const full =
        (error instanceof WllamaError && error.type === 'kv_cache_full') ||
        /exceeds? the (available )?context/i.test(String(error));
      return fault(full ? 'prompt-too-long' : 'engine-error', error);
    }
  }

  /**
   * One token after the prompt and what was said, with the probabilities of the `listed` likeliest. The
   * cache keeps the beginning that this request shares with the one before.
   */
  private async ask(
    prompt: string,
    said: string,
    listed: number,
    bias: Bias,
  ): Promise<CompletionAnswer> {
    const request: Request = {
      max_tokens: 1,
      // what is drawn is thrown away; these keep llama.cpp's samplers from changing the distribution
      ...{ temperature: 1, top_k: 0, top_p: 1, min_p: 0, seed: 1 },
      ...{ n_probs: listed, logprobs: this.info.format === 'chat' ? true : listed },
      ...{ top_logprobs: listed, post_sampling_probs: true, logit_bias: bias },
      ...{ cache_prompt: true, stream: false },
    };
    const answer =
      this.info.format === 'chat'
        ? await this.askChat(prompt, said, request)
        : await this.wllama.createCompletion({ ...request, prompt: prompt + said } as never);
    const read = answer as unknown as CompletionAnswer;
    this.done.passes++;
    this.done.tokens += read.timings?.prompt_n ?? 0;
    return read;
  }

  /** llama.cpp puts the messages into the file's own template; an answer begun is the last of them. */
  private askChat(prompt: string, said: string, request: Request): Promise<unknown> {
    const messages = [
      { role: 'user', content: prompt },
      ...(said === '' ? [] : [{ role: 'assistant', content: said }]),
    ];
    const template = { chat_template_kwargs: { enable_thinking: false } };
    return this.wllama.createChatCompletion({ ...request, messages, ...template } as never);
  }

  complete(
    prompt: string,
    options: CompletionOptions,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Completion>> {
    return completeByDistribution(this, prompt, options, signal);
  }

  async tokenize(): Promise<ModelOutcome<number[]>> {
    return fault('not-supported', 'wllama does not offer its tokenizer');
  }

  async detokenize(ids: readonly number[]): Promise<ModelOutcome<string>> {
    return { ok: true, value: this.text(ids) };
  }

  private text(ids: readonly number[]): string {
    const bytes = ids.flatMap((id) => [...(this.vocabulary.pieces[id] ?? [])]);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  async work(): Promise<Work> {
    return { ...this.done };
  }

  async close(): Promise<void> {
    await this.wllama.exit();
  }
}

/** A whole list without the bias of the token that was forced, the likeliest first. */
function unforced(answer: CompletionAnswer, letter: number): readonly TokenProbability[] | null {
  const tokens = readTokens(answer);
  if (!tokens) return null;
  const weight = ({ id, prob }: TokenProbability) =>
    id === letter ? prob * Math.exp(-FORCED) : prob;
  const total = tokens.reduce((sum, token) => sum + weight(token), 0);
  return tokens
    .map((token) => ({ id: token.id, prob: weight(token) / total }))
    .sort((x, y) => y.prob - x.prob);
}

/** Brings the sum of the exponentials to 1. */
function normalised(logs: Float64Array): Float64Array {
  let total = 0;
  for (const log of logs) total += Math.exp(log);
  const shift = Math.log(total);
  return logs.map((log) => log - shift);
}
