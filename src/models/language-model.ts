/** The contract with a language model: what every engine implements, and nothing else is assumed. */

/** An error as a value. The page's sentences are keyed by code. */
export interface ModelFault {
  code:
    | 'no-webgpu'
    | 'no-f16'
    | 'load-failed'
    | 'offline'
    | 'integrity'
    | 'wrong-version'
    | 'quota'
    | 'cancelled'
    | 'device-lost'
    | 'out-of-memory'
    | 'prompt-too-long'
    | 'not-supported'
    | 'bad-address'
    | 'unreachable'
    | 'refused'
    | 'busy'
    | 'bad-answer'
    | 'engine-error';
  /** What the engine said; data, never markup. */
  detail: string;
}

export type ModelOutcome<T> = { ok: true; value: T } | { ok: false; fault: ModelFault };

export interface ModelInfo {
  engine: 'webllm' | 'wllama' | 'endpoint';
  /** The model's id, for example `pocket`. */
  id: string;
  /** SHA-256 of what was loaded, by file, where known. */
  hashes: Record<string, string>;
  /** 0 where a server does not say. */
  vocabularySize: number;
  /** 0 where a server does not say. */
  contextLength: number;
  /** How a prompt reaches the model: as it is, or as a user's message in the model's chat template. */
  format: PromptFormat;
  /** Where it runs. */
  backend: 'webgpu' | 'wasm' | 'remote';
  /** The WebGPU adapter's description, the kind of WebAssembly build, or the server's origin. */
  adapter: string;
  precision: string;
  /** How its answers are drawn, in words. */
  draws?: string;
}

/** What an engine has computed since it was loaded. */
export interface Work {
  /** Forward passes: one a next-token distribution. */
  passes: number;
  /** Tokens that went through the model; those kept in its cache do not count. */
  tokens: number;
}

/** `plain`: the model continues the prompt. `chat`: it answers the prompt as an instruct model does. */
export type PromptFormat = 'plain' | 'chat';

export interface ModelAbilities {
  /** The whole next-token distribution can be read. */
  distribution: boolean;
  tokenBias: boolean;
  /** Many requests may be under way at once. */
  batch: boolean;
  /** How many at once, of a model that takes many. */
  parallel?: number;
  /** `likeliest` answers. */
  likeliest?: boolean;
  /** `tokenize` answers (wllama keeps its tokenizer to itself). */
  tokenize: boolean;
}

export interface CompletionOptions {
  maxTokens: number;
  temperature: number;
  topP: number;
  /**
   * Seed of our own generator for this one answer. An engine in the browser never sees it; a server,
   * which draws by itself, is given a whole number made from it.
   */
  seed: number;
  /** The answer ends before the first of these. */
  stop: string[];
}

export interface Completion {
  text: string;
  tokens: number[];
  /**
   * Natural-log probability of the tokens as drawn (before temperature and top-p); null where a server
   * does not give it.
   */
  logProbability: number | null;
  /** `stop`: it ended by an end token or a stop string; `length`: `maxTokens` cut it off. */
  finish: 'stop' | 'length';
  /** Forward passes it took, where the engine counts them. */
  passes?: number;
}

/** Progress of a load: a share in [0, 1] where it is known, and words that say what goes on. */
export interface LoadProgress {
  share: number | null;
  stage: 'fetch' | 'compile' | 'start';
  text: string;
  /** Of a download: bytes so far, of how many where that is known, and the pace of late. */
  bytes?: { done: number; total: number | null; perSecond: number | null };
  /** The download goes on with what an earlier one left. */
  resumed?: boolean;
  /** Why nothing is stored here, in a sentence: the model runs from memory. Absent where it is stored. */
  fromMemory?: string;
}

/** The likeliest next tokens, the first the likeliest, and the probability of all others together. */
export interface Likeliest {
  ids: Uint32Array;
  /** Natural logs, before temperature and top-p. */
  logProbabilities: Float64Array;
  rest: number;
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
  /**
   * As many of the likeliest next tokens as are cheap to give: there where a whole `distribution` is dear
   * beside its forward pass.
   */
  likeliest?(
    prompt: string,
    prefix: readonly number[],
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Likeliest>>;
  /**
   * Declares what the prompts to come begin with, so that an engine can compute it once. A prompt that does
   * not begin so is answered all the same. The numbers then depend on the request and on this text.
   */
  begin?(text: string): Promise<void>;
  tokenize(text: string): Promise<ModelOutcome<number[]>>;
  detokenize(ids: readonly number[]): Promise<ModelOutcome<string>>;
  /** What it has computed so far, where the engine counts it. */
  work?(): Promise<Work | null>;
  /** Ids that end an answer. */
  readonly endTokens: readonly number[];
  close(): Promise<void>;
}

/** A server that speaks OpenAI's protocol, where a person's prompts are sent. */
export interface EndpointAddress {
  /** Up to and with `/v1`, for example `http://localhost:8080/v1`. */
  url: string;
  /** The model's name at the server. */
  model: string;
  api: 'chat' | 'completions';
  /** Kept in memory: no log, export or message holds it. */
  key: string | null;
  /** Requests under way at once. */
  parallel: number;
  /** Milliseconds that one answer may take; 60,000 unless told. */
  timeLimit?: number;
}

/** What an engine needs to load a model. URLs are absolute. */
export interface ModelSource {
  id: string;
  format: PromptFormat;
  /** WebLLM: folder with `/resolve/…/` in its path, the model library, WebGPU features it needs. */
  webllm?: {
    model: string;
    library: string;
    overrides?: Record<string, unknown>;
    features?: readonly string[];
    /** Name of the package manifest inside the folder, for the few models that have one. */
    manifest?: string;
  };
  /** wllama: one GGUF file, at an address or as a person chose it from disk. */
  gguf?: { url: string } | { file: Blob; name: string };
  endpoint?: EndpointAddress;
  /** Files that a person gave from disk, by their address: taken from here, never fetched. */
  files?: Record<string, Blob>;
  /** SHA-256 by file, where it is known before loading: from the model's card, or of an earlier load. */
  hashes: Record<string, string>;
}

export type EngineLoader = (
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
) => Promise<ModelOutcome<LanguageModel>>;
