/**
 * What each token of a GGUF file stands for, read from the file: llama.cpp keeps its tokenizer to itself,
 * and its answers are JSON, which has no way to hold a token that is a broken piece of a character.
 */
import { GgufReader } from './gguf-header';

export interface Vocabulary {
  /** UTF-8 bytes of each token in an answer's text; none for tokens that are no text. */
  pieces: readonly Uint8Array[];
  /** Tokens that llama.cpp cannot report: bytes that begin in the middle of a character. */
  unprintable: readonly number[];
  /** A token of one letter. */
  letter: number;
}

/** Kinds of tokens in `tokenizer.ggml.token_type`. */
const NORMAL = 1;
const USER_DEFINED = 4;
const BYTE = 6;

/** The tokenizers of llama.cpp by how they write a token's text. */
const BYTE_LEVEL: readonly string[] = ['gpt2'];
const WITH_BLOCKS: readonly string[] = ['llama', 't5', 'gemma4'];

/** GPT-2's alphabet: a printable character for each byte. */
function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>();
  let others = 0;
  for (let byte = 0; byte < 256; byte++) {
    const own = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
    alphabet.set(String.fromCodePoint(own ? byte : 256 + others++), byte);
  }
  return alphabet;
}

/** Where a text's last character is cut off: the length before it, else the whole length. */
function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    const needed =
      (byte & 0xf8) === 0xf0 ? 4 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xe0) === 0xc0 ? 2 : 1;
    if (needed > 1) return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** True where llama.cpp can put a token into JSON: it leaves out an unfinished character at the end. */
function isPrintable(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, wholeLength(bytes)));
    return true;
  } catch {
    return false;
  }
}

export type VocabularyRead = { ok: true; vocabulary: Vocabulary } | { ok: false; reason: string };

/**
 * Reads the vocabulary of a GGUF file.
 * @param bytes its beginning, with the whole header
 * @returns the vocabulary, or in a few words why it cannot be read
 * @throws TooShort where the header goes on beyond the bytes
 */
export function readVocabulary(bytes: Uint8Array): VocabularyRead {
  const reader = new GgufReader(bytes);
  reader.u64(); // magic and version
  reader.u64(); // tensors
  const entries = reader.u64();
  let model = '';
  let texts: string[] = [];
  let types: number[] = [];
  for (let k = 0; k < entries; k++) {
    const key = reader.text();
    const type = reader.u32();
    if (key === 'tokenizer.ggml.tokens') texts = reader.list().map(String);
    else if (key === 'tokenizer.ggml.token_type') types = reader.list().map(Number);
    else if (key === 'tokenizer.ggml.model') model = String(reader.value(type));
    else reader.value(type);
  }
  if (texts.length === 0) return { ok: false, reason: 'it holds no list of tokens' };
  const blocks = WITH_BLOCKS.includes(model);
  if (!blocks && !BYTE_LEVEL.includes(model))
    return { ok: false, reason: `its tokenizer is of a kind that is not known here: ${model}` };

  const alphabet = byteAlphabet();
  const utf8 = new TextEncoder();
  const piece = (text: string, type: number): Uint8Array => {
    if (type === BYTE) return Uint8Array.of(parseInt(text.slice(3, 5), 16));
    if (type === USER_DEFINED) return utf8.encode(text);
    if (type !== NORMAL) return new Uint8Array();
    if (blocks) return utf8.encode(text.replaceAll('\u2581', ' '));
    return Uint8Array.from(Array.from(text).flatMap((c) => alphabet.get(c) ?? [...utf8.encode(c)]));
  };
  const pieces = texts.map((text, k) => piece(text, types[k] ?? NORMAL));
  const unprintable = [...pieces.keys()].filter((k) => !isPrintable(pieces[k]!));
  const letter = pieces.findIndex((p) => p.length === 1 && p[0]! >= 97 && p[0]! <= 122);
  return { ok: true, vocabulary: { pieces, unprintable, letter } };
}

/** The vocabulary of a file whose header was found to be whole. */
export async function readVocabularyBlob(blob: Blob): Promise<VocabularyRead> {
  for (let n = 2 ** 22; ; n *= 4) {
    const bytes = new Uint8Array(await blob.slice(0, n).arrayBuffer());
    try {
      return readVocabulary(bytes);
    } catch (error) {
      if (bytes.byteLength < n) return { ok: false, reason: (error as Error).message };
    }
  }
}
