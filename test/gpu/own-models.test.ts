/** A person's own models: from disk and from an address, kept or not, and what is refused with a sentence. */
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Answered, Mischief } from '../helpers/mischief';
import { deleteAllKept, listKept } from '../../src/models/files/kept-models';
import { loadModel } from '../../src/models/load-model';
import type { LanguageModel, ModelOutcome } from '../../src/models/language-model';
import type { OwnModel } from '../../src/models/own/own-model';
import {
  addOwn,
  chooseAgain,
  listOwn,
  needsFiles,
  ownSource,
  removeOwn,
  type Added,
} from '../../src/models/own/own-models';

const SERVER = inject('fileServer');
const FOLDER = '/models/pocket/webllm/resolve/main/';
const FILES = ['mlc-chat-config.json', 'tensor-cache.json', 'tokenizer.json', 'params_shard_0.bin'];
const GGUF = '/models/pocket/gguf/pocket-f16.gguf';
const LIBRARY = '/models/pocket/webllm/pocket-webgpu.wasm';

function modelOf(added: Added): OwnModel {
  if (!added.ok) throw new Error(added.sentence);
  return added.model;
}

function sentenceOf(added: Added): string {
  if (added.ok) throw new Error('it was added');
  return added.sentence;
}

function valueOf<T>(outcome: ModelOutcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.fault.code}: ${outcome.fault.detail}`);
  return outcome.value;
}

/** A file as a person would choose it from disk. */
async function fromDisk(address: string, path = address.split('/').pop()!): Promise<File> {
  const blob = await (await fetch(address)).blob();
  const file = new File([blob], path.split('/').pop()!);
  if (path.includes('/')) Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
}

async function folder(): Promise<File[]> {
  return Promise.all([
    ...FILES.map((name) => fromDisk(FOLDER + name, `my-model/files/${name}`)),
    fromDisk(LIBRARY, 'my-model/pocket.wasm'),
  ]);
}

async function mischief(site: string, what: Mischief): Promise<void> {
  await fetch(`${SERVER}control/${site}`, { method: 'PUT', body: JSON.stringify(what) });
}

async function requests(site: string): Promise<Answered[]> {
  return (await (await fetch(`${SERVER}control/${site}`)).json()) as Answered[];
}

async function use(id: string): Promise<ModelOutcome<LanguageModel>> {
  const source = await ownSource(id);
  if (!source) throw new Error('there is no such model');
  const { engine } = (await listOwn()).find((own) => own.id === id)!;
  return loadModel(engine, source);
}

async function expectAnswer(id: string): Promise<void> {
  const model = valueOf(await use(id));
  expect(model.info).toMatchObject({ id, vocabularySize: 1536 });
  const logs = valueOf(await model.distribution('Q: Name one word related to bread.\nA:', []));
  expect(logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 6);
  await model.close();
}

async function removeAll(): Promise<void> {
  for (const { id } of await listOwn()) await removeOwn(id);
  valueOf(await deleteAllKept());
}

beforeEach(removeAll);
afterAll(removeAll);

describe('a GGUF file from disk', () => {
  it('is used where it lies, and chosen again in another visit', async () => {
    const file = await fromDisk(GGUF);
    const model = modelOf(await addOwn({ kind: 'gguf-file', file, keep: false, format: 'plain' }));
    expect(model).toMatchObject({ from: 'disk', engine: 'wllama', contextLength: 256 });
    expect(model.id).toMatch(/^own-[a-z0-9-]{1,60}$/);
    expect(needsFiles(model)).toBe(false);
    await expectAnswer(model.id);
    expect(await listKept()).toEqual([]);
    // the choice of the file itself does not outlive the visit, the model does
    const source = (await ownSource(model.id))!;
    const { files: _, ...later } = source;
    const gone = await loadModel('wllama', later);
    expect(gone).toMatchObject({ ok: false, fault: { code: 'load-failed' } });
    if (!gone.ok) expect(gone.fault.detail).toContain('came from disk');
    modelOf(await chooseAgain(model.id, [file]));
    await expectAnswer(model.id);
  });

  it('is kept in this browser where the person says so', async () => {
    const file = await fromDisk(GGUF);
    const seen: number[] = [];
    const model = modelOf(
      await addOwn(
        { kind: 'gguf-file', file, keep: true, name: 'Mine' },
        { onProgress: ({ bytes }) => seen.push(bytes!.done) },
      ),
    );
    expect(model).toMatchObject({ name: 'Mine', from: 'kept', bytes: file.size, format: 'chat' });
    expect(model.hashes['pocket-f16.gguf']).toMatch(/^[0-9a-f]{64}$/);
    expect(seen.at(-1)).toBe(file.size);
    expect((await ownSource(model.id))!.files).toBeUndefined();
    expect(await listKept()).toMatchObject([{ id: model.id, whole: true, bytes: file.size }]);
    await expectAnswer(model.id);
    await removeOwn(model.id);
    expect(await listKept()).toEqual([]);
    expect(await ownSource(model.id)).toBeNull();
  });
});

describe('a WebLLM model', () => {
  it('from a folder on disk runs where it lies, and is chosen again in another visit', async () => {
    const files = await folder();
    const model = modelOf(
      await addOwn({ kind: 'webllm-folder', files, keep: false, format: 'plain' }),
    );
    expect(model).toMatchObject({ name: 'my-model', from: 'disk', engine: 'webllm' });
    expect(sentenceOf(await chooseAgain(model.id, files.slice(0, 2)))).toMatch(/not the files/);
    expect(modelOf(await chooseAgain(model.id, await folder())).id).toBe(model.id);
    await expectAnswer(model.id);
    expect(await listKept()).toEqual([]);
  });

  it('from a folder on disk is copied where the person says so', async () => {
    const model = modelOf(
      await addOwn({ kind: 'webllm-folder', files: await folder(), keep: true }),
    );
    expect(model).toMatchObject({ from: 'kept', format: 'chat' });
    const [kept] = await listKept();
    expect(kept).toMatchObject({ id: model.id, whole: true, bytes: model.bytes });
    expect((await ownSource(model.id))!.files).toBeUndefined();
  });

  it('from an address: little is fetched to look at it, and the rest when it is used', async () => {
    await mischief('look', {});
    const at = `${SERVER}look/webllm`;
    const model = modelOf(
      await addOwn({
        ...{ kind: 'webllm-address', model: `${at}/resolve/main`, format: 'plain' },
        library: `${at}/pocket-webgpu.wasm`,
      }),
    );
    expect(model).toMatchObject({ from: 'address', bytes: 7_045_120, contextLength: 256 });
    const looked = await requests('look');
    expect(looked.map(({ path }) => path.split('/').pop())).toEqual([
      ...['mlc-chat-config.json', 'tensor-cache.json', 'pocket-webgpu.wasm'],
    ]);
    expect(await listKept()).toEqual([]);
    await expectAnswer(model.id);
    expect(await listKept()).toMatchObject([{ id: model.id, whole: true }]);
  });

  it('whose given hash is another one is refused when it is loaded', async () => {
    await mischief('wrong', {});
    const at = `${SERVER}wrong/webllm`;
    const model = modelOf(
      await addOwn({
        ...{ kind: 'webllm-address', model: `${at}/resolve/main/` },
        ...{
          library: `${at}/pocket-webgpu.wasm`,
          hashes: { 'pocket-webgpu.wasm': 'a'.repeat(64) },
        },
      }),
    );
    const refused = await use(model.id);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    if (!refused.ok) expect(refused.fault.detail).toContain('pocket-webgpu.wasm');
  });
});

describe('what cannot be added is said in one sentence', () => {
  const at = `${SERVER}bad/webllm`;
  const address = { kind: 'webllm-address', model: `${at}/resolve/main/` } as const;
  const library = `${at}/pocket-webgpu.wasm`;

  it.each<[string, Parameters<typeof addOwn>[0], RegExp, Mischief?]>([
    ['no address', { ...address, model: 'my model', library }, /begin with https/],
    ['no library', { ...address, library: '' }, /needs the address of its compiled library/],
    ['no folder of a model', { ...address, model: `${at}/`, library }, /answered 404/],
    ['a library that is none', { ...address, library: `${at}/LICENSE-TVM.txt` }, /WebAssembly/],
    [
      'a hash that is none',
      { ...address, library, hashes: { 'a.wasm': 'abc' } },
      /SHA-256 of a\.wasm has to be 64 hexadecimal/,
    ],
    ['a server without CORS', { ...address, library }, /CORS/, { noCors: true }],
    [
      'another JSON file',
      { ...address, library },
      /no folder of a WebLLM model/,
      { replace: { match: 'config', text: '{"model": 1}' } },
    ],
    ['a GGUF file that is none', { kind: 'gguf-address', url: library }, /does not begin/],
  ])('%s', async (_, request, sentence, what = {}) => {
    await mischief('bad', what);
    expect(sentenceOf(await addOwn(request))).toMatch(sentence);
    expect(await listOwn()).toEqual([]);
  });

  it('a folder on disk that lacks something', async () => {
    const files = await folder();
    const without = (name: string) => files.filter((file) => file.name !== name);
    const add = (some: File[]) => addOwn({ kind: 'webllm-folder', files: some, keep: true });
    expect(sentenceOf(await add(without('pocket.wasm')))).toMatch(/no compiled library/);
    expect(sentenceOf(await add(without('params_shard_0.bin')))).toMatch(/lacks params_shard_0/);
    expect(sentenceOf(await add(without('mlc-chat-config.json')))).toMatch(/no folder of a WebLLM/);
    expect(await listKept()).toEqual([]);
  });
});
