/** Models that cannot run here, and browsers that store nothing: refused in time, or run from memory. */
import { beforeEach, describe, expect, it } from 'vitest';
import { deleteAllKept, listKept } from '../../src/models/files/kept-models';
import type { LoadProgress, ModelOutcome, ModelSource } from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';
import type { LoadedModel, ModelMethods } from '../../src/models/model-methods';
import { connect } from '../../src/rpc/rpc';
import { expectRightWeights, SERVER, Site, storing, valueOf } from './helpers/breaking-site';

beforeEach(async () => {
  valueOf(await deleteAllKept());
});

describe('what cannot run here', () => {
  it('without shader-f16 is refused before anything is fetched', async () => {
    const site = new Site();
    await site.mischief({});
    const adapter = await navigator.gpu.requestAdapter();
    expect(adapter!.features.has('shader-f16'), 'the software adapter has none').toBe(false);
    const webllm = { ...site.webllm.webllm!, features: ['shader-f16'] };
    expect(await loadModel('webllm', { ...site.webllm, webllm })).toMatchObject({
      ok: false,
      fault: { code: 'no-f16' },
    });
    expect(await site.requests()).toEqual([]);
  });

  it('by the configuration of an own model is refused before its weights are fetched', async () => {
    const site = new Site();
    const at = `${SERVER}${site.name}/webllm/resolve/main/mlc-chat-config.json`;
    const config = await (await fetch(at)).json();
    const text = JSON.stringify({ ...config, quantization: 'q4f16_1' });
    await site.mischief({ replace: { match: 'mlc-chat-config.json', text } });
    expect(await loadModel('webllm', site.webllm)).toMatchObject({ fault: { code: 'no-f16' } });
    expect(await site.requests()).toHaveLength(1);
  });

  it.each([
    ['lacks what WebLLM calls', 'TVMFFIFunctionCall', 'TVMFFIFunctionCXXX'],
    ['calls what WebLLM lacks', 'TVMFFIWasmSafeCall', 'TVMFFIWasmSafeXXXX'],
  ])('is a library of another version that %s', async (_, from, to) => {
    const site = new Site();
    await site.mischief({ patch: { match: '.wasm', from, to } });
    const refused = await loadModel('webllm', site.webllm);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'wrong-version' } });
  });
});

describe('where nothing can be stored', () => {
  /** A model worker in a browser that stores nothing, or too little. */
  async function loadIn(worker: Worker, engine: 'webllm' | 'wllama', source: ModelSource) {
    const port = connect<ModelMethods>(worker);
    const progress: LoadProgress[] = [];
    const loaded: ModelOutcome<LoadedModel> = await port.call('load', storing(engine, source), {
      onProgress: (p) => progress.push(p),
    });
    return { port, loaded, why: progress.findLast((p) => p.bytes)?.fromMemory };
  }

  it.each(['webllm', 'wllama'] as const)('%s runs from memory and says why', async (engine) => {
    const site = new Site();
    await site.mischief({});
    const source = engine === 'webllm' ? site.webllm : site.gguf;
    const worker = new Worker(new URL('./helpers/storage-none.worker.ts', import.meta.url), {
      type: 'module',
    });
    const { port, loaded, why } = await loadIn(worker, engine, source);
    valueOf(loaded);
    expect(why).toContain('storage is off');
    await expectRightWeights({
      distribution: (prompt, prefix) => port.call('distribution', { prompt, prefix }),
    });
    worker.terminate();
    expect(await listKept()).toEqual([]);
  });

  it('a quota that is too small is said with both numbers', async () => {
    const site = new Site();
    await site.mischief({});
    const worker = new Worker(new URL('./helpers/storage-little.worker.ts', import.meta.url), {
      type: 'module',
    });
    const { loaded, why } = await loadIn(worker, 'wllama', site.gguf);
    valueOf(loaded);
    expect(why).toBe('3.1 MB are needed, the browser grants 1.0 MB more');
    worker.terminate();
    expect(await listKept()).toEqual([]);
  });
});
