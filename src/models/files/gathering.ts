/** Brings the files of one model here, a few at a time, with one progress for all; into the store, or into memory. */
import { fault } from '../fault';
import type { LoadProgress, ModelOutcome, ModelSource } from '../language-model';
import { expectedHash, fileName } from './file-hash';
import { FileIndex, type ModelFilesRecord } from './file-index';
import { alone } from './file-lock';
import type { WantedFile } from './fill-file';
import { checkInPlace, obtainInMemory, obtainInStore, type ObtainedFile } from './obtain-file';
import { downloadProgress, Pace } from './pace';
import { bytesInWords, freeBytes } from './storage';

/** Files under way at once: more would not come sooner, and each has its buffers. */
const AT_ONCE = 3;

export interface GatherOptions {
  onProgress: (progress: LoadProgress) => void;
  signal: AbortSignal;
  /** Storing is what it is for: where it cannot be done that is a fault, and nothing comes into memory. */
  mustStore: boolean;
}

/** What a model needs, before its hash is looked up. */
export type FileWish = Pick<WantedFile, 'url' | 'kind' | 'md5' | 'bytes'>;

/** Bytes that a page may hold of a model that it cannot store: half of what the machine says it has. */
function memoryLimit(): number {
  const { deviceMemory = 4 } = navigator as { deviceMemory?: number };
  return (deviceMemory / 2) * 2 ** 30;
}

export class Gathering {
  /** The files, by address. */
  readonly files = new Map<string, Blob>();
  /** SHA-256 by file name. */
  readonly hashes: Record<string, string> = {};
  private readonly seen = new Map<string, { done: number; total: number | null }>();
  private readonly pace = new Pace();
  private fetched = 0;
  private resumed = false;
  /** What an earlier load noted of the model: stays true until this one is through. */
  private earlier: ModelFilesRecord | undefined;

  private constructor(
    private readonly source: ModelSource,
    private readonly engine: 'webllm' | 'wllama',
    private readonly options: GatherOptions,
    private index: FileIndex | null,
    /** Why nothing is stored; null where it is. */
    private fromMemory: string | null,
  ) {}

  /** Opens the store, or finds that there is none. @returns fault `quota` where there has to be one */
  static async begin(
    source: ModelSource,
    engine: 'webllm' | 'wllama',
    options: GatherOptions,
  ): Promise<ModelOutcome<Gathering>> {
    try {
      await navigator.storage.getDirectory();
      const index = await FileIndex.open();
      const gathering = new Gathering(source, engine, options, index, null);
      gathering.earlier = await index.model(gathering.key);
      return { ok: true, value: gathering };
    } catch (error) {
      const why = `this browser stores nothing for the page (${wordsOf(error)})`;
      if (options.mustStore) return fault('quota', why);
      return { ok: true, value: new Gathering(source, engine, options, null, why) };
    }
  }

  /** What is to come, so that progress and room are known before the first byte. */
  async expect(wishes: readonly FileWish[]): Promise<ModelOutcome<null>> {
    for (const { url, bytes } of wishes)
      if (!this.seen.has(url)) this.seen.set(url, { done: 0, total: bytes ?? null });
    const need = await this.needed(wishes);
    const free = this.index ? await freeBytes() : null;
    if (free !== null && need > free) {
      const words = `${bytesInWords(need)} are needed, the browser grants ${bytesInWords(free)} more`;
      const moved = this.toMemory(words);
      if (!moved.ok) return moved;
    }
    if (!this.index && need > memoryLimit())
      return fault('quota', `${this.fromMemory}; too much for memory: ${bytesInWords(need)}`);
    await this.noteModel(false);
    return { ok: true, value: null };
  }

  /** Bytes of these files that are not in the store yet. */
  private async needed(wishes: readonly FileWish[]): Promise<number> {
    let need = 0;
    for (const { url, bytes = 0 } of wishes)
      if ((await this.index?.file(url))?.state !== 'whole') need += bytes;
    return need;
  }

  /** From here on into memory, unless storing is what it is for. */
  private toMemory(why: string): ModelOutcome<null> {
    if (this.options.mustStore) return fault('quota', why);
    this.index = null;
    this.fromMemory = why;
    return { ok: true, value: null };
  }

  /** One file, checked. */
  async file(wish: FileWish, signal = this.options.signal): Promise<ModelOutcome<Blob>> {
    if (signal.aborted) return fault('cancelled', 'the load was cancelled');
    const given = this.source.files?.[wish.url];
    const sha256 = expectedHash(wish.url, this.source.hashes);
    const wanted = { ...wish, sha256, given };
    if (!this.seen.has(wish.url)) {
      this.seen.set(wish.url, { done: 0, total: wish.bytes ?? null });
      await this.noteModel(false);
    }
    const obtained = await this.obtain(wanted, signal);
    if (!obtained.ok) return obtained;
    this.files.set(wish.url, obtained.value.blob);
    this.hashes[fileName(wish.url)] = obtained.value.sha256;
    const { size } = obtained.value.blob;
    this.seen.set(wish.url, { done: size, total: size });
    this.report(true);
    return { ok: true, value: obtained.value.blob };
  }

  private async obtain(
    wanted: WantedFile,
    signal: AbortSignal,
  ): Promise<ModelOutcome<ObtainedFile>> {
    const options = {
      signal,
      onBytes: (done: number, total: number | null) => {
        this.seen.set(wanted.url, { done, total });
        this.report(false);
      },
      onFetched: (bytes: number) => void (this.fetched += bytes),
      onResumed: () => void (this.resumed = true),
    };
    const { index } = this;
    if (wanted.given && !this.options.mustStore) return checkInPlace(wanted, options);
    if (index)
      try {
        const kept = await alone(wanted.url, signal, () => obtainInStore(wanted, index, options));
        if (kept.ok || kept.fault.code !== 'quota') return kept;
        const moved = this.toMemory(kept.fault.detail);
        if (!moved.ok) return moved;
      } catch (error) {
        if (signal.aborted) return fault('cancelled', 'the load was cancelled');
        const moved = this.toMemory(`this browser failed to store a file (${wordsOf(error)})`);
        if (!moved.ok) return moved;
      }
    const remembered = await index?.rememberedHash(wanted.url).catch(() => undefined);
    return obtainInMemory(wanted, remembered, memoryLimit(), options);
  }

  /** All of these files, a few at a time. The first fault ends them all; what arrived by then stays. */
  async all(wishes: readonly FileWish[]): Promise<ModelOutcome<null>> {
    const waiting = [...wishes];
    const stop = new AbortController();
    const signal = AbortSignal.any([this.options.signal, stop.signal]);
    let failed: ModelOutcome<null> | null = null;
    const lane = async () => {
      for (let wish = waiting.shift(); wish && !failed; wish = waiting.shift()) {
        const file = await this.file(wish, signal);
        if (file.ok) continue;
        failed ??= file;
        stop.abort();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return failed ?? { ok: true, value: null };
  }

  /** Every file is here: the model's own commit marker. */
  async finish(): Promise<void> {
    await this.noteModel(true);
    this.index?.close();
  }

  /** Every file so far is one that a person gave from disk. */
  private get fromDisk(): boolean {
    const { files = {} } = this.source;
    return [...this.seen.keys()].every((url) => files[url] !== undefined);
  }

  private get key(): string {
    return `${this.engine}:${this.source.id}`;
  }

  /** Notes which files the model has. Files of an earlier load stay on the list, or nobody could delete them. */
  private async noteModel(finished: boolean): Promise<void> {
    const { earlier, engine } = this;
    const { id } = this.source;
    // files used where they lie on a person's disk are not in the store
    if (!this.options.mustStore && this.fromDisk) return;
    const totals = [...this.seen.values()].map(({ total }) => total);
    const sum = totals.includes(null) ? null : totals.reduce<number>((a, n) => a + n!, 0);
    const record: ModelFilesRecord = {
      ...{ key: this.key, id, engine, touched: Date.now() },
      files: [...new Set([...(earlier?.files ?? []), ...this.seen.keys()])],
      whole: finished || (earlier?.whole ?? false),
      total: finished ? sum : (earlier?.total ?? sum),
    };
    // the list of models is for people: a load does not fail on it
    await this.index?.putModel(record).catch(() => undefined);
  }

  private report(final: boolean): void {
    if (!this.pace.due(final)) return;
    let done = 0;
    let total: number | null = 0;
    for (const file of this.seen.values()) {
      done += file.done;
      total = total === null || file.total === null ? null : total + file.total;
    }
    const perSecond = this.pace.measure(this.fetched);
    const more = {
      ...(this.resumed && { resumed: true }),
      ...(this.fromMemory !== null && { fromMemory: this.fromMemory }),
    };
    this.options.onProgress(downloadProgress(done, total, perSecond, this.fromDisk, more));
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
