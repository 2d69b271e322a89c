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
} from '../language-model';

/** One entry of llama.cpp's `top_logprobs`. */
interface TokenProbability {
  id: number;
  token: string;
  logprob: number;
}

export class WllamaModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly can: ModelAbilities = {
    distribution: true,
    tokenBias: false,
    batch: false,
    tokenize: false,
  };
  readonly endTokens: readonly number[];
  /** Text of each token, learnt from the first distribution. */
  private pieces: string[] | null = null;

  constructor(
    private readonly wllama: Wllama,
    { id, format }: Pick<ModelSource, 'id' | 'format'>,
    hash: string,
    name: string,
  ) {
    const loaded = wllama.getLoadedContextInfo();
    this.endTokens = loaded.list_tokens_eog;
    const threads = wllama.isMultithread() ? wllama.getNumThreads() : 1;
    this.info = {
      engine: 'wllama',
      id,
      format,
      hashes: { [name]: hash },
      vocabularySize: loaded.n_vocab,
      contextLength: loaded.n_ctx,
      backend: 'wasm',
      adapter: `WebAssembly on the CPU, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
      precision: 'weights as in the GGUF file, half-precision cache',
    };
  }

  async distribution(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Float64Array>> {
    if (signal?.aborted) return fault('cancelled', 'stopped');
    const n = this.info.vocabularySize;
    // wllama takes text only: a prefix goes in as its text, which llama.cpp tokenizes anew. Where the
    // tokens drawn are not the ones it would choose for that text (rare), it continues from its own.
    const said =
      prefix.length === 0 ? { ok: true as const, value: '' } : await this.detokenize(prefix);
    if (!said.ok) return said;
    try {
      const request = {
        prompt: prompt + said.value,
        max_tokens: 1,
        temperature: 1,
        top_k: 0,
        top_p: 1,
        min_p: 0,
        // The probabilities come from the raw logits, before samplers; this only keeps llama.cpp from
        // drawing an end token, after which it would report nothing.
        ignore_eos: true,
        n_probs: n,
        logprobs: n,
        cache_prompt: true,
        stream: false as const,
      };
      const answer = await this.wllama.createCompletion(
        request as unknown as Parameters<Wllama['createCompletion']>[0] & { stream: false },
      );
      const entries = (
        answer.choices[0]?.logprobs as unknown as {
          content?: { top_logprobs?: TokenProbability[] }[];
        } | null
      )?.content?.[0]?.top_logprobs;
      if (!entries || entries.length !== n)
        return fault(
          'engine-error',
          `wllama gave ${entries?.length ?? 0} of ${n} token probabilities`,
        );
      this.pieces ??= readPieces(entries, n);
      const out = new Float64Array(n).fill(-Infinity);
      for (const entry of entries) out[entry.id] = entry.logprob;
      return { ok: true, value: normalised(out) };
    } catch (error) {
      const code =
        error instanceof WllamaError && error.type === 'kv_cache_full'
          ? 'prompt-too-long'
          : 'engine-error';
      return fault(code, error);
    }
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
    if (!this.pieces) {
      const first = await this.distribution(' ', []);
      if (!first.ok) return first;
    }
    return { ok: true, value: ids.map((id) => this.pieces?.[id] ?? '').join('') };
  }

  async close(): Promise<void> {
    await this.wllama.exit();
  }
}

function readPieces(entries: readonly TokenProbability[], n: number): string[] {
  const pieces = new Array<string>(n).fill('');
  for (const entry of entries) pieces[entry.id] = entry.token;
  return pieces;
}

/** llama.cpp sends logs as float32 text: brings their exponentials' sum back to 1 exactly. */
function normalised(logs: Float64Array): Float64Array {
  let total = 0;
  for (const log of logs) total += Math.exp(log);
  const shift = Math.log(total);
  return logs.map((log) => log - shift);
}
