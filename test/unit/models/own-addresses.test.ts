/** What a person types for a model of their own, put in order. */
import { describe, expect, it } from 'vitest';
import {
  fileAddress,
  folderAddress,
  readHashes,
  webAddress,
} from '../../../src/models/own/web-address';

describe('an address', () => {
  it.each([
    ['models/x', null],
    ['javascript:alert(1)', null],
    ['file:///model', null],
    ['https://me:secret@example.org/', null],
    [' https://example.org/a ', 'https://example.org/a'],
  ])('%s', (text, address) => {
    expect(webAddress(text)?.href ?? null).toBe(address);
  });

  it.each([
    ['http://localhost:8000/model', 'http://localhost:8000/model/'],
    ['https://example.org/m/mlc-chat-config.json?download=true', 'https://example.org/m/'],
    ['https://huggingface.co/me/model', 'https://huggingface.co/me/model/resolve/main/'],
    ['https://huggingface.co/me/model/tree/dev', 'https://huggingface.co/me/model/resolve/dev/'],
    ['https://huggingface.co/me/m/resolve/main/', 'https://huggingface.co/me/m/resolve/main/'],
    ['model', null],
  ])('of a folder: %s', (text, address) => {
    expect(folderAddress(text)).toBe(address);
  });

  it.each([
    [
      'https://huggingface.co/me/m/blob/main/a.gguf',
      'https://huggingface.co/me/m/resolve/main/a.gguf',
    ],
    ['https://example.org/blob/a.gguf?x=1', 'https://example.org/blob/a.gguf?x=1'],
  ])('of a file: %s', (text, address) => {
    expect(fileAddress(text)).toBe(address);
  });
});

describe('hashes', () => {
  const hash = 'A'.repeat(64);

  it('are lower case, without a prefix, and empty ones are passed over', () => {
    const typed = { 'a.wasm': ` sha256:${hash} `, 'b.json': '' };
    expect(readHashes(typed)).toEqual({ ok: true, hashes: { 'a.wasm': 'a'.repeat(64) } });
  });

  it.each(['abc', 'g'.repeat(64), `${hash}0`])('%s is none', (text) => {
    expect(readHashes({ 'a.wasm': text })).toEqual({ ok: false, name: 'a.wasm' });
  });
});
