/** What the model worker answers: the types of both ends of its port. */
import type { Method } from '../rpc/rpc';
import type {
  Completion,
  CompletionOptions,
  Likeliest,
  LoadProgress,
  ModelAbilities,
  ModelInfo,
  ModelOutcome,
  ModelSource,
  Work,
} from './language-model';

export type EngineId = ModelInfo['engine'];

export interface LoadedModel {
  info: ModelInfo;
  can: ModelAbilities;
  endTokens: number[];
}

export type ModelMethods = {
  load: Method<
    /** `origins`: where else than to the page's own origin requests may go. */
    { engine: EngineId; source: ModelSource; origins: string[] },
    LoadProgress,
    ModelOutcome<LoadedModel>
  >;
  complete: Method<{ prompt: string; options: CompletionOptions }, never, ModelOutcome<Completion>>;
  distribution: Method<
    { prompt: string; prefix: readonly number[] },
    never,
    ModelOutcome<Float64Array>
  >;
  likeliest: Method<{ prompt: string; prefix: readonly number[] }, never, ModelOutcome<Likeliest>>;
  begin: Method<{ text: string }, never, void>;
  tokenize: Method<{ text: string }, never, ModelOutcome<number[]>>;
  detokenize: Method<{ ids: readonly number[] }, never, ModelOutcome<string>>;
  work: Method<Record<string, never>, never, Work | null>;
  close: Method<Record<string, never>, never, void>;
};
