/** Brings one file here: from the store, from disk, or over the network, checked before anyone uses it. */
import { fault } from '../fault';
import type { ModelOutcome } from '../language-model';
import { openFile, removeStoredFile, storedFile } from './disk';
import { fileName, startHash, type RunningHash } from './file-hash';
import type { FileIndex, FileRecord } from './file-index';
import { HEAD_BYTES, KIND_WORDS, looksLike, type FileKind } from './file-kind';
import { MemoryFile, PassedBy, type Growing } from './memory-file';
import { networkFault, requestPart, type Part, type Resumption } from './request-part';
import { bytesInWords, freeBytes } from './storage';

/** A file that is wanted, and what is known of it beforehand. */
export interface WantedFile {
  url: string;
  kind: FileKind;
  /** Hexadecimal. */
  sha256?: string | undefined;
  md5?: string | undefined;
  bytes?: number | undefined;
  /** The file itself, as a person gave it from disk. */
  given?: Blob | undefined;
}

export interface ObtainedFile {
  blob: Blob;
  sha256: string;
}

export interface Obtaining {
  signal: AbortSignal;
  /** Bytes here so far, and the length where it is known. Called with what is stored already, first. */
  onBytes: (done: number, total: number | null) => void;
  /** Bytes that came over the network or from disk just now. */
  onFetched: (bytes: number) => void;
  onResumed: () => void;
}

/** Bytes are flushed to the disk so often: a machine that stops loses no more. */
const FLUSH_BYTES = 8 * 2 ** 20;
const READ_BYTES = 2 ** 20;

class Obtain {
  constructor(
    private readonly wanted: WantedFile,
    /** SHA-256 to ask for: as the source says, or as it was when the file was first trusted. */
    private readonly sha256: string | undefined,
    private readonly options: Obtaining,
  ) {}

  private get name(): string {
    return fileName(this.wanted.url);
  }

  /**
   * Fills `file` up and checks it. What is wrong is emptied; what is merely incomplete stays, to be
   * gone on with.
   * @param noteVersion told of length and version before the first byte is written
   */
  async fill(
    file: Growing,
    left: Pick<Resumption, 'total' | 'validator'>,
    noteVersion: (part: Part) => Promise<void>,
    room: (bytes: number) => Promise<ModelOutcome<null>>,
  ): Promise<ModelOutcome<string>> {
    const { wanted, options } = this;
    for (;;) {
      const before = file.size;
      let hash = await startHash(wanted.md5 !== undefined);
      if (before > 0) await this.rehash(file, hash);
      if (options.signal.aborted) return fault('cancelled', 'the load was cancelled');
      let joined = before > 0;
      if (before === 0 || before !== (wanted.bytes ?? left.total)) {
        const part = await this.open(before, left);
        if (!part.ok) return part;
        if (part.value.start !== before) {
          file.empty();
          hash = await startHash(wanted.md5 !== undefined);
          joined = false;
        }
        const granted = await room((part.value.total ?? file.size) - file.size);
        if (!granted.ok) {
          await part.value.stream.cancel().catch(() => undefined);
          return granted;
        }
        await noteVersion(part.value);
        if (joined) options.onResumed();
        const poured = await this.pour(part.value, file, hash);
        if (!poured.ok) return poured;
      }
      const checked = this.check(file, hash);
      if (checked.ok) return checked;
      file.empty();
      // What was joined together may be two versions of the file: one more try, from its start.
      if (!joined) return checked;
      left = { total: null, validator: null };
    }
  }

  private async rehash(file: Growing, hash: RunningHash): Promise<void> {
    for (let at = 0; at < file.size && !this.options.signal.aborted; at += READ_BYTES) {
      hash.update(file.read(at, READ_BYTES));
      // lets a cancellation in
      if (at % (32 * READ_BYTES) === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  private async open(
    start: number,
    left: Pick<Resumption, 'total' | 'validator'>,
  ): Promise<ModelOutcome<Part>> {
    const { given, url, md5 } = this.wanted;
    if (!given) {
      const hashKnown = this.sha256 !== undefined || md5 !== undefined;
      return requestPart(url, { start, ...left, hashKnown }, this.options.signal);
    }
    const from = start <= given.size ? start : 0;
    const stream = given.slice(from).stream();
    return { ok: true, value: { start: from, total: given.size, validator: null, stream } };
  }

  private async pour(part: Part, file: Growing, hash: RunningHash): Promise<ModelOutcome<null>> {
    const { wanted, options } = this;
    const reader = part.stream.getReader();
    const stop = () => void reader.cancel().catch(() => undefined);
    options.signal.addEventListener('abort', stop, { once: true });
    let unflushed = 0;
    let headSeen = file.size >= HEAD_BYTES;
    const total = wanted.bytes ?? part.total;
    try {
      options.onBytes(file.size, total);
      for (;;) {
        const { done, value } = await reader.read();
        if (options.signal.aborted) return fault('cancelled', 'the load was cancelled');
        if (done) break;
        file.append(value);
        hash.update(value);
        if (!headSeen && file.size >= HEAD_BYTES) {
          headSeen = true;
          const seen = this.checkHead(file);
          if (!seen.ok) return seen;
        }
        if (wanted.bytes !== undefined && file.size > wanted.bytes) {
          file.empty();
          return fault('integrity', `${this.name} is longer than ${wanted.bytes} bytes`);
        }
        options.onFetched(value.byteLength);
        options.onBytes(file.size, total);
        unflushed += value.byteLength;
        if (unflushed >= FLUSH_BYTES) {
          file.flush();
          unflushed = 0;
        }
      }
      // Compression on the way, which other origins hide, makes a file longer than announced, never shorter.
      if (part.total !== null && file.size < part.total)
        return fault('load-failed', `${this.name}: ${file.size} of ${part.total} bytes arrived`);
      return { ok: true, value: null };
    } catch (error) {
      if (options.signal.aborted) return fault('cancelled', 'the load was cancelled');
      if (error instanceof DOMException && error.name === 'QuotaExceededError')
        return fault('quota', `${this.name}: no room after ${bytesInWords(file.size)}`);
      if (wanted.given) return fault('load-failed', `${this.name} could not be read from disk`);
      return networkFault(wanted.url, error);
    } finally {
      options.signal.removeEventListener('abort', stop);
      stop();
    }
  }

  private checkHead(file: Growing): ModelOutcome<null> {
    const { kind } = this.wanted;
    if (looksLike(kind, file.read(0, HEAD_BYTES))) return { ok: true, value: null };
    file.empty();
    return fault('integrity', `${this.name} is not ${KIND_WORDS[kind]}`);
  }

  private check(file: Growing, hash: RunningHash): ModelOutcome<string> {
    const { wanted } = this;
    if (file.size === 0) return fault('integrity', `${this.name} is empty`);
    if (wanted.bytes !== undefined && file.size !== wanted.bytes)
      return fault(
        'integrity',
        `${this.name} has ${file.size} bytes, ${wanted.bytes} were expected`,
      );
    const { sha256, md5 } = hash.digest();
    if (this.sha256 !== undefined && sha256 !== this.sha256)
      return fault('integrity', `${this.name}: SHA-256 is ${sha256}, ${this.sha256} was expected`);
    if (wanted.md5 !== undefined && md5 !== wanted.md5)
      return fault('integrity', `${this.name}: MD5 is ${md5}, ${wanted.md5} was expected`);
    return { ok: true, value: sha256 };
  }
}

const always = async (): Promise<ModelOutcome<null>> => ({ ok: true, value: null });

/**
 * A file in memory, where nothing can be stored.
 * @returns faults `cancelled`, `offline`, `load-failed`, `integrity`
 */
export async function obtainInMemory(
  wanted: WantedFile,
  remembered: string | undefined,
  options: Obtaining,
): Promise<ModelOutcome<ObtainedFile>> {
  const file = new MemoryFile();
  const obtain = new Obtain(wanted, wanted.sha256 ?? remembered, options);
  const filled = await obtain.fill(
    file,
    { total: null, validator: null },
    async () => undefined,
    always,
  );
  if (!filled.ok) return filled;
  return { ok: true, value: { blob: file.blob(), sha256: filled.value } };
}

/**
 * A file that a person gave from disk, used where it lies: read once for its hash, copied nowhere.
 * @returns faults `cancelled`, `load-failed` (it cannot be read any more), `integrity`
 */
export async function checkInPlace(
  wanted: WantedFile,
  options: Obtaining,
): Promise<ModelOutcome<ObtainedFile>> {
  const blob = wanted.given!;
  const file = new PassedBy();
  const obtain = new Obtain(wanted, wanted.sha256, options);
  const filled = await obtain.fill(
    file,
    { total: null, validator: null },
    async () => undefined,
    always,
  );
  return filled.ok ? { ok: true, value: { blob, sha256: filled.value } } : filled;
}

/**
 * A file in the store: the stored one where it is whole and the one wanted; else what an earlier
 * download left is gone on with. The commit marker is written last, so that a page that ends in between
 * leaves a download to go on with, never a file that counts as whole.
 * @returns faults `cancelled`, `offline`, `load-failed`, `integrity` (nothing of it is kept), `quota`
 * @throws DOMException where the store itself fails
 */
export async function obtainInStore(
  wanted: WantedFile,
  index: FileIndex,
  options: Obtaining,
): Promise<ModelOutcome<ObtainedFile>> {
  const { url } = wanted;
  // What a card or a person says goes before what was seen; the latter still holds where they are silent.
  const sha256 = wanted.sha256 ?? (await index.rememberedHash(url));
  let record = await index.file(url);
  if (record?.state === 'whole') {
    const blob = await storedFile(record.name);
    if (blob?.size === record.bytes && (sha256 ?? record.sha256) === record.sha256) {
      options.onBytes(blob.size, blob.size);
      return { ok: true, value: { blob, sha256: record.sha256! } };
    }
    await removeStoredFile(record.name);
    record = undefined;
  }
  const left: FileRecord = record ?? {
    ...{ url, name: crypto.randomUUID(), state: 'partial', bytes: 0 },
    ...{ total: null, validator: null, sha256: null },
  };
  // The record goes first: a file without one would take up room that nobody knows of.
  await index.note(left);
  const filled = await fillStored(wanted, sha256, left, index, options);
  if (!filled.ok) return filled;
  const { bytes, sha256: found } = filled.value;
  await index.commit({ ...left, state: 'whole', bytes, sha256: found });
  const blob = await storedFile(left.name);
  if (!blob) return fault('load-failed', `${fileName(url)} is gone from the store`);
  return { ok: true, value: { blob, sha256: found } };
}

/** Opens the file on disk, fills it up, flushes and closes it; one without a byte is removed again. */
async function fillStored(
  wanted: WantedFile,
  sha256: string | undefined,
  left: FileRecord,
  index: FileIndex,
  options: Obtaining,
): Promise<ModelOutcome<{ bytes: number; sha256: string }>> {
  const file = await openFile(left.name);
  try {
    const filled = await new Obtain(wanted, sha256, options).fill(
      file,
      left,
      ({ total, validator }) => index.note({ ...left, total, validator }),
      room,
    );
    if (!filled.ok) return filled;
    file.flush();
    return { ok: true, value: { bytes: file.size, sha256: filled.value } };
  } finally {
    const nothing = file.size === 0;
    file.close();
    if (nothing) {
      await removeStoredFile(left.name).catch(() => undefined);
      await index.dropFile(wanted.url).catch(() => undefined);
    }
  }
}

async function room(bytes: number): Promise<ModelOutcome<null>> {
  const free = await freeBytes();
  if (free === null || bytes <= free) return { ok: true, value: null };
  return fault(
    'quota',
    `${bytesInWords(bytes)} are needed, the browser grants ${bytesInWords(free)} more`,
  );
}
