/** Files of a model from a server that breaks off, corrupts and forgets: nothing wrong is ever kept or used. */
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Answered, Mischief } from '../helpers/mischief';
import reference from '../fixtures/pocket/distributions.json';
import referenceUrl from '../fixtures/pocket/distributions.f32?url';
import type { FilesMethods } from '../../src/models/files/files-methods';
import { deleteAllKept, deleteKept, listKept } from '../../src/models/files/kept-models';
import { storeModel } from '../../src/models/files/store-model';
import type {
  LanguageModel,
  LoadProgress,
  ModelOutcome,
  ModelSource,
} from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';
import type { LoadedModel, ModelMethods } from '../../src/models/model-methods';
import { connect } from '../../src/rpc/rpc';

const SERVER = inject('fileServer');
const SHARD = 'params_shard_0.bin';
const SHARD_BYTES = 7_045_120;
const GGUF_BYTES = 3_076_000;

/** What the pocket model's card says of its files, by file name. */
let HASHES: Record<string, string>;

beforeAll(async () => {
  const { files } = (await (await fetch('/models/pocket/card.json')).json()) as {
    files: Record<string, { sha256: string }>;
  };
  HASHES = Object.fromEntries(
    Object.entries(files).map(([path, { sha256 }]) => [path.split('/').pop()!, sha256]),
  );
});

/** A site of the breaking server for one test, and the pocket model on it as somebody's own. */
class Site {
  private static next = 0;
  readonly name = `site${Site.next++}`;

  get webllm(): ModelSource {
    const at = `${SERVER}${this.name}/webllm/`;
    return {
      ...{ id: `webllm-${this.name}`, format: 'plain', hashes: {} },
      webllm: { model: `${at}resolve/main/`, library: `${at}pocket-webgpu.wasm` },
    };
  }

  get gguf(): ModelSource {
    const url = `${SERVER}${this.name}/gguf/pocket-f16.gguf`;
    return { id: `gguf-${this.name}`, format: 'plain', gguf: { url }, hashes: {} };
  }

  /** Sets what goes wrong from now on, and forgets the requests so far. */
  async mischief(mischief: Mischief): Promise<void> {
    const body = JSON.stringify(mischief);
    await fetch(`${SERVER}control/${this.name}`, { method: 'PUT', body });
  }

  /** Requests for files whose path holds `match`, since the last mischief. */
  async requests(match = ''): Promise<Answered[]> {
    const answered = (await (await fetch(`${SERVER}control/${this.name}`)).json()) as Answered[];
    return answered.filter(({ path }) => path.includes(match));
  }
}

function valueOf<T>(outcome: ModelOutcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.fault.code}: ${outcome.fault.detail}`);
  return outcome.value;
}

/** One request: for what was not here yet, to the byte. */
function expectRest(requests: Answered[], size: number, atLeast: number): void {
  expect(requests).toHaveLength(1);
  const { status, range, bytes } = requests[0]!;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]);
  expect(start).toBeGreaterThanOrEqual(atLeast);
  expect({ status, bytes }).toEqual({ status: 206, bytes: size - start });
}

async function keptBytes(id: string): Promise<number> {
  return (await listKept()).find((model) => model.id === id)?.bytes ?? 0;
}

/** The model's answer to a prompt is that of the training framework: these are the right weights. */
async function expectRightWeights(model: Pick<LanguageModel, 'distribution'>): Promise<void> {
  const expected = new Float32Array(await (await fetch(referenceUrl)).arrayBuffer());
  const answer = valueOf(await model.distribution(reference.prompts[0]!.text, []));
  let distance = 0;
  answer.forEach((log, k) => (distance += Math.abs(Math.exp(log) - expected[k]!) / 2));
  expect(distance).toBeLessThan(0.005);
}

beforeEach(async () => {
  valueOf(await deleteAllKept());
});

describe('a download', () => {
  it('that broke in the middle is resumed: WebLLM loads, and the server sends the rest only', async () => {
    const site = new Site();
    const { webllm } = site;
    await site.mischief({ breakAfter: { match: SHARD, bytes: 3_000_000 } });
    const broken = await loadModel('webllm', webllm);
    expect(broken).toMatchObject({ ok: false, fault: { code: 'load-failed' } });
    const [partial] = await listKept();
    expect(partial).toMatchObject({ id: webllm.id, whole: false });

    await site.mischief({});
    const progress: LoadProgress[] = [];
    const model = valueOf(
      await loadModel('webllm', webllm, { onProgress: (p) => progress.push(p) }),
    );
    expectRest(await site.requests(SHARD), SHARD_BYTES, 1_000_000);
    expect(await site.requests('.wasm')).toEqual([]);
    expect(progress.some(({ resumed }) => resumed)).toBe(true);
    const last = progress.findLast(({ bytes }) => bytes)!.bytes!;
    expect(last.done).toBe(last.total);
    expect(last.total).toBeGreaterThan(SHARD_BYTES);
    await expectRightWeights(model);
    expect(model.info.hashes).toMatchObject({
      [SHARD]: HASHES[SHARD],
      'pocket-webgpu.wasm': HASHES['pocket-webgpu.wasm'],
    });
    await model.close();

    // what is whole needs no server
    await site.mischief({ down: true });
    const offline = valueOf(await loadModel('webllm', webllm));
    await expectRightWeights(offline);
    await offline.close();
    expect(await site.requests()).toEqual([]);
    expect(await listKept()).toMatchObject([{ id: webllm.id, whole: true }]);
  });

  it('says how many bytes of how many, and how fast, at any size', async () => {
    const site = new Site();
    await site.mischief({ pauseMs: 15 });
    const progress: LoadProgress[] = [];
    valueOf(await storeModel('wllama', site.gguf, { onProgress: (p) => progress.push(p) }));
    const bytes = progress.map((p) => p.bytes!);
    expect(bytes.length).toBeGreaterThan(4);
    for (const { total } of bytes.slice(1)) expect(total).toBe(GGUF_BYTES);
    const done = bytes.map((b) => b.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(GGUF_BYTES);
    // 64 kB each 15 ms and a little
    const pace = bytes.at(-1)!.perSecond!;
    expect(pace).toBeGreaterThan(2e5);
    expect(pace).toBeLessThan(5e6);
  });

  it('that was cancelled is resumed', async () => {
    const site = new Site();
    await site.mischief({ pauseMs: 30 });
    const stop = new AbortController();
    const cancelled = await loadModel('wllama', site.gguf, {
      signal: stop.signal,
      onProgress: ({ bytes }) => bytes!.done > 500_000 && stop.abort(),
    });
    expect(cancelled).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
    const kept = await keptBytes(site.gguf.id);
    expect(kept).toBeGreaterThan(500_000);
    expect(kept).toBeLessThan(GGUF_BYTES);
    await site.mischief({});
    valueOf(await storeModel('wllama', site.gguf));
    expectRest(await site.requests(), GGUF_BYTES, kept);
  });

  it('whose worker was killed is resumed, and never counts as whole before', async () => {
    const site = new Site();
    await site.mischief({ pauseMs: 30 });
    const worker = new Worker(new URL('../../src/models/files/files.worker.ts', import.meta.url), {
      type: 'module',
    });
    const origins = [new URL(SERVER).origin];
    await new Promise<void>((resolve) => {
      void connect<FilesMethods>(worker).call(
        'store',
        { engine: 'wllama', source: site.gguf, origins },
        { onProgress: ({ bytes }) => bytes!.done > 500_000 && resolve() },
      );
    });
    worker.terminate();
    const [partial] = await listKept();
    expect(partial).toMatchObject({ whole: false, total: null });
    expect(partial!.bytes).toBeGreaterThan(500_000);
    await site.mischief({});
    const model = valueOf(await loadModel('wllama', site.gguf));
    expectRest(await site.requests(), GGUF_BYTES, 500_000);
    await expectRightWeights(model);
    await model.close();
  });

  it('starts anew where the server knows no ranges', async () => {
    const site = new Site();
    await site.mischief({ breakAfter: { match: 'gguf', bytes: 1_000_000 } });
    expect(await storeModel('wllama', site.gguf)).toMatchObject({ ok: false });
    expect(await keptBytes(site.gguf.id)).toBeGreaterThan(0);
    await site.mischief({ noRanges: true });
    const { hashes } = valueOf(await storeModel('wllama', site.gguf));
    expect(hashes['pocket-f16.gguf']).toBe(HASHES['pocket-f16.gguf']);
    expect(await site.requests()).toMatchObject([{ status: 200, bytes: GGUF_BYTES }]);
  });

  it.each([
    ['another version of the file', { version: 'Wed, 02 Sep 2026 12:00:00 GMT' }],
    ['no version, and no hash is known', { noVersion: true }],
  ])('starts anew where the server names %s', async (_, mischief) => {
    const site = new Site();
    await site.mischief({ breakAfter: { match: 'gguf', bytes: 1_000_000 } });
    expect(await storeModel('wllama', site.gguf)).toMatchObject({ ok: false });
    await site.mischief(mischief);
    const { hashes } = valueOf(await storeModel('wllama', site.gguf));
    expect(hashes['pocket-f16.gguf']).toBe(HASHES['pocket-f16.gguf']);
    const [tried, whole] = await site.requests();
    expect(tried!.status).toBe(206);
    expect(whole).toMatchObject({ status: 200, bytes: GGUF_BYTES });
  });

  it('of two pages at once comes once', async () => {
    const site = new Site();
    await site.mischief({ pauseMs: 5 });
    const both = await Promise.all([1, 2].map(() => storeModel('wllama', site.gguf)));
    for (const stored of both) expect(valueOf(stored).bytes).toBe(GGUF_BYTES);
    expect(await site.requests()).toHaveLength(1);
  });
});

describe('a damaged file', () => {
  const CORRUPT = { corrupt: { match: SHARD, at: 5_000_000 } };

  it('is refused by the hash that a person gave, and nothing of it is kept', async () => {
    const site = new Site();
    const source = { ...site.webllm, hashes: HASHES };
    await site.mischief(CORRUPT);
    const refused = await loadModel('webllm', source);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    if (!refused.ok) expect(refused.fault.detail).toContain(SHARD);
    expect(await keptBytes(source.id)).toBeLessThan(SHARD_BYTES);
    await site.mischief({});
    expect(valueOf(await storeModel('webllm', source)).hashes[SHARD]).toBe(HASHES[SHARD]);
    // what was whole before stays: only the shard comes again
    expect((await site.requests()).map(({ path }) => path)).toEqual([
      `webllm/resolve/main/${SHARD}`,
    ]);
  });

  it('is refused by the hash it had when it was first trusted, until that trust is taken back', async () => {
    const site = new Site();
    await site.mischief({});
    valueOf(await storeModel('wllama', site.gguf));
    valueOf(await deleteKept(site.gguf.id));
    expect(await listKept()).toEqual([]);
    await site.mischief({ corrupt: { match: 'gguf', at: 2_000_000 } });
    expect(await storeModel('wllama', site.gguf)).toMatchObject({ fault: { code: 'integrity' } });
    expect(await listKept()).toEqual([]);
    valueOf(await deleteKept(site.gguf.id, { forget: true }));
    const { hashes } = valueOf(await storeModel('wllama', site.gguf));
    expect(hashes['pocket-f16.gguf']).not.toBe(HASHES['pocket-f16.gguf']);
  });

  it('is refused by the MD5 in the list of weights', async () => {
    const site = new Site();
    const folder = `${SERVER}${site.name}/webllm/resolve/main/`;
    const { records } = await (await fetch(`${folder}tensor-cache.json`)).json();
    expect(records[0].md5sum).toMatch(/^[0-9a-f]{32}$/);
    await site.mischief(CORRUPT);
    const refused = await storeModel('webllm', site.webllm);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    if (!refused.ok) expect(refused.fault.detail).toContain(records[0].md5sum);
    expect(await keptBytes(site.webllm.id)).toBeLessThan(SHARD_BYTES);
    await site.mischief({});
    valueOf(await storeModel('webllm', site.webllm));
  });

  it('that was resumed is fetched whole once more before it is refused', async () => {
    const site = new Site();
    const source = { ...site.gguf, hashes: HASHES };
    const corrupt = { match: 'gguf', at: 10 };
    await site.mischief({ corrupt, breakAfter: { match: 'gguf', bytes: 1_000_000 } });
    expect(await storeModel('wllama', source)).toMatchObject({ ok: false });
    await site.mischief({});
    valueOf(await storeModel('wllama', source));
    expect((await site.requests()).map(({ status }) => status)).toEqual([206, 200]);
  });

  it('that is shorter than its list says is refused', async () => {
    const site = new Site();
    await site.mischief({ truncate: { match: SHARD, bytes: 4_000_000 } });
    const refused = await storeModel('webllm', site.webllm);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    if (!refused.ok) expect(refused.fault.detail).toContain('4000000');
    expect(await keptBytes(site.webllm.id)).toBeLessThan(SHARD_BYTES / 2);
  });

  it('that is a page of text is refused at its first bytes', async () => {
    const site = new Site();
    const text = '<!doctype html><title>Sign in</title>'.repeat(1000);
    await site.mischief({ replace: { match: '.gguf', text } });
    const refused = await loadModel('wllama', site.gguf);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    if (!refused.ok) expect(refused.fault.detail).toBe('pocket-f16.gguf is not a GGUF file');
    expect(await listKept()).toEqual([]);
  });
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
    const origins = [new URL(SERVER).origin];
    const loaded: ModelOutcome<LoadedModel> = await port.call(
      'load',
      { engine, source, origins },
      { onProgress: (p) => progress.push(p) },
    );
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
