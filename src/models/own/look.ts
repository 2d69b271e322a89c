/** A first look at a person's own model, before it is added: is it a model that this page can load? */
import { readConfig, readShards, tokenizerFile, type ChatConfig } from '../webllm/chat-config';
import { readGguf, type GgufHeader } from '../wllama/gguf-header';
import { HEAD_BYTES, looksLike } from '../files/file-kind';
import { fileName } from '../files/file-hash';

/** Where a file can be read from its beginning: at an address, or on disk. */
export type Place = { url: string } | { file: Blob; name: string };

/** What a look found, or a sentence that says what is wrong. */
export type Looked<T> = { ok: true; value: T } | { ok: false; sentence: string };

export interface LookedFolder {
  config: ChatConfig;
  /** Paths of all files in the folder that the model needs. */
  paths: string[];
  /** Bytes of the weights. */
  bytes: number;
}

function nameOf(place: Place): string {
  return 'url' in place ? fileName(place.url) : place.name;
}

/** The beginning of a file, as much of it as is asked for. */
interface Beginning {
  /** The first `n` bytes, or all there are. */
  more(n: number): Promise<Uint8Array>;
  close(): void;
}

/** Opens a place; a sentence where it cannot be read. */
async function open(place: Place, signal?: AbortSignal): Promise<Looked<Beginning>> {
  if ('file' in place) {
    const more = async (n: number) => new Uint8Array(await place.file.slice(0, n).arrayBuffer());
    return { ok: true, value: { more, close: () => undefined } };
  }
  const enough = new AbortController();
  const ends = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal;
  try {
    const response = await fetch(place.url, {
      ...{ signal: ends, referrerPolicy: 'no-referrer', cache: 'no-store' },
    });
    if (!response.ok || !response.body) {
      enough.abort();
      return refuse(`The server answered ${response.status} for ${nameOf(place)}.`);
    }
    const more = beginningOf(response.body.getReader());
    return { ok: true, value: { more, close: () => enough.abort() } };
  } catch {
    return unreachable(place);
  }
}

function unreachable(place: { url: string }): { ok: false; sentence: string } {
  if (!navigator.onLine)
    return refuse('There is no connection: the address could not be looked at.');
  return refuse(
    `${new URL(place.url).host} could not be reached, or does not let this page read ${nameOf(place)}: the server has to allow it (CORS).`,
  );
}

/** Reads on where it stopped, so that asking for more fetches nothing twice. */
function beginningOf(reader: ReadableStreamDefaultReader<Uint8Array>): Beginning['more'] {
  let held = new Uint8Array(0);
  let size = 0;
  return async (n) => {
    while (size < n) {
      const { done, value } = await reader.read();
      if (done) break;
      if (size + value.length > held.length) {
        const grown = new Uint8Array(Math.max(2 * held.length, size + value.length));
        grown.set(held.subarray(0, size));
        held = grown;
      }
      held.set(value, size);
      size += value.length;
    }
    return held.subarray(0, Math.min(n, size));
  };
}

/** The first `n` bytes of a place, or all there are; a sentence where it cannot be read. */
async function head(place: Place, n: number, signal?: AbortSignal): Promise<Looked<Uint8Array>> {
  const opened = await open(place, signal);
  if (!opened.ok) return opened;
  try {
    return { ok: true, value: await opened.value.more(n) };
  } catch {
    return 'url' in place ? unreachable(place) : refuse(`${nameOf(place)} could not be read.`);
  } finally {
    opened.value.close();
  }
}

function refuse(sentence: string): { ok: false; sentence: string } {
  return { ok: false, sentence };
}

/** Longer than any configuration or list of weights. */
const TEXT_BYTES = 8 * 2 ** 20;

async function text(place: Place, signal?: AbortSignal): Promise<Looked<string>> {
  const bytes = await head(place, TEXT_BYTES, signal);
  return bytes.ok ? { ok: true, value: new TextDecoder().decode(bytes.value) } : bytes;
}

/**
 * Looks at a folder of a WebLLM model: its configuration and its list of weights, nothing larger.
 * @param place where a file of the folder is; null where the folder has none of that name
 */
export async function lookAtFolder(
  place: (path: string) => Place | null,
  signal?: AbortSignal,
): Promise<Looked<LookedFolder>> {
  const configAt = place('mlc-chat-config.json');
  if (!configAt)
    return refuse('This is no folder of a WebLLM model: mlc-chat-config.json is not in it.');
  const configText = await text(configAt, signal);
  if (!configText.ok) return configText;
  const config = readConfig(configText.value);
  if (!config)
    return refuse(
      'This is no folder of a WebLLM model: mlc-chat-config.json is not its configuration.',
    );
  const tokenizer = tokenizerFile(config);
  if (!tokenizer) return refuse('The model has no tokenizer.json, which WebLLM needs.');
  const indexAt = place('tensor-cache.json');
  if (!indexAt)
    return refuse(
      'This is no folder of a WebLLM model: tensor-cache.json, its list of weights, is not in it.',
    );
  const indexText = await text(indexAt, signal);
  if (!indexText.ok) return indexText;
  const shards = readShards(indexText.value);
  if (!shards) return refuse('tensor-cache.json does not list the weights of a WebLLM model.');
  const paths = ['mlc-chat-config.json', 'tensor-cache.json', tokenizer];
  paths.push(...shards.map(({ path }) => path));
  const missing = paths.find((path) => place(path) === null);
  if (missing !== undefined) return refuse(`The folder lacks ${missing}, which the model needs.`);
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  return { ok: true, value: { config, paths, bytes } };
}

/** Looks at the first bytes of a compiled library. */
export async function lookAtLibrary(place: Place, signal?: AbortSignal): Promise<Looked<null>> {
  const bytes = await head(place, HEAD_BYTES, signal);
  if (!bytes.ok) return bytes;
  if (looksLike('library', bytes.value)) return { ok: true, value: null };
  return refuse(`${nameOf(place)} is no compiled library: it has to be a WebAssembly file.`);
}

/** Looks at the header of a GGUF file; no more of it is fetched than that. */
export async function lookAtGguf(place: Place, signal?: AbortSignal): Promise<Looked<GgufHeader>> {
  const opened = await open(place, signal);
  if (!opened.ok) return opened;
  try {
    const read = await readGguf((n) => opened.value.more(n));
    if (read.ok) return { ok: true, value: read.header };
    return refuse(`${nameOf(place)} cannot be used: ${read.reason}.`);
  } catch {
    return 'url' in place ? unreachable(place) : refuse(`${nameOf(place)} could not be read.`);
  } finally {
    opened.value.close();
  }
}
