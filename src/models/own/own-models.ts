/** A person's own models in this browser: added with a first look, listed, loaded from, removed. On the page. */
import { fileName } from '../files/file-hash';
import { FileIndex } from '../files/file-index';
import { deleteKept } from '../files/kept-models';
import { askToPersist } from '../files/storage';
import { storeModel } from '../files/store-model';
import type { LoadProgress, ModelSource } from '../language-model';
import { describeOwn, folderFiles, refuse, type OwnRequest } from './describe-own';
import type { OwnModel } from './own-model';
import { readHashes } from './web-address';

/** An own model, or one sentence that says what is wrong with what was given. */
export type Added = { ok: true; model: OwnModel } | { ok: false; sentence: string };

export interface AddOptions {
  signal?: AbortSignal;
  /** Of copying files into this browser. */
  onProgress?: (progress: LoadProgress) => void;
}

/** Files from disk that are at hand in this visit, by model and address. */
const atHand = new Map<string, Record<string, Blob>>();
/** Own models of this visit, where the browser offers no storage. */
const visit = new Map<string, OwnModel>();

async function withIndex<T>(work: (index: FileIndex) => Promise<T>): Promise<T | null> {
  let index: FileIndex;
  try {
    index = await FileIndex.open();
  } catch {
    return null;
  }
  try {
    return await work(index);
  } finally {
    index.close();
  }
}

/** Own models, the one added last first. */
export async function listOwn(): Promise<OwnModel[]> {
  const stored = (await withIndex((index) => index.own())) ?? [];
  return [...stored, ...visit.values()].sort((a, b) => b.added - a.added);
}

/** True where the model's files were on disk and have to be chosen again before it can be used. */
export function needsFiles(model: OwnModel): boolean {
  return model.from === 'disk' && !atHand.has(model.id);
}

/** Where the files of an own model are; null where there is no such model. */
export async function ownSource(id: string): Promise<ModelSource | null> {
  const model = (await listOwn()).find((own) => own.id === id);
  if (!model) return null;
  const { format, hashes, model: folder, library, gguf } = model;
  const files = atHand.get(id);
  return {
    ...{ id, format, hashes },
    ...(folder !== undefined && library !== undefined && { webllm: { model: folder, library } }),
    ...(gguf !== undefined && { gguf: { url: gguf } }),
    ...(files && { files }),
  };
}

/** Forgets an own model and deletes its files. */
export async function removeOwn(id: string): Promise<void> {
  atHand.delete(id);
  visit.delete(id);
  await withIndex(async (index) => {
    await deleteKept(id, { forget: true });
    await index.dropOwn(id);
  });
}

/** Adds a model after a first look at it; a large file at an address is not fetched before it is used. */
export async function addOwn(request: OwnRequest, options: AddOptions = {}): Promise<Added> {
  const read = readHashes(request.hashes ?? {});
  if (!read.ok) return refuse(`The SHA-256 of ${read.name} has to be 64 hexadecimal digits.`);
  const described = await describeOwn(request, read.hashes, options.signal);
  if (!described.ok) return described;
  const { model, files } = described;
  if (files) {
    atHand.set(model.id, files);
    if ('keep' in request && request.keep) {
      const kept = await keep(model, options);
      if (!kept.ok) {
        atHand.delete(model.id);
        return kept;
      }
      return remember(kept.model);
    }
  }
  return remember(model);
}

/** Chooses the files of a model from disk again, in a later visit. */
export async function chooseAgain(id: string, files: readonly File[]): Promise<Added> {
  const model = (await listOwn()).find((own) => own.id === id);
  if (!model) return refuse('There is no such model in this browser.');
  const found = filesAgain(model, files);
  if (!found) return refuse('These are not the files of this model.');
  atHand.set(id, found);
  return { ok: true, model };
}

/** The files of a model among those chosen; null where they are others. */
function filesAgain(model: OwnModel, files: readonly File[]): Record<string, Blob> | null {
  const named = (url: string | undefined) =>
    files.find(({ name }) => url !== undefined && name === fileName(url));
  if (model.engine === 'wllama') {
    const file = named(model.gguf);
    return file ? { [model.gguf!]: file } : null;
  }
  const library = named(model.library);
  return (library && folderFiles(files, model.id, library)?.files) ?? null;
}

async function remember(model: OwnModel): Promise<Added> {
  const stored = await withIndex((index) => index.putOwn(model).then(() => true));
  if (!stored) visit.set(model.id, model);
  return { ok: true, model };
}

/** Copies a model's files from disk into this browser. */
async function keep(model: OwnModel, options: AddOptions): Promise<Added> {
  await askToPersist();
  const source: ModelSource = {
    ...{ id: model.id, format: model.format, hashes: model.hashes, files: atHand.get(model.id)! },
    ...(model.engine === 'webllm'
      ? { webllm: { model: model.model!, library: model.library! } }
      : { gguf: { url: model.gguf! } }),
  };
  const stored = await storeModel(model.engine, source, options);
  if (!stored.ok) return refuse(`The model could not be kept: ${stored.fault.detail}.`);
  atHand.delete(model.id);
  const { bytes, hashes } = stored.value;
  return { ok: true, model: { ...model, from: 'kept', bytes, hashes } };
}
