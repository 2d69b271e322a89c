/** A model on WebLLM: its next-token distributions, read off the raw logits. */
import type { LogitProcessor, MLCEngine } from '@mlc-ai/web-llm';
import { completeByDistribution } from '../complete';
import { fault } from '../fault';
import type {
  Completion,
  CompletionOptions,
  LanguageModel,
  ModelAbilities,
  ModelInfo,
  ModelOutcome,
} from '../language-model';
import type { DeviceWatch } from './device-watch';
import type { ChatConfig } from './chat-config';

/**
 * Up to this many tokens, prompt and prefix go through the model in one pass. Beyond it the prompt is
 * one pass and the prefix one token a pass, on top of what the cache holds where that is its start.
 * Either way the numbers depend on the request alone, never on what was asked before.
 */
const ONE_PASS = 64;

/** WebLLM's tokenizer, which it shares with nobody: reached through its private pipeline. */
export interface Tokenizer {
  encode(text: string): Int32Array;
  decode(ids: Int32Array): string;
}

/** Keeps the raw logits of the last step: before bias, penalties and temperature. */
export class Recorder implements LogitProcessor {
  logits: Float32Array | null = null;

  processLogits(logits: Float32Array): Float32Array {
    this.logits = logits.slice();
    return logits;
  }

  processSampledToken(): void {}
  resetState(): void {}
}

/** Natural-log softmax in float64; null where a logit is not a number or all are -Infinity. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array | null {
  const n = logits.length;
  let top = -Infinity;
  for (let k = 0; k < n; k++) {
    if (Number.isNaN(logits[k]) || logits[k] === Infinity) return null;
    top = Math.max(top, logits[k]);
  }
  if (top === -Infinity) return null;
  let total = 0;
  for (let k = 0; k < n; k++) total += Math.exp(logits[k] - top);
  const shift = top + Math.log(total);
  return Float64Array.from({ length: n }, (_, k) => logits[k] - shift);
}

export class WebLLMModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly endTokens: readonly number[];
  readonly can: ModelAbilities = {
    distribution: true,
    tokenBias: false,
    batch: false,
    tokenize: true,
  };
  /** The last prompt's ids: the same prompt is asked about many times. */
  private prompt: { text: string; ids: number[] } | null = null;
  /** What the engine's cache holds: a prompt's ids and the prefix after it. */
  private held: { ids: number[]; prefix: number[] } | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: MLCEngine,
    private readonly recorder: Recorder,
    private readonly watch: DeviceWatch,
    private readonly tokenizer: Tokenizer,
    config: ChatConfig,
    known: Pick<ModelInfo, 'id' | 'hashes' | 'format'>,
  ) {
    const ends = config.conv_template?.stop_token_ids ?? [config.eos_token_id ?? []].flat();
    this.endTokens = ends;
    this.info = {
      ...known,
      engine: 'webllm',
      vocabularySize: config.vocab_size,
      contextLength: config.context_window_size,
      backend: 'webgpu',
      adapter: watch.adapter,
      precision:
        config.quantization === 'q0f32'
          ? 'float32 weights, cache and arithmetic'
          : `weights ${config.quantization ?? 'of unknown kind'} (WebLLM's name for it)`,
    };
  }

  distribution(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Float64Array>> {
    const mine = this.turn.then(() => this.forward(prompt, prefix, signal));
    this.turn = mine;
    return mine;
  }

  private async forward(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Float64Array>> {
    const { watch } = this;
    if (signal?.aborted) return fault('cancelled', 'stopped');
    if (watch.fault) return { ok: false, fault: watch.fault };
    if (this.prompt?.text !== prompt)
      this.prompt = { text: prompt, ids: Array.from(this.tokenizer.encode(prompt)) };
    const { ids } = this.prompt;
    const length = ids.length + prefix.length;
    if (length === 0) return fault('engine-error', 'the prompt is empty');
    if (length > this.info.contextLength)
      return fault('prompt-too-long', `${length} tokens, ${this.info.contextLength} fit`);
    try {
      this.recorder.logits = null;
      await watch.guarded(() => this.feed(ids, prefix));
    } catch (error) {
      // A failed step leaves the engine in an unknown state: it is not asked again.
      watch.fault ??= fault('engine-error', error).fault;
    }
    if (watch.fault) return { ok: false, fault: watch.fault };
    const logs = this.recorder.logits && logSoftmax(this.recorder.logits);
    if (logs?.length !== this.info.vocabularySize) {
      const got = logs ? `${logs.length} logits` : 'logits that are not numbers';
      watch.fault = fault('engine-error', `WebLLM gave ${got}`).fault;
      return { ok: false, fault: watch.fault };
    }
    return { ok: true, value: logs };
  }

  /** Brings the engine to the end of prompt and prefix; the recorder then holds the logits. */
  private async feed(ids: number[], prefix: readonly number[]): Promise<void> {
    const { engine, held } = this;
    this.held = null;
    if (ids.length + prefix.length <= ONE_PASS || ids.length === 0) {
      await engine.resetChat(true);
      await engine.forwardTokensAndSample([...ids, ...prefix], true);
      return;
    }
    let from = held?.ids === ids && held.prefix.every((t, k) => t === prefix[k]);
    from &&= held!.prefix.length < prefix.length;
    if (!from) {
      await engine.resetChat(true);
      await engine.forwardTokensAndSample(ids, true);
    }
    for (const token of prefix.slice(from ? held!.prefix.length : 0))
      await engine.forwardTokensAndSample([token], false);
    this.held = { ids, prefix: [...prefix] };
  }

  complete(
    prompt: string,
    options: CompletionOptions,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Completion>> {
    return completeByDistribution(this, prompt, options, signal);
  }

  async tokenize(text: string): Promise<ModelOutcome<number[]>> {
    try {
      return { ok: true, value: Array.from(this.tokenizer.encode(text)) };
    } catch (error) {
      return fault('engine-error', error);
    }
  }

  async detokenize(ids: readonly number[]): Promise<ModelOutcome<string>> {
    try {
      return { ok: true, value: this.tokenizer.decode(Int32Array.from(ids)) };
    } catch (error) {
      return fault('engine-error', error);
    }
  }

  async close(): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.engine.unload();
  }
}
