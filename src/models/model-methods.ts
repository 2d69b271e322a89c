/** What the model worker answers: the types of both ends of its port. */
import type { Method } from '../rpc/rpc';
import type {
  Completion,
  CompletionOptions,
  LoadProgress,
  ModelAbilities,
  ModelInfo,
  ModelOutcome,
  ModelSource,
} from './language-model';

export type EngineId = ModelInfo['engine'];

export interface LoadedModel {
  info: ModelInfo;
  can: ModelAbilities;
  endTokens: number[];
}

export type ModelMethods = {
  load: Method<{ engine: EngineId; source: ModelSource }, LoadProgress, ModelOutcome<LoadedModel>>;
  complete: Method<{ prompt: string; options: CompletionOptions }, never, ModelOutcome<Completion>>;
  distribution: Method<
    { prompt: string; prefix: readonly number[] },
    never,
    ModelOutcome<Float64Array>
  >;
  tokenize: Method<{ text: string }, never, ModelOutcome<number[]>>;
  detokenize: Method<{ ids: readonly number[] }, never, ModelOutcome<string>>;
  close: Method<Record<string, never>, never, void>;
};
