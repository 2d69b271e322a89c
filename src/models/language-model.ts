/** The contract with a language model: what every engine implements, and nothing else is assumed. */

/** An error as a value. The page's sentences are keyed by code. */
export interface ModelFault {
  code:
    | 'no-webgpu'
    | 'load-failed'
    | 'integrity'
    | 'cancelled'
    | 'device-lost'
    | 'out-of-memory'
    | 'prompt-too-long'
    | 'not-supported'
    | 'engine-error';
  /** What the engine said; data, never markup. */
  detail: string;
}

export type ModelOutcome<T> = { ok: true; value: T } | { ok: false; fault: ModelFault };

export interface ModelInfo {
  engine: 'webllm' | 'wllama';
  /** The model's id, for example `pocket`. */
  id: string;
  /** SHA-256 of what was loaded, by file, where known. */
  hashes: Record<string, string>;
  vocabularySize: number;
  contextLength: number;
  /** Where it runs. */
  backend: 'webgpu' | 'wasm';
  /** The WebGPU adapter's description, or the kind of WebAssembly build. */
  adapter: string;
  precision: string;
}

export interface ModelAbilities {
  /** The whole next-token distribution can be read. */
  distribution: boolean;
  tokenBias: boolean;
  batch: boolean;
  /** `tokenize` answers (wllama keeps its tokenizer to itself). */
  tokenize: boolean;
}

export interface CompletionOptions {
  maxTokens: number;
  temperature: number;
  topP: number;
  /** Seed of our own generator for this one answer: never handed to an engine. */
  seed: number;
  /** The answer ends before the first of these. */
  stop: string[];
}

export interface Completion {
  text: string;
  tokens: number[];
  /** Natural-log probability of the tokens as drawn (before temperature and top-p). */
  logProbability: number;
  finish: 'stop' | 'length';
}

/** Progress of a load: a share in [0, 1] where it is known, and words that say what goes on. */
export interface LoadProgress {
  share: number | null;
  stage: 'fetch' | 'compile' | 'start';
  text: string;
}

export interface LanguageModel {
  readonly info: ModelInfo;
  readonly can: ModelAbilities;
  /** One answer to a prompt, drawn with our own generator. */
  complete(
    prompt: string,
    options: CompletionOptions,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Completion>>;
  /**
   * Natural-log probabilities of the next token after prompt + prefix, over the whole vocabulary,
   * before temperature and top-p. Length = vocabularySize; exp sums to 1.
   */
  distribution(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Float64Array>>;
  tokenize(text: string): Promise<ModelOutcome<number[]>>;
  detokenize(ids: readonly number[]): Promise<ModelOutcome<string>>;
  /** Ids that end an answer. */
  readonly endTokens: readonly number[];
  close(): Promise<void>;
}

/** What an engine needs to load a model. URLs are absolute. */
export interface ModelSource {
  id: string;
  /** WebLLM: folder with `/resolve/main/` in its path, and the model library. */
  webllm?: { model: string; library: string; overrides?: Record<string, unknown> };
  /** wllama: one GGUF file. */
  gguf?: { url: string };
  /** SHA-256 by file, from the model's card. */
  hashes: Record<string, string>;
}

export type EngineLoader = (
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
) => Promise<ModelOutcome<LanguageModel>>;
