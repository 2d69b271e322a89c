/** What the files worker answers: the types of both ends of its port. */
import type { Method } from '../../rpc/rpc';
import type { LoadProgress, ModelOutcome, ModelSource } from '../language-model';

/** A model whose files are all here. */
export interface StoredModel {
  bytes: number;
  /** SHA-256 by file name. */
  hashes: Record<string, string>;
}

export type FilesMethods = {
  store: Method<
    /** `origins`: those that a person named, which requests may leave for. */
    { engine: 'webllm' | 'wllama'; source: ModelSource; origins: readonly string[] },
    LoadProgress,
    ModelOutcome<StoredModel>
  >;
};
