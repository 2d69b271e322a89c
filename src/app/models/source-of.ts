/** From the id of any model but the pocket model to what an engine needs, or a sentence why there is none. */
import { findModel } from '../../models/catalogue/catalogue';
import { modelSource } from '../../models/catalogue/model-source';
import type { ModelSource } from '../../models/language-model';
import { listOwn, needsFiles, ownSource } from '../../models/own/own-models';
import type { Outcome } from '../../transitions/types';
import { fault } from '../messages';

/** @returns faults `no-model` of an id that this browser does not know, `choose-files` of files on disk */
export async function sourceOf(id: string, base: string): Promise<Outcome<ModelSource>> {
  if (findModel(id)) return { ok: true, value: await modelSource(id, base) };
  const own = (await listOwn()).find((model) => model.id === id);
  if (own && needsFiles(own)) return { ok: false, fault: fault('choose-files', own.name) };
  const source = await ownSource(id);
  if (!source) return { ok: false, fault: fault('no-model', id) };
  return { ok: true, value: source };
}
