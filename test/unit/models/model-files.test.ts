/** Small parts of the model files: hashes, first bytes, files in memory, pace, WebLLM's own files, its errors. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startHash } from '../../../src/models/files/file-hash';
import { looksLike } from '../../../src/models/files/file-kind';
import { MemoryFile, PassedBy } from '../../../src/models/files/memory-file';
import { obtainInMemory } from '../../../src/models/files/obtain-file';
import { Pace } from '../../../src/models/files/pace';
import { bytesInWords } from '../../../src/models/files/storage';
import {
  needsF16,
  readConfig,
  readShards,
  tokenizerFile,
} from '../../../src/models/webllm/chat-config';
import { loadFault } from '../../../src/models/webllm/load-fault';

const FOLDER = 'public/models/pocket/webllm/resolve/main/';

describe('a running hash', () => {
  it('is that of Node, however the bytes are cut', async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(parts, async (pieces) => {
        const hash = await startHash(true);
        for (const piece of pieces) hash.update(piece);
        const whole = Buffer.concat(pieces);
        expect(hash.digest()).toEqual({
          sha256: createHash('sha256').update(whole).digest('hex'),
          md5: createHash('md5').update(whole).digest('hex'),
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('first bytes', () => {
  it.each([
    ['library', 'public/models/pocket/webllm/pocket-webgpu.wasm'],
    ['gguf', 'public/models/pocket/gguf/pocket-f16.gguf'],
    ['json', `${FOLDER}mlc-chat-config.json`],
  ] as const)('%s', (kind, path) => {
    expect(looksLike(kind, readFileSync(path).subarray(0, 4))).toBe(true);
    expect(looksLike(kind, Buffer.from('<htm'))).toBe(false);
  });
});

describe('a file in memory', () => {
  it('gives back any stretch of what was appended', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 });
    fc.assert(
      fc.property(parts, fc.nat(600), fc.nat(600), (pieces, at, length) => {
        const file = new MemoryFile();
        pieces.forEach((piece) => file.append(piece));
        const whole = Buffer.concat(pieces);
        if (at > whole.length) return;
        expect(Buffer.from(file.read(at, length))).toEqual(whole.subarray(at, at + length));
      }),
    );
  });

  it('that only passes by keeps its first bytes and its length', () => {
    const file = new PassedBy();
    for (let k = 0; k < 100; k++) file.append(Uint8Array.of(k));
    expect([...file.read(0, 4)]).toEqual([0, 1, 2, 3]);
    expect(file.size).toBe(100);
  });
});

describe('what comes into memory', () => {
  const given = new Blob(['GGUF and so on']);
  const wanted = { url: 'https://example.org/a.gguf', kind: 'gguf' as const, given };
  const options = {
    signal: new AbortController().signal,
    ...{ onBytes: () => undefined, onFetched: () => undefined, onResumed: () => undefined },
  };

  it('is checked as what is stored is', async () => {
    const sha256 = createHash('sha256').update('GGUF and so on').digest('hex');
    const here = await obtainInMemory(wanted, undefined, 100, options);
    expect(here).toMatchObject({ ok: true, value: { sha256 } });
    const other = await obtainInMemory(wanted, 'a'.repeat(64), 100, options);
    expect(other).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    const card = { ...wanted, sha256 };
    expect(await obtainInMemory(card, 'a'.repeat(64), 100, options)).toMatchObject({ ok: true });
  });

  it('has a limit', async () => {
    expect(await obtainInMemory(wanted, undefined, 10, options)).toMatchObject({
      ok: false,
      fault: { code: 'quota', detail: expect.stringContaining('14 bytes') },
    });
  });
});

describe('the pace', () => {
  it('is that of the last seconds, not of the whole download', () => {
    let now = 0;
    const pace = new Pace(() => now);
    expect(pace.measure(0)).toBeNull();
    let fetched = 0;
    for (; now < 10_000; now += 200) pace.measure((fetched += 1000));
    expect(pace.measure((fetched += 1000))).toBeCloseTo(5000, -2);
    for (; now < 20_000; now += 200) pace.measure((fetched += 100));
    expect(pace.measure((fetched += 100))).toBeCloseTo(500, -1);
    for (; now < 30_000; now += 200) pace.measure(fetched);
    expect(pace.measure(fetched)).toBe(0);
  });
});

describe('bytes in words', () => {
  it.each([
    [999, '999 bytes'],
    [83_383, '83 kB'],
    [7_045_120, '7.0 MB'],
    [1_920_000_000, '1.92 GB'],
  ])('%s', (bytes, words) => {
    expect(bytesInWords(bytes)).toBe(words);
  });
});

describe("WebLLM's own files", () => {
  const text = readFileSync(`${FOLDER}mlc-chat-config.json`, 'utf8');

  it('say vocabulary, tokenizer and precision', () => {
    const config = readConfig(text)!;
    expect(config).toMatchObject({ vocab_size: 1536, context_window_size: 256 });
    expect(tokenizerFile(config)).toBe('tokenizer.json');
    expect(needsF16(config)).toBe(false);
    expect(needsF16({ ...config, quantization: 'q4f16_1' })).toBe(true);
    expect(tokenizerFile({ ...config, tokenizer_files: ['tokenizer.model'] })).toBe(
      'tokenizer.model',
    );
    expect(tokenizerFile({ ...config, tokenizer_files: ['vocab.json'] })).toBeNull();
  });

  it.each(['', '[]', '{}', '<html>', '{"vocab_size": 0}'])('%s is no configuration', (other) => {
    expect(readConfig(other)).toBeNull();
  });

  it('list the weights with length and MD5', () => {
    const [shard, ...others] = readShards(readFileSync(`${FOLDER}tensor-cache.json`, 'utf8'))!;
    expect(others).toEqual([]);
    const weights = readFileSync(`${FOLDER}${shard!.path}`);
    expect(shard!.bytes).toBe(weights.length);
    expect(shard!.md5).toBe(createHash('md5').update(weights).digest('hex'));
  });

  it.each([
    '{"records": []}',
    '{"records": [{"dataPath": "../secret", "nbytes": 1}]}',
    '{"records": [{"dataPath": "https://example.org/x", "nbytes": 1}]}',
    '{"records": [{"dataPath": "a.bin", "nbytes": -1}]}',
    '{"records": [{"dataPath": "a.bin", "nbytes": 1, "md5sum": "no"}]}',
  ])('%s is no list of weights', (other) => {
    expect(readShards(other)).toBeNull();
  });
});

describe('an error of WebLLM', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });

  it.each([
    [named('ShaderF16SupportError', 'no f16'), 'no-f16'],
    [named('WebGPUNotAvailableError', 'no WebGPU'), 'no-webgpu'],
    [named('DeviceLostError', 'lost'), 'device-lost'],
    [named('RangeError', 'Array buffer allocation failed'), 'out-of-memory'],
    [named('LinkError', 'import object field x is not a Function'), 'wrong-version'],
    [new TypeError('this.exports.TVMFFIFunctionCall is not a function'), 'wrong-version'],
    [new Error('Cannot find global function runtime.Something'), 'wrong-version'],
    [named('CompileError', 'expected magic word'), 'integrity'],
    [new Error('anything else'), 'load-failed'],
  ])('%s', (error, code) => {
    expect(loadFault(error, null).fault.code).toBe(code);
  });

  it('comes after what the device reported', () => {
    const seen = { code: 'out-of-memory' as const, detail: 'a buffer' };
    expect(loadFault(new Error('disposed'), seen).fault).toEqual(seen);
  });
});
