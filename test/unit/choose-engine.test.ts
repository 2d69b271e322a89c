import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/models/choose-engine';
import { expectedHash } from '../../src/models/files/file-hash';

const gpu = (info: Partial<GPUAdapterInfo> | null) =>
  ({ requestAdapter: async () => (info ? { info } : null) }) as unknown as GPU;

describe('chooseEngine', () => {
  it('takes WebLLM on real hardware, even where the adapter says nothing of itself', async () => {
    expect(await chooseEngine(gpu({ vendor: 'apple', architecture: 'metal-3' }))).toMatchObject({
      engine: 'webllm',
      webgpu: true,
      adapter: 'apple metal-3',
    });
    expect((await chooseEngine(gpu({}))).engine).toBe('webllm');
  });

  it('takes wllama on software adapters, without an adapter, and says why', async () => {
    const software = await chooseEngine(gpu({ vendor: 'google', architecture: 'swiftshader' }));
    expect(software).toMatchObject({ engine: 'wllama', webgpu: true, software: true });
    expect(software.reason).toContain('swiftshader');
    expect(await chooseEngine(gpu({ isFallbackAdapter: true }))).toMatchObject({
      engine: 'wllama',
      software: true,
    });
    expect(await chooseEngine(gpu(null))).toMatchObject({ engine: 'wllama', webgpu: false });
    const broken = { requestAdapter: () => Promise.reject(new Error('no')) } as unknown as GPU;
    expect((await chooseEngine(broken)).engine).toBe('wllama');
  });
});

describe('expectedHash', () => {
  const hashes = { 'gguf/pocket-f16.gguf': 'a', 'pocket-f16.gguf': 'b', 'card.json': 'c' };

  it('takes the longest end of the address that is known', () => {
    expect(expectedHash('http://h/models/pocket/gguf/pocket-f16.gguf', hashes)).toBe('a');
    expect(expectedHash('http://h/other/pocket-f16.gguf?x=1', hashes)).toBe('b');
    expect(expectedHash('http://h/not-card.json', hashes)).toBeUndefined();
  });
});
