/** From the id of any model but the pocket model to what an engine needs, or a sentence why there is none. */
import { findModel } from '../../models/catalogue/catalogue';
import { modelSource } from '../../models/catalogue/model-source';
import { fileName } from '../../models/files/file-hash';
import type { ModelSource } from '../../models/language-model';
import type { OwnModel } from '../../models/own/own-model';
import { listOwn, needsFiles, ownSource } from '../../models/own/own-models';
import type { Outcome } from '../../transitions/types';
import { fault } from '../messages';

/** What is known of a model that is wanted; of a log also the hashes of its files. */
interface Wanted {
  id: string;
  engine: string;
  hashes?: Record<string, string> | undefined;
}

/** @returns faults `no-model` of an id that this browser does not know, `choose-files` of files on disk */
export async function sourceOf(wanted: Wanted, base: string): Promise<Outcome<ModelSource>> {
  const { id } = wanted;
  if (findModel(id)) return { ok: true, value: await modelSource(id, base) };
  const all = await listOwn();
  const own = all.find((model) => model.id === id) ?? all.find((model) => isAgain(model, wanted));
  if (own && needsFiles(own)) return { ok: false, fault: fault('choose-files', own.name) };
  const source = own && (await ownSource(own.id));
  if (!source) return { ok: false, fault: fault('no-model', id) };
  return { ok: true, value: source };
}

/** The wanted model added a second time, by its files' names; the load compares their hashes. */
function isAgain(model: OwnModel, { engine, hashes = {} }: Wanted): boolean {
  if (model.engine !== engine) return false;
  const names = new Set(Object.keys(model.hashes));
  for (const url of [model.gguf, model.library]) if (url) names.add(fileName(url));
  return [...names].some(
    (name) => hashes[name] !== undefined && (model.hashes[name] ?? hashes[name]) === hashes[name],
  );
}
