/** What a GGUF file says of itself, read from its beginning: architecture, context, size of its cache, chat template. */

export interface GgufHeader {
  name: string | null;
  architecture: string;
  /** Tokens that the model was trained on; null where the file does not say. */
  contextLength: number | null;
  layers: number | null;
  /** Values that one layer keeps of one token: keys, or values. */
  cacheWidth: number | null;
  hasChatTemplate: boolean;
  /** The file is one of several pieces. */
  pieces: number;
}

export type GgufRead = { ok: true; header: GgufHeader } | { ok: false; reason: string };

/** The header holds the whole vocabulary: up to this many bytes are looked at. */
const LIMIT_BYTES = 64 * 2 ** 20;

/** Raised where the bytes at hand end before the header does. */
class TooShort extends Error {}

/** Sizes of GGUF's value types by number; 8 is a string, 9 an array. */
const SIZES: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 },
};
const STRING = 8;
const ARRAY = 9;

/** Reads GGUF's values one after the other. @throws RangeError, or `TooShort` at the end of the bytes */
export class GgufReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(length: number): number {
    const at = this.at;
    if (at + length > this.bytes.byteLength) throw new TooShort();
    this.at += length;
    return at;
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(): number {
    const value = Number(this.view.getBigUint64(this.take(8), true));
    if (!Number.isSafeInteger(value)) throw new RangeError('a length beyond all bounds');
    return value;
  }

  text(): string {
    const length = this.u64();
    const at = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  /** A number or a text; an array is passed over, and its length given. */
  value(type: number): number | string {
    if (type === STRING) return this.text();
    if (type === ARRAY) return this.array();
    const size = SIZES[type];
    if (size === undefined) throw new RangeError(`a value of unknown type ${type}`);
    const at = this.take(size);
    if (type === 6) return this.view.getFloat32(at, true);
    if (type === 12) return this.view.getFloat64(at, true);
    if (size === 8) return Number(this.view.getBigInt64(at, true));
    if (size === 4) return this.view.getUint32(at, true);
    return size === 2 ? this.view.getUint16(at, true) : this.view.getUint8(at);
  }

  /** An array of numbers or texts. */
  list(): (number | string)[] {
    const type = this.u32();
    return Array.from({ length: this.u64() }, () => this.value(type));
  }

  private array(): number {
    const type = this.u32();
    const length = this.u64();
    if (type === STRING) for (let k = 0; k < length; k++) this.take(this.u64());
    else if (type === ARRAY) for (let k = 0; k < length; k++) this.array();
    else this.take(length * (SIZES[type] ?? 1));
    return length;
  }
}

function numberIn(values: Map<string, number | string>, key: string): number | null {
  const value = values.get(key);
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

function parse(bytes: Uint8Array): GgufHeader {
  const reader = new GgufReader(bytes);
  reader.u32(); // the magic, checked by the caller
  const version = reader.u32();
  if (version < 2 || version > 3) throw new RangeError(`GGUF version ${version} is not known`);
  reader.u64(); // tensors
  const entries = reader.u64();
  const values = new Map<string, number | string>();
  for (let k = 0; k < entries; k++) {
    const key = reader.text();
    values.set(key, reader.value(reader.u32()));
  }
  const architecture = String(values.get('general.architecture') ?? '');
  if (architecture === '') throw new RangeError('the file names no architecture');
  const of = (key: string) => numberIn(values, `${architecture}.${key}`);
  const heads = of('attention.head_count');
  const width = of('embedding_length');
  const perHead = of('attention.key_length') ?? (heads && width ? width / heads : null);
  const keyHeads = of('attention.head_count_kv') ?? heads;
  return {
    name:
      typeof values.get('general.name') === 'string' ? String(values.get('general.name')) : null,
    architecture,
    contextLength: of('context_length'),
    layers: of('block_count'),
    cacheWidth: perHead && keyHeads ? perHead * keyHeads : null,
    hasChatTemplate: values.has('tokenizer.chat_template'),
    pieces: numberIn(values, 'split.count') ?? 1,
  };
}

/**
 * Reads the header from the beginning of a file.
 * @param more gives the first `n` bytes, or all there are
 * @returns the header, or in a few words why the file is none that wllama can load
 */
export async function readGguf(more: (n: number) => Promise<Uint8Array>): Promise<GgufRead> {
  for (let n = 2 ** 20; n <= LIMIT_BYTES; n *= 4) {
    const bytes = await more(n);
    if (new TextDecoder().decode(bytes.subarray(0, 4)) !== 'GGUF')
      return { ok: false, reason: 'it does not begin as a GGUF file does' };
    try {
      const header = parse(bytes);
      if (header.pieces > 1)
        return { ok: false, reason: `it is one of ${header.pieces} pieces: join them first` };
      return { ok: true, header };
    } catch (error) {
      if (!(error instanceof TooShort)) return { ok: false, reason: (error as Error).message };
      if (bytes.byteLength < n) return { ok: false, reason: 'it ends in the middle of its header' };
    }
  }
  return { ok: false, reason: `its header is longer than ${LIMIT_BYTES} bytes` };
}

/** The header of a file at hand. */
export function readGgufBlob(blob: Blob): Promise<GgufRead> {
  return readGguf(async (n) => new Uint8Array(await blob.slice(0, n).arrayBuffer()));
}

/** Prompts of the agents are short; a longer context costs memory and is used by none of them. */
const LONGEST_CONTEXT = 2048;
const SHORTEST_CONTEXT = 512;
/** The cache of keys and values may take this many bytes. */
const CACHE_BYTES = 256 * 2 ** 20;

/**
 * Tokens of context to ask llama.cpp for: the model's own length, no more than 2,048, and halved
 * down to 512 while its cache of single floats (2 x layers x width x 4 bytes a token) is too large.
 */
export function contextFor({ contextLength, layers, cacheWidth }: GgufHeader): number {
  let context = Math.min(contextLength ?? LONGEST_CONTEXT, LONGEST_CONTEXT);
  const bytesPerToken = 8 * (layers ?? 0) * (cacheWidth ?? 0);
  while (context / 2 >= SHORTEST_CONTEXT && context * bytesPerToken > CACHE_BYTES) context /= 2;
  return context;
}
