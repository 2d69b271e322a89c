/** From what a person gives for a model of their own to what this browser remembers of it. */
import { DISK_ORIGIN } from '../files/request-part';
import type { PromptFormat } from '../language-model';
import { lookAtFolder, lookAtGguf, lookAtLibrary, type Place } from './look';
import type { OwnModel } from './own-model';
import { fileAddress, folderAddress } from './web-address';

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

export type Described = { ok: true; model: OwnModel; files?: Record<string, Blob> } | Refused;
type Refused = { ok: false; sentence: string };

export function refuse(sentence: string): Refused {
  return { ok: false, sentence };
}

/** Looks at what was given, and describes it as an own model; nothing is stored. */
export async function describeOwn(
  request: OwnRequest,
  hashes: Record<string, string>,
  signal?: AbortSignal,
): Promise<Described> {
  if (request.kind === 'gguf-address') {
    const url = fileAddress(request.url);
    if (!url) return refuse('The address of the GGUF file has to begin with https:// or http://.');
    return describeGguf(request, { url }, hashes, signal);
  }
  if (request.kind === 'gguf-file')
    return describeGguf(request, { file: request.file, name: request.file.name }, hashes, signal);
  if (request.kind === 'webllm-address') {
    const model = folderAddress(request.model);
    const library = fileAddress(request.library);
    if (!model) return refuse('The address of the folder has to begin with https:// or http://.');
    if (!library)
      return refuse('A WebLLM model needs the address of its compiled library, a .wasm file.');
    return describeFolder(request, model, library, hashes, signal);
  }
  const { files, library } = request;
  const wasm = files.filter(({ name }) => name.endsWith('.wasm'));
  if (!library && wasm.length === 0)
    return refuse('There is no compiled library (.wasm) among these files: choose one as well.');
  if (!library && wasm.length > 1)
    return refuse(`There are ${wasm.length} libraries (.wasm) in this folder: choose one of them.`);
  const named = { ...request, name: request.name || folderName(files) };
  const id = newId(named.name);
  const folder = folderFiles(files, id, library ?? wasm[0]);
  if (!folder)
    return refuse('This is no folder of a WebLLM model: mlc-chat-config.json is not in it.');
  return describeFolder(named, folder.model, folder.library!, hashes, signal, folder.files, id);
}

async function describeGguf(
  request: OwnRequest,
  place: Place,
  hashes: Record<string, string>,
  signal?: AbortSignal,
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
  signal?: AbortSignal,
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
export function folderFiles(
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
