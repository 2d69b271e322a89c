/** A model on wllama: its next-token distributions, as llama.cpp reports them. */
import { WllamaError, type Wllama } from '@wllama/wllama';
import { completeByDistribution } from '../complete';
import { fault } from '../fault';
import type {
  Completion,
  CompletionOptions,
  LanguageModel,
  ModelAbilities,
  ModelInfo,
  ModelOutcome,
  ModelSource,
  Work,
} from '../language-model';
import { readTokens, type CompletionAnswer } from './completion-answer';
import type { Vocabulary } from './vocabulary';

/** Added to the logit of a token that is to be drawn for sure, nats. */
const FORCED = 30;

/** What llama.cpp takes beside a prompt or messages; wllama passes it on as it is. */
type Request = Record<string, unknown>;

export class WllamaModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly can: ModelAbilities = {
    distribution: true,
    tokenBias: false,
    batch: false,
    tokenize: false,
  };
  readonly endTokens: readonly number[];
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
    if (signal?.aborted) return fault('cancelled', 'stopped');
    // wllama takes text only: a prefix goes in as its text, which llama.cpp tokenizes anew. Where the
    // tokens drawn are not the ones it would choose for that text (rare), it continues from its own.
    const said = this.text(prefix);
    const { unprintable, letter } = this.vocabulary;
    const n = this.info.vocabularySize;
    const listed = n - unprintable.length;
    const bias: [number, number | false][] = unprintable.map((id) => [id, false]);
    try {
      let forced = 0;
      let tokens = readTokens(await this.ask(prompt, said, listed, bias));
      if (!tokens) {
        // llama.cpp drew the beginning of a character and waits for the rest before it reports
        forced = FORCED;
        tokens = readTokens(await this.ask(prompt, said, listed, [...bias, [letter, FORCED]]));
      }
      if (tokens?.length !== listed)
        return fault(
          'engine-error',
          `wllama gave ${tokens?.length ?? 0} of ${listed} token probabilities`,
        );
      const out = new Float64Array(n).fill(-Infinity);
      for (const { id, prob } of tokens) out[id] = Math.log(prob);
      out[letter] = out[letter]! - forced;
      return { ok: true, value: normalised(out) };
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
    bias: readonly [number, number | false][],
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

/** Brings the sum of the exponentials to 1. */
function normalised(logs: Float64Array): Float64Array {
  let total = 0;
  for (const log of logs) total += Math.exp(log);
  const shift = Math.log(total);
  return logs.map((log) => log - shift);
}
