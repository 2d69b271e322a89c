/** What this browser keeps of models: listed, and deleted one by one or all at once. On the page. */
import { fault } from '../fault';
import type { ModelOutcome } from '../language-model';
import { removeStoredFile, removeStoredFiles, storedFile } from './disk';
import { FileIndex, type ModelFilesRecord } from './file-index';
import { anyUnderWay } from './file-lock';

/** A model of which this browser has something. */
export interface KeptModel {
  id: string;
  /** The engines that its files are for: the pocket model has files for both. */
  engines: ('webllm' | 'wllama')[];
  /** Bytes on disk. */
  bytes: number;
  /** Bytes of all its files; null where that is not known yet. */
  total: number | null;
  /** Every file is here and was checked: it loads without a connection. */
  whole: boolean;
}

async function withIndex<T>(work: (index: FileIndex) => Promise<T>): Promise<T> {
  const index = await FileIndex.open();
  try {
    return await work(index);
  } finally {
    index.close();
  }
}

/** What the disk has of a file. */
interface OnDisk {
  bytes: number;
  /** Its length where it is known: as it was checked, or as the server named it. */
  total: number | null;
  whole: boolean;
}

/** By address; a file whose bytes are gone, or are fewer than was noted, is not whole. */
async function readDisk(index: FileIndex): Promise<Map<string, OnDisk>> {
  const found = new Map<string, OnDisk>();
  for (const { url, name, state, bytes, total } of await index.files()) {
    const size = (await storedFile(name))?.size ?? 0;
    const whole = state === 'whole';
    found.set(url, {
      bytes: size,
      total: whole ? bytes : total,
      whole: whole && size === bytes,
    });
  }
  return found;
}

function readModel(
  { id, engine, files, total, whole }: ModelFilesRecord,
  disk: Map<string, OnDisk>,
): KeptModel {
  const here = files.map((url) => disk.get(url) ?? { bytes: 0, total: null, whole: false });
  // A GGUF is one file; of a folder, the files that are yet to come may not be known.
  const only = engine === 'wllama' && here.length === 1 ? here[0]!.total : null;
  return {
    id,
    engines: [engine],
    bytes: here.reduce((sum, file) => sum + file.bytes, 0),
    total: total ?? only,
    whole: whole && here.every((file) => file.whole),
  };
}

/** Two engines' files of one model as one entry: whole where one engine can run it. */
function joined(a: KeptModel, b: KeptModel): KeptModel {
  return {
    id: a.id,
    engines: [...a.engines, ...b.engines],
    bytes: a.bytes + b.bytes,
    total: a.total === null || b.total === null ? null : a.total + b.total,
    whole: a.whole || b.whole,
  };
}

/**
 * Every model of which something is here, the largest first.
 * @throws DOMException where the browser offers no storage
 */
export function listKept(): Promise<KeptModel[]> {
  return withIndex(async (index) => {
    const disk = await readDisk(index);
    const byId = new Map<string, KeptModel>();
    for (const record of await index.models()) {
      const model = readModel(record, disk);
      const other = byId.get(model.id);
      byId.set(model.id, other ? joined(other, model) : model);
    }
    return [...byId.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  });
}

/**
 * Deletes the files of a model that no other model needs.
 * @param options `forget`: also takes back the trust in their hashes, so that the next download may be
 *   another version; without it the next download has to be the same files
 * @returns fault `load-failed` where a page is fetching them now
 * @throws DOMException where the browser offers no storage
 */
export function deleteKept(
  id: string,
  options: { forget?: boolean } = {},
): Promise<ModelOutcome<null>> {
  return withIndex(async (index) => {
    const models = await index.models();
    const mine = models.filter((model) => model.id === id);
    const needed = new Set(models.filter((m) => m.id !== id).flatMap(({ files }) => files));
    const urls = mine.flatMap(({ files }) => files).filter((url) => !needed.has(url));
    if (await anyUnderWay(urls)) return fault('load-failed', 'it is being downloaded now');
    if (options.forget) await index.forgetHashes(urls);
    for (const url of urls) {
      const file = await index.file(url);
      if (!file) continue;
      await removeStoredFile(file.name);
      await index.dropFile(url);
    }
    for (const { key } of mine) await index.dropModel(key);
    return { ok: true, value: null };
  });
}

/**
 * Deletes every model's files; what is remembered of hashes and of own models stays.
 * @returns fault `load-failed` where a page is fetching one now
 * @throws DOMException where the browser offers no storage
 */
export function deleteAllKept(): Promise<ModelOutcome<null>> {
  return withIndex(async (index) => {
    const files = await index.files();
    if (await anyUnderWay(files.map(({ url }) => url)))
      return fault('load-failed', 'a model is being downloaded now');
    await removeStoredFiles();
    for (const { url } of files) await index.dropFile(url);
    for (const { key } of await index.models()) await index.dropModel(key);
    return { ok: true, value: null };
  });
}
