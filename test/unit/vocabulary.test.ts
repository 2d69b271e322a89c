/** The vocabulary of GGUF files written here: pieces, and what llama.cpp cannot report. */
import { describe, expect, it } from 'vitest';
import { readVocabulary, readVocabularyBlob } from '../../src/models/wllama/vocabulary';

const utf8 = new TextEncoder();
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number) => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string) => {
  const bytes = utf8.encode(value);
  return [u64(bytes.length), bytes];
};

/** A header with a tokenizer of this kind. */
function gguf(model: string, tokens: [string, number][]): Uint8Array<ArrayBuffer> {
  const parts = [
    ...[utf8.encode('GGUF'), u32(3), u64(0), u64(4)],
    ...[...text('general.architecture'), u32(8), ...text('llama')],
    ...[...text('tokenizer.ggml.model'), u32(8), ...text(model)],
    ...[...text('tokenizer.ggml.tokens'), u32(9), u32(8), u64(tokens.length)],
    ...tokens.flatMap(([token]) => text(token)),
    ...[...text('tokenizer.ggml.token_type'), u32(9), u32(5), u64(tokens.length)],
    ...tokens.map(([, type]) => u32(type)),
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const [NORMAL, CONTROL, USER, BYTE] = [1, 3, 4, 6];

function read(model: string, tokens: [string, number][]) {
  const found = readVocabulary(gguf(model, tokens));
  if (!found.ok) throw new Error(found.reason);
  const { pieces, unprintable, letter } = found.vocabulary;
  return { pieces: pieces.map((bytes) => [...bytes]), unprintable, letter };
}

describe('readVocabulary', () => {
  it('reads the byte alphabet of GPT-2, and finds the broken pieces of characters', () => {
    const { pieces, unprintable, letter } = read('gpt2', [
      ['<|im_end|>', CONTROL],
      ['\u0120cat', NORMAL], // a space before it
      ['a', NORMAL],
      ['\u00c3\u00a9', NORMAL], // both bytes of é
      ['\u00c3', NORMAL], // the first byte of é: left out at the end, and reported
      ['\u00a9', NORMAL], // its second byte: no text
      ['\u00f0\u0141\u013a', NORMAL], // three bytes of an emoji
      ['a\u00a9', NORMAL], // a letter, then the end of some character
      ['<tool>', USER],
      ['\u00ff', NORMAL], // a byte that begins no character
    ]);
    expect(pieces).toEqual([
      [],
      [32, 99, 97, 116],
      [97],
      [0xc3, 0xa9],
      [0xc3],
      [0xa9],
      [0xf0, 0x9f, 0x98],
      [97, 0xa9],
      [...utf8.encode('<tool>')],
      [0xff],
    ]);
    expect(unprintable).toEqual([5, 7, 9]);
    expect(letter).toBe(2);
  });

  it('reads blocks for spaces and tokens of one byte', () => {
    const { pieces, unprintable } = read('llama', [
      ['<s>', CONTROL],
      ['\u2581cat', NORMAL],
      ['<0x0A>', BYTE],
      ['<0x80>', BYTE],
      ['b', NORMAL],
    ]);
    expect(pieces).toEqual([[], [32, 99, 97, 116], [10], [0x80], [98]]);
    expect(unprintable).toEqual([3]);
  });

  it('refuses a kind of tokenizer that it does not know', async () => {
    const found = await readVocabularyBlob(new Blob([gguf('rwkv', [['a', NORMAL]])]));
    expect(found).toMatchObject({ ok: false });
    expect(!found.ok && found.reason).toContain('rwkv');
  });

  it('says so where the header is cut short', async () => {
    const whole = gguf('llama', [['a', NORMAL]]);
    const cut = await readVocabularyBlob(new Blob([whole.slice(0, whole.length - 2)]));
    expect(cut.ok).toBe(false);
  });
});
