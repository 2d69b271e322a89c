/** Puts a model's files, their SHA-256 checked, where WebLLM looks for them before it fetches anything. */
import { fault } from '../fault';
import { expectedHash, fetchVerified } from '../fetch-verified';
import type { LoadProgress, ModelOutcome, ModelSource } from '../language-model';

/** The names that WebLLM gives its parts of the Cache API (cache back end `cache`). */
const CACHES = { config: 'webllm/config', model: 'webllm/model', library: 'webllm/wasm' } as const;

/** The header that says which hash a stored file had when it was checked. */
const HASH_HEADER = 'x-sha256';

/** What is read of `mlc-chat-config.json`. */
export interface ChatConfig {
  vocab_size: number;
  context_window_size: number;
  quantization?: string;
  eos_token_id?: number | number[];
  conv_template?: { stop_token_ids?: number[] };
}

export interface StoredModel {
  config: ChatConfig;
  /** SHA-256 by file name, of every file that went through here. */
  hashes: Record<string, string>;
}

/** Checks the few fields that are used; the file comes from outside. */
function readConfig(text: string): ChatConfig | null {
  try {
    const value = JSON.parse(text) as Partial<ChatConfig> | null;
    const whole = (n: unknown) => Number.isInteger(n) && (n as number) > 0;
    if (!value || !whole(value.vocab_size)) return null;
    return value as ChatConfig;
  } catch {
    return null;
  }
}

/** The shards that `tensor-cache.json` names; null where it is not such a file. */
function readShards(text: string): { path: string; bytes: number }[] | null {
  try {
    const { records } = JSON.parse(text) as { records: { dataPath: string; nbytes: number }[] };
    const shards = records.map((r) => ({ path: String(r.dataPath), bytes: Number(r.nbytes) }));
    return shards.every((s) => /^[\w.-]+$/.test(s.path) && s.bytes >= 0) ? shards : null;
  } catch {
    return null;
  }
}

/** Fetches the files of one model, one after the other, with one progress for all of them. */
class Store {
  readonly hashes: Record<string, string> = {};
  private done = 0;
  /** Bytes still expected; raised once the shards are known. */
  total = 0;

  constructor(
    private readonly source: ModelSource,
    private readonly onProgress: (progress: LoadProgress) => void,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * One file: the stored one where its hash is the expected one, else fetched, checked and stored.
   * A file without a known hash is handed over as it comes, and stored by WebLLM itself.
   */
  async file(url: string, cacheName: string, bytes = 0): Promise<ModelOutcome<ArrayBuffer>> {
    if (this.signal.aborted) return fault('cancelled', 'the load was cancelled');
    const expected = expectedHash(url, this.source.hashes);
    const cache = expected === undefined ? null : await caches.open(cacheName);
    const stored = await cache?.match(url);
    let content: ArrayBuffer;
    let hash = expected;
    if (expected !== undefined && stored?.headers.get(HASH_HEADER) === expected)
      content = await stored.arrayBuffer();
    else {
      const fetched = await fetchVerified(url, this.source.hashes, this.signal, (share) =>
        this.report(share === null ? 0 : share * bytes),
      );
      if (!fetched.ok) return fetched;
      ({ bytes: content, hash } = fetched.value);
      // The hash goes in with the bytes, in one step: a load broken off leaves nothing half done.
      if (expected !== undefined)
        await cache?.put(url, new Response(content, { headers: { [HASH_HEADER]: expected } }));
    }
    this.hashes[new URL(url).pathname.split('/').pop()!] = hash!;
    this.done += bytes;
    this.report(0);
    return { ok: true, value: content };
  }

  private report(extra: number): void {
    const share = this.total > 0 ? Math.min(1, (this.done + extra) / this.total) : null;
    this.onProgress({ share, stage: 'fetch', text: 'fetching the model' });
  }
}

/**
 * Makes sure that every file with a known hash is stored and is what the card says.
 * @param source its `webllm.model` ends in `/resolve/…/`; `hashes` by file name or end of path
 * @returns the chat configuration and the hashes checked; faults `cancelled`, `load-failed` (not
 *   reached, cut short, no room), `integrity`
 */
export async function storeVerified(
  source: ModelSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<StoredModel>> {
  const { model, library } = source.webllm!;
  const at = (path: string) => new URL(path, model).href;
  const store = new Store(source, onProgress, signal);
  const decode = (bytes: ArrayBuffer) => new TextDecoder().decode(bytes);
  try {
    const configFile = await store.file(at('mlc-chat-config.json'), CACHES.config);
    if (!configFile.ok) return configFile;
    const config = readConfig(decode(configFile.value));
    if (!config) return fault('load-failed', 'mlc-chat-config.json is not a chat configuration');
    const index = await store.file(at('tensor-cache.json'), CACHES.model);
    if (!index.ok) return index;
    const shards = readShards(decode(index.value));
    if (!shards) return fault('load-failed', 'tensor-cache.json does not list the weights');
    store.total = shards.reduce((sum, shard) => sum + shard.bytes, 0);
    const rest = [
      ...shards.map((s) => ({ url: at(s.path), cache: CACHES.model, bytes: s.bytes })),
      { url: at('tokenizer.json'), cache: CACHES.model, bytes: 0 },
      { url: library, cache: CACHES.library, bytes: 0 },
    ];
    for (const { url, cache, bytes } of rest) {
      // Weights without a known hash are WebLLM's to fetch: they may be gigabytes.
      if (expectedHash(url, source.hashes) === undefined) continue;
      const file = await store.file(url, cache, bytes);
      if (!file.ok) return file;
    }
    return { ok: true, value: { config, hashes: store.hashes } };
  } catch (error) {
    if (signal.aborted) return fault('cancelled', 'the load was cancelled');
    return fault('load-failed', error instanceof Error ? error.message : String(error));
  }
}

/** A hexadecimal SHA-256 as WebLLM's integrity check wants it. */
export function subresourceIntegrity(hex: string): string {
  const bytes = hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
