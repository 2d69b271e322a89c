/** The models that the set-up form offers beside the pocket model: kept here, one's own, or just asked for. */
import { findModel } from '../../models/catalogue/catalogue';
import { listKept } from '../../models/files/kept-models';
import { bytesInWords } from '../../models/files/storage';
import type { PromptFormat } from '../../models/language-model';
import type { EngineId } from '../../models/model-methods';
import { listOwn } from '../../models/own/own-models';

export interface ModelChoice {
  id: string;
  name: string;
  /** Where it comes from, as the head of a group. */
  group: string;
  format: PromptFormat;
  /** The only engine that runs it; null where there is a choice. */
  engine: EngineId | null;
  description: string;
}

/** @param wanted an id that is offered even where nothing of it is kept yet, if it is known */
export async function modelChoices(wanted: string): Promise<ModelChoice[]> {
  // Without storage nothing is kept; the wanted model is still offered.
  const [kept, own] = await Promise.all([listKept().catch(() => []), listOwn().catch(() => [])]);
  const choices = own.map(({ id, name, format, engine }): ModelChoice => ({
    ...{ id, name, format, engine, group: 'Your own' },
    description: 'A model that you added.',
  }));
  for (const id of new Set([...kept.map((model) => model.id), wanted])) {
    const model = findModel(id);
    if (!model?.record) continue;
    const here = kept.find((candidate) => candidate.id === id)?.whole === true;
    choices.push({
      ...{ id, name: model.name, format: 'chat', engine: 'webllm' },
      group: here ? 'In this browser' : 'From the catalogue',
      description: here
        ? model.description
        : `${model.description} The start of a walk downloads it: about ${bytesInWords(model.download.bytes)}.`,
    });
  }
  return choices;
}
