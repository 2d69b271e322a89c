/** The transition log and the count graph: the types that every room shares. */

/** Why an attempt did not become a transition. */
export type RejectReason =
  | 'empty' // the model said nothing
  | 'not-a-word' // the answer is not one word of letters
  | 'not-in-topic' // a word, but not a state of this agent
  | 'wrong-sum' // word-sum: the letters do not add to the target
  | 'same-state' // the answer repeats the source where the agent forbids it
  | 'invalid' // an importer's or another agent's rejection
  | (string & {});

/** One line of the log: one attempt to leave `from`. Exactly one of `to` and `reject` is set. */
export interface Attempt {
  /** Counts from 0 without gaps. */
  i: number;
  /** Milliseconds since the start of the run. */
  t: number;
  from: string;
  to?: string;
  reject?: RejectReason;
  /** The raw answer, where it is not the state itself. */
  text?: string;
  /** Probability of the answer as the model reported it. */
  p?: number;
  /** Time the answer took, in milliseconds. */
  ms?: number;
}

/** What it takes to run an experiment again. */
export interface ExperimentRecord {
  name?: string;
  agent: { id: string; parameters: Record<string, unknown>; template: string };
  model: {
    engine: string;
    id: string;
    /** SHA-256 of the weights, and of the library where there is one. */
    hashes?: Record<string, string>;
    precision?: string;
    adapter?: string;
    /** How prompts reach the model: as they are, or through its chat template. */
    format?: 'plain' | 'chat';
    /** Where prompts were sent, and the model's name there; never a key. */
    endpoint?: { origin: string; model: string };
  };
  sampling: {
    temperature: number;
    topP: number;
    seed: number;
    source: 'uniform' | 'chain';
    maxTokens: number;
    attempts: number | null;
    /** Of a server: requests under way at once; the draws of sources depend on it. */
    parallel?: number;
  };
  steering: null;
  version: string;
  [more: string]: unknown;
}

/** First line of a native log. */
export interface LogHeader {
  equipoise: 1;
  kind: 'log';
  id: string;
  created: string;
  experiment: ExperimentRecord;
}

export interface TransitionLog {
  header: LogHeader;
  attempts: Attempt[];
}

/**
 * Counts as a sparse directed graph, rows compressed (CSR). n states, m distinct transitions f -> g
 * with f != g. For every f: attempts[f] = sum of its counts + selfTransitions[f] + rejected[f]
 * (unless the attempts were given by the person, see `attemptsGiven`).
 */
export interface CountGraph {
  /** n names, index = state. */
  names: string[];
  /** n + 1 offsets into `target` and `count`. */
  rowStart: Int32Array;
  /** m column indices, ascending inside a row, never the row itself. */
  target: Int32Array;
  /** m counts N_fg > 0. */
  count: Float64Array;
  /** n: N_f, attempts from f, self-transitions and rejections included. */
  attempts: Float64Array;
  /** n: R_f. */
  rejected: Float64Array;
  /** n: N_ff. */
  selfTransitions: Float64Array;
  /** True where N_f was set by `--attempts-per-state`, not counted. */
  attemptsGiven: boolean;
  /**
   * True where the values are no counts but chances of one step, read off a model: N_fg is T_fg, N_f
   * is 1, and what a row lacks to 1 was not followed.
   */
  exact?: boolean;
}

/** An error as a value: a code, what was wrong, where. The page's sentences are keyed by code. */
export interface Fault {
  code: string;
  /** One sentence: what is wrong, where, what to do. */
  message: string;
}

export type Outcome<T> = { ok: true; value: T; warnings?: string[] } | { ok: false; fault: Fault };
