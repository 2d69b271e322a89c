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
  Work,
} from '../language-model';
import type { DeviceWatch } from './device-watch';
import type { ChatConfig } from './chat-config';
import { KeptCache, piecesOf, type Piece } from './kept-cache';
import { cachePop, chatTokens, stopTokens, type Pipeline } from './pipeline';

/**
 * A prompt computed on top of its beginning may differ from the prompt in one pass by this much, nats, in
 * any token of at least 1e-4: rounding. A library whose kernels race differs by more, and is not trusted.
 */
const ROUNDING = 0.05;

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
  /** Text that all prompts begin with, and its ids as far as they are the same in all. */
  private beginning: { text: string; ids: Piece } = { text: '', ids: [] };
  /** Whether a prompt may be computed on top of its beginning; null where that was not tried yet. */
  private canShare: boolean | null;
  private readonly cache: KeptCache;
  private readonly done: Work = { passes: 0, tokens: 0 };
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: MLCEngine,
    private readonly recorder: Recorder,
    private readonly watch: DeviceWatch,
    private readonly pipeline: Pipeline,
    config: ChatConfig,
    known: Pick<ModelInfo, 'id' | 'hashes' | 'format'>,
  ) {
    const ends = config.conv_template?.stop_token_ids ?? [config.eos_token_id ?? []].flat();
    const chat = known.format === 'chat';
    this.endTokens = chat ? [...new Set([...ends, ...stopTokens(pipeline)])] : ends;
    const pop = cachePop(pipeline);
    this.canShare = pop ? null : false;
    this.cache = new KeptCache({
      pop,
      reset: () => engine.resetChat(true),
      forward: async (tokens) => {
        await engine.forwardTokensAndSample([...tokens], true);
        this.done.passes++;
        this.done.tokens += tokens.length;
      },
    });
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
      draws: 'from the whole next-token distribution',
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
    if (this.prompt?.text !== prompt) this.prompt = { text: prompt, ids: this.idsOf(prompt) };
    const { ids } = this.prompt;
    const length = ids.length + prefix.length;
    if (length === 0) return fault('engine-error', 'the prompt is empty');
    if (length > this.info.contextLength)
      return fault('prompt-too-long', `${length} tokens, ${this.info.contextLength} fit`);
    try {
      this.recorder.logits = null;
      await watch.guarded(() => this.feed(ids, prefix));
    } catch (error) {
      this.cache.forget();
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
  private async feed(ids: Piece, prefix: readonly number[]): Promise<void> {
    const pieces = piecesOf(this.canShare === false ? [] : this.beginning.ids, ids, prefix);
    if (this.canShare === null && pieces.length - prefix.length === 2)
      this.canShare = await this.tryShared(ids);
    await this.cache.feed(this.canShare === false ? piecesOf([], ids, prefix) : pieces);
  }

  /** Whether this prompt comes out the same in one pass and on top of its beginning. */
  private async tryShared(ids: Piece): Promise<boolean> {
    const logs = async (beginning: Piece) => {
      await this.cache.feed(piecesOf(beginning, ids, []));
      return this.recorder.logits && logSoftmax(this.recorder.logits);
    };
    const whole = await logs([]);
    const shared = await logs(this.beginning.ids);
    return (
      whole !== null &&
      shared !== null &&
      whole.every((log, k) => log < Math.log(1e-4) || Math.abs(log - shared[k]!) < ROUNDING)
    );
  }

  private idsOf(prompt: string): number[] {
    return this.info.format === 'chat'
      ? chatTokens(this.pipeline, prompt)
      : Array.from(this.pipeline.tokenizer.encode(prompt));
  }

  async begin(text: string): Promise<void> {
    if (this.beginning.text === text) return;
    // As far as two unlike continuations agree; the last token may yet join with what follows.
    const [a, b] = [this.idsOf(`${text}0`), this.idsOf(`${text}x`)];
    const differ = a.findIndex((id, k) => id !== b[k]);
    this.beginning = { text, ids: text === '' ? [] : a.slice(0, Math.max(0, differ - 1)) };
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
      return { ok: true, value: Array.from(this.pipeline.tokenizer.encode(text)) };
    } catch (error) {
      return fault('engine-error', error);
    }
  }

  async detokenize(ids: readonly number[]): Promise<ModelOutcome<string>> {
    try {
      return { ok: true, value: this.pipeline.tokenizer.decode(Int32Array.from(ids)) };
    } catch (error) {
      return fault('engine-error', error);
    }
  }

  async work(): Promise<Work> {
    return { ...this.done };
  }

  async close(): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.engine.unload();
  }
}
