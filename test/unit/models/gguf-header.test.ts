/** The header of a GGUF file, and the context that llama.cpp is asked for. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextFor, readGguf, readGgufBlob } from '../../../src/models/wllama/gguf-header';
import { threadsFor } from '../../../src/models/wllama/threads';

const POCKET = readFileSync('public/models/pocket/gguf/pocket-f16.gguf');
const read = (bytes: Uint8Array<ArrayBuffer>) => readGgufBlob(new Blob([bytes]));

/** A GGUF header of version 3 with these entries; whole numbers, texts and lists of texts. */
function gguf(entries: Record<string, number | string | string[]>): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const u32 = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(n);
    parts.push(bytes);
  };
  const u64 = (n: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(n));
    parts.push(bytes);
  };
  const text = (value: string) => {
    u64(Buffer.byteLength(value));
    parts.push(Buffer.from(value));
  };
  parts.push(Buffer.from('GGUF'));
  u32(3);
  u64(0);
  u64(Object.keys(entries).length);
  for (const [key, value] of Object.entries(entries)) {
    text(key);
    if (typeof value === 'number') {
      u32(4);
      u32(value);
    } else if (typeof value === 'string') {
      u32(8);
      text(value);
    } else {
      u32(9);
      u32(8);
      u64(value.length);
      value.forEach(text);
    }
  }
  return Uint8Array.from(Buffer.concat(parts));
}

const LLAMA = {
  'general.architecture': 'llama',
  'llama.context_length': 8192,
  'llama.block_count': 30,
  'llama.embedding_length': 576,
  'llama.attention.head_count': 9,
  'llama.attention.head_count_kv': 3,
};

describe('a header', () => {
  it('of the pocket model', async () => {
    expect(await read(Uint8Array.from(POCKET))).toMatchObject({
      ok: true,
      header: { architecture: 'llama', contextLength: 256, layers: 4, hasChatTemplate: true },
    });
  });

  it('behind a vocabulary of megabytes is read all the same, with no more of the file than it takes', async () => {
    const tokens = Array.from({ length: 200_000 }, (_, k) => `token number ${k}`);
    const bytes = gguf({
      ...LLAMA,
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.chat_template': '{{ messages }}',
    });
    expect(bytes.length).toBeGreaterThan(4e6);
    const file = new Uint8Array(40_000_000);
    file.set(bytes);
    const asked: number[] = [];
    const found = await readGguf(async (n) => {
      asked.push(n);
      return file.subarray(0, n);
    });
    expect(found).toMatchObject({ ok: true, header: { hasChatTemplate: true, cacheWidth: 192 } });
    expect(Math.max(...asked)).toBeLessThan(4 * bytes.length);
  });

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['is no GGUF file', Uint8Array.from(Buffer.from('<!doctype html>')), /does not begin/],
    ['is cut off', gguf(LLAMA).slice(0, 60), /middle of its header/],
    ['names no architecture', gguf({ 'general.name': 'x' }), /no architecture/],
    ['is one of several pieces', gguf({ ...LLAMA, 'split.count': 3 }), /one of 3 pieces/],
    ['claims a text beyond all bounds', gguf({ ...LLAMA }).fill(255, 24, 32), /beyond all bounds/],
    ['is of a version to come', gguf(LLAMA).fill(9, 4, 5), /version 9/],
  ])('that %s is refused with its reason', async (_, bytes, reason) => {
    const found = await read(bytes);
    expect(found.ok ? '' : found.reason).toMatch(reason);
  });
});

describe('the context', () => {
  const header = { name: null, architecture: 'llama', hasChatTemplate: true, pieces: 1 };

  it.each([
    // SmolLM2-135M: 2,048 tokens take 94 MB
    [8192, 30, 192, 2048],
    // the pocket model has no more
    [256, 4, 160, 256],
    [null, null, null, 2048],
    // 8 B parameters with 8 heads of 128: 262 kB a token
    [131072, 32, 1024, 1024],
    // many heads: the shortest that is of use, whatever it takes
    [4096, 80, 8192, 512],
  ])('of %s tokens, %s layers, width %s is %s', (contextLength, layers, cacheWidth, context) => {
    expect(contextFor({ ...header, contextLength, layers, cacheWidth })).toBe(context);
  });
});

describe('threads', () => {
  it.each([
    [false, 16, 1],
    [true, 1, 1],
    [true, 2, 1],
    [true, 4, 2],
    [true, 10, 5],
    [true, 64, 8],
  ])('isolated %s with %s processors: %s', (isolated, processors, threads) => {
    expect(threadsFor(isolated, processors)).toBe(threads);
  });
});
