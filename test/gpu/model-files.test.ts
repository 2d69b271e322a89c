/** Files of a model from a server that breaks off, corrupts and forgets: nothing wrong is ever kept or used. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteAllKept, deleteKept, listKept } from '../../src/models/files/kept-models';
import { storeModel } from '../../src/models/files/store-model';
import type { LoadProgress } from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';
import {
  cardHashes,
  expectRest,
  expectRightWeights,
  filesWorker,
  GGUF_BYTES,
  keptBytes,
  SERVER,
  SHARD,
  SHARD_BYTES,
  Site,
  storing,
  valueOf,
} from './helpers/breaking-site';

let HASHES: Record<string, string>;

beforeAll(async () => {
  HASHES = await cardHashes();
});

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
    const { worker, port } = filesWorker();
    await new Promise<void>((resolve) => {
      void port.call('store', storing('wllama', site.gguf), {
        onProgress: ({ bytes }) => bytes!.done > 500_000 && resolve(),
      });
    });
    worker.terminate();
    const [partial] = await listKept();
    expect(partial).toMatchObject({ whole: false, total: GGUF_BYTES });
    expect(partial!.bytes).toBeGreaterThan(500_000);
    await site.mischief({});
    const model = valueOf(await loadModel('wllama', site.gguf));
    expectRest(await site.requests(), GGUF_BYTES, 500_000);
    await expectRightWeights(model);
    await model.close();
  });

  it('that is whole stays so when a later load is killed', async () => {
    const site = new Site();
    await site.mischief({});
    valueOf(await storeModel('webllm', site.webllm));
    const before = await listKept();
    const { worker, port } = filesWorker();
    await new Promise<void>((resolve) => {
      void port.call('store', storing('webllm', site.webllm), { onProgress: () => resolve() });
    });
    worker.terminate();
    expect(before).toMatchObject([{ whole: true }]);
    expect(await listKept()).toEqual(before);
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

describe('a file of two models', () => {
  it('is fetched once, and stays until neither is kept', async () => {
    const site = new Site();
    await site.mischief({});
    const other = { ...site.gguf, id: 'the-other' };
    valueOf(await storeModel('wllama', site.gguf));
    valueOf(await storeModel('wllama', other));
    expect(await site.requests()).toHaveLength(1);
    valueOf(await deleteKept(site.gguf.id));
    expect(await listKept()).toMatchObject([{ id: other.id, whole: true, bytes: GGUF_BYTES }]);
    valueOf(await deleteKept(other.id));
    expect(await listKept()).toEqual([]);
    valueOf(await storeModel('wllama', other));
    expect(await site.requests()).toHaveLength(2);
  });

  it('is not deleted while it is fetched', async () => {
    const site = new Site();
    await site.mischief({ pauseMs: 20 });
    const stop = new AbortController();
    let refused: unknown;
    await storeModel('wllama', site.gguf, {
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (refused || bytes!.done < 100_000) return;
        refused = deleteKept(site.gguf.id).finally(() => stop.abort());
      },
    });
    expect(await refused).toMatchObject({ ok: false, fault: { code: 'load-failed' } });
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
