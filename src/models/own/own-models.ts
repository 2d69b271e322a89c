/** A person's own models in this browser: added with a first look, listed, loaded from, removed. On the page. */
import { DISK_ORIGIN } from '../files/request-part';
import { FileIndex } from '../files/file-index';
import { deleteKept } from '../files/kept-models';
import { askToPersist } from '../files/storage';
import { storeModel } from '../files/store-model';
import type { LoadProgress, ModelSource, PromptFormat } from '../language-model';
import { lookAtFolder, lookAtGguf, lookAtLibrary, type Place } from './look';
import type { OwnModel } from './own-model';
import { fileAddress, folderAddress, readHashes } from './web-address';

/** What a person gives. `format` and `name` are theirs to choose; without, they are read off the model. */
export type OwnRequest = {
  name?: string;
  format?: PromptFormat;
  /** SHA-256 in hexadecimal by file name; empty ones are passed over. */
  hashes?: Record<string, string>;
} & (
  | { kind: 'webllm-address'; model: string; library: string }
  /** The files of a folder, as a file input gives them; the library among them or by itself. */
  | { kind: 'webllm-folder'; files: readonly File[]; library?: File; keep: boolean }
  | { kind: 'gguf-address'; url: string }
  | { kind: 'gguf-file'; file: File; keep: boolean }
);

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
  const described = await describe(request, read.hashes, options);
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
  const wanted = [model.gguf, model.model, model.library].filter((url) => url !== undefined);
  const found =
    model.engine === 'wllama'
      ? { [model.gguf!]: files[0] as Blob | undefined }
      : folderFiles(
          files,
          model.id,
          files.find(({ name }) => model.library?.endsWith(`/${name}`)),
        )?.files;
  if (!found || wanted.length === 0 || Object.values(found).includes(undefined))
    return refuse('These are not the files of this model.');
  atHand.set(id, found as Record<string, Blob>);
  return { ok: true, model };
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

type Described = { ok: true; model: OwnModel; files?: Record<string, Blob> } | Refused;
type Refused = { ok: false; sentence: string };

function refuse(sentence: string): Refused {
  return { ok: false, sentence };
}

async function describe(
  request: OwnRequest,
  hashes: Record<string, string>,
  options: AddOptions,
): Promise<Described> {
  if (request.kind === 'gguf-address') {
    const url = fileAddress(request.url);
    if (!url) return refuse('The address of the GGUF file has to begin with https:// or http://.');
    return describeGguf(request, { url }, hashes, options);
  }
  if (request.kind === 'gguf-file')
    return describeGguf(request, { file: request.file, name: request.file.name }, hashes, options);
  if (request.kind === 'webllm-address') {
    const model = folderAddress(request.model);
    const library = fileAddress(request.library);
    if (!model) return refuse('The address of the folder has to begin with https:// or http://.');
    if (!library)
      return refuse('A WebLLM model needs the address of its compiled library, a .wasm file.');
    return describeFolder(request, model, library, hashes, options);
  }
  const { files, library } = request;
  const wasm = files.filter(({ name }) => name.endsWith('.wasm'));
  if (!library && wasm.length === 0)
    return refuse('There is no compiled library (.wasm) among these files: choose one as well.');
  if (!library && wasm.length > 1)
    return refuse(`There are ${wasm.length} libraries (.wasm) in this folder: choose one of them.`);
  const id = newId(request.name ?? folderName(files));
  const folder = folderFiles(files, id, library ?? wasm[0]);
  if (!folder)
    return refuse('This is no folder of a WebLLM model: mlc-chat-config.json is not in it.');
  return describeFolder(request, folder.model, folder.library!, hashes, options, folder.files, id);
}

async function describeGguf(
  request: OwnRequest,
  place: Place,
  hashes: Record<string, string>,
  { signal }: AddOptions,
): Promise<Described> {
  const looked = await lookAtGguf(place, signal);
  if (!looked.ok) return looked;
  const { name: own, hasChatTemplate, contextLength } = looked.value;
  const fileName = 'url' in place ? place.url.split('/').pop()! : place.name;
  const name = request.name || own || decodeURIComponent(fileName).replace(/\.gguf$/i, '');
  const id = newId(name);
  const gguf = 'url' in place ? place.url : diskAddress(id, place.name);
  const model: OwnModel = {
    ...{ id, name, engine: 'wllama', gguf, hashes, contextLength, added: Date.now() },
    format: request.format ?? (hasChatTemplate ? 'chat' : 'plain'),
    from: 'url' in place ? 'address' : 'disk',
    bytes: 'url' in place ? null : place.file.size,
  };
  return 'url' in place ? { ok: true, model } : { ok: true, model, files: { [gguf]: place.file } };
}

async function describeFolder(
  request: OwnRequest,
  folder: string,
  library: string,
  hashes: Record<string, string>,
  { signal }: AddOptions,
  files?: Record<string, Blob>,
  id?: string,
): Promise<Described> {
  const placeOf = (url: string): Place | null => {
    if (!files) return { url };
    const file = files[url];
    return file ? { file, name: decodeURIComponent(url.split('/').pop()!) } : null;
  };
  const looked = await lookAtFolder((path) => placeOf(new URL(path, folder).href), signal);
  if (!looked.ok) return looked;
  const fits = await lookAtLibrary(placeOf(library)!, signal);
  if (!fits.ok) return fits;
  const { config, bytes } = looked.value;
  const name = request.name || nameOfFolder(folder);
  const model: OwnModel = {
    ...{ id: id ?? newId(name), name, engine: 'webllm', model: folder, library, hashes, bytes },
    format: request.format ?? (config.conv_template ? 'chat' : 'plain'),
    from: files ? 'disk' : 'address',
    contextLength: config.context_window_size > 0 ? config.context_window_size : null,
    added: Date.now(),
  };
  return files ? { ok: true, model, files } : { ok: true, model };
}

/** An id that addresses and logs can hold. */
function newId(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  const random = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36).padStart(7, '0');
  return ['own', words || 'model', random.slice(-6)].join('-');
}

/** The address that a file from disk goes by in this browser. */
function diskAddress(id: string, path: string): string {
  return `${DISK_ORIGIN}/${id}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The folder of the configuration in what a file input gave: addresses and files; null without one. */
function folderFiles(
  files: readonly File[],
  id: string,
  library: File | undefined,
): { model: string; library: string | null; files: Record<string, Blob> } | null {
  const pathOf = (file: File) => file.webkitRelativePath || file.name;
  const depth = (path: string) => path.split('/').length;
  const configs = files.map(pathOf).filter((path) => /(^|\/)mlc-chat-config\.json$/.test(path));
  const [config] = configs.sort((a, b) => depth(a) - depth(b));
  if (config === undefined) return null;
  const root = config.slice(0, -'mlc-chat-config.json'.length);
  const found: Record<string, Blob> = {};
  for (const file of files) {
    const path = pathOf(file);
    if (path.startsWith(root)) found[diskAddress(id, path.slice(root.length))] = file;
  }
  const libraryAt = library ? diskAddress(id, library.name) : null;
  if (library && libraryAt) found[libraryAt] = library;
  return { model: diskAddress(id, ''), library: libraryAt, files: found };
}

function folderName(files: readonly File[]): string {
  return files[0]?.webkitRelativePath.split('/')[0] || 'model';
}

/** Last telling part of a folder's address. */
function nameOfFolder(folder: string): string {
  const parts = decodeURIComponent(new URL(folder).pathname).split('/').filter(Boolean);
  const telling = parts.filter((part) => !['resolve', 'main'].includes(part));
  return telling.pop() ?? new URL(folder).host;
}
