/** The wllama engine: llama.cpp in WebAssembly, any GGUF file, on the CPU. Runs in the model worker. */
import { LoggerWithoutDebug, Wllama, WllamaError } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { completeByDistribution } from '../complete';
import { fault } from '../fault';
import { fetchVerified } from '../fetch-verified';
import type {
  Completion,
  CompletionOptions,
  LanguageModel,
  LoadProgress,
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

const CONTEXT_LENGTH = 512;

/**
 * Loads a GGUF file into a fresh wllama.
 * @param source its `gguf.url` is fetched, and checked against the hash where one is known
 * @returns a model whose `distribution` covers the whole vocabulary; faults `load-failed`,
 *   `integrity`, `cancelled`
 */
export async function loadWllama(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<LanguageModel>> {
  if (!source.gguf)
    return fault('load-failed', `the model ${source.id} has no GGUF file for wllama`);
  const file = await fetchVerified(source.gguf.url, source.hashes, signal, (share) =>
    onProgress({ share, stage: 'fetch', text: 'fetching the model' }),
  );
  if (!file.ok) return file;
  onProgress({ share: null, stage: 'start', text: 'starting llama.cpp' });
  const wllama = new Wllama(
    { default: new URL(wasmUrl, self.location.href).href },
    { suppressNativeLog: true, allowOffline: true, logger: LoggerWithoutDebug },
  );
  // Without this wllama would fetch another build from a public network on some browsers.
  wllama.setCompat(null);
  try {
    await wllama.loadModel([new Blob([file.value.bytes])], {
      n_gpu_layers: 0,
      n_ctx: CONTEXT_LENGTH,
      ...(self.crossOriginIsolated ? {} : { n_threads: 1 }),
    });
    if (signal.aborted) {
      await wllama.exit();
      return fault('cancelled', 'the load was cancelled');
    }
    return {
      ok: true,
      value: new WllamaModel(wllama, source.id, file.value.hash, file.value.name),
    };
  } catch (error) {
    await wllama.exit().catch(() => undefined);
    return fault(signal.aborted ? 'cancelled' : 'load-failed', error);
  }
}

class WllamaModel implements LanguageModel {
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
    id: string,
    hash: string,
    name: string,
  ) {
    const loaded = wllama.getLoadedContextInfo();
    this.endTokens = loaded.list_tokens_eog;
    const threads = wllama.isMultithread() ? wllama.getNumThreads() : 1;
    this.info = {
      engine: 'wllama',
      id,
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
