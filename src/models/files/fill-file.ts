/** Fills one file up, from where an earlier download left it, and checks it: length, first bytes and hashes. */
import { fault } from '../fault';
import type { ModelOutcome } from '../language-model';
import { fileName, startHash, type RunningHash } from './file-hash';
import { HEAD_BYTES, KIND_WORDS, looksLike, type FileKind } from './file-kind';
import type { Growing } from './memory-file';
import { networkFault, requestPart, type Part, type Resumption } from './request-part';
import { bytesInWords } from './storage';

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

export class Filling {
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
      if (before === 0 || before !== this.wholeLength(left.total)) {
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

  /**
   * The length at which nothing more has to be asked for. What a server announced may be that of a
   * compressed answer: it is taken for the file's where a hash has the last word.
   */
  private wholeLength(announced: number | null): number | null {
    const { bytes, md5 } = this.wanted;
    return bytes ?? (this.sha256 !== undefined || md5 !== undefined ? announced : null);
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
