import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { POCKET } from '../../src/models/catalogue';
import {
  findModel,
  readCatalogue,
  type CatalogueModel,
} from '../../src/models/catalogue/catalogue';
import { fits, RUNTIME, usableBuffer, type Fit } from '../../src/models/catalogue/fit';
import { readMachine, type Machine, type World } from '../../src/models/catalogue/machine';
import { proposeModel } from '../../src/models/catalogue/propose';
import { fitCatalogue, licencesOf, searchCatalogue } from '../../src/models/catalogue/search';
import { MACHINES, withLimits } from './helpers/machines';

const catalogue = readCatalogue();
const at = (id: string): CatalogueModel => findModel(id)!;
const fit = (id: string, machine: Machine): Fit => fits(at(id), machine, catalogue);

function reason(found: Fit): string {
  if (found.runs) throw new Error('it runs');
  return found.reason;
}

function note(found: Fit): string {
  if (!found.runs) throw new Error(found.reason);
  return found.note ?? '';
}

const LLAMA = 'Llama-3.2-1B-Instruct-q4f16_1-MLC';
const LLAMA_F32 = 'Llama-3.2-1B-Instruct-q4f32_1-MLC';
const GEMMA = 'gemma-2b-it-q4f32_1-MLC';
const MISTRAL = 'Mistral-7B-Instruct-v0.2-q4f16_1-MLC';
const SMOL = 'SmolLM2-360M-Instruct-q4f16_1-MLC';

describe('readMachine', () => {
  const adapter = (features: string[], info: Partial<GPUAdapterInfo> = { vendor: 'apple' }) => ({
    info,
    features: new Set(features),
    limits: {
      maxBufferSize: 5,
      maxStorageBufferBindingSize: 6,
      maxComputeWorkgroupStorageSize: 7,
      maxStorageBuffersPerShaderStage: 8,
      maxTextureDimension2D: 9,
    },
  });
  const asked: (GPURequestAdapterOptions | undefined)[] = [];
  const gpu = (found: unknown) =>
    ({
      requestAdapter: async (options?: GPURequestAdapterOptions) => {
        asked.push(options);
        if (found instanceof Error) throw found;
        return found;
      },
    }) as unknown as GPU;
  const world = (rest: Partial<World>): World => ({
    secure: true,
    crossOriginIsolated: false,
    storage: async () => ({ used: 1, quota: 2, persisted: true }),
    ...rest,
  });

  it('reads the adapter that WebLLM would take, with the limits WebLLM asks for', async () => {
    const machine = await readMachine(
      world({ gpu: gpu(adapter(['shader-f16'])), deviceMemory: 4, processors: 6 }),
    );
    expect(machine).toEqual({
      graphics: {
        adapter: 'apple',
        software: false,
        shaderF16: true,
        limits: {
          maxBufferSize: 5,
          maxStorageBufferBindingSize: 6,
          maxComputeWorkgroupStorageSize: 7,
          maxStorageBuffersPerShaderStage: 8,
        },
      },
      deviceMemory: 4,
      storage: { used: 1, quota: 2, persisted: true },
      crossOriginIsolated: false,
      processors: 6,
    });
    expect(asked.at(-1)).toEqual({ powerPreference: 'high-performance' });
  });

  it('tells software and the lack of f16', async () => {
    const info = { vendor: 'google', architecture: 'swiftshader' };
    const { graphics } = await readMachine(world({ gpu: gpu(adapter([], info)) }));
    expect(graphics).toMatchObject({ software: true, shaderF16: false });
  });

  it('says why there is no WebGPU', async () => {
    const missing = async (rest: Partial<World>) => {
      const { graphics } = await readMachine(world(rest));
      return 'missing' in graphics ? graphics.missing : null;
    };
    expect(await missing({})).toBe('This browser has no WebGPU.');
    expect(await missing({ secure: false })).toContain('https');
    expect(await missing({ gpu: gpu(null) })).toContain('no graphics adapter');
    expect(await missing({ gpu: gpu(new Error('no')) })).toContain('no graphics adapter');
    expect(await readMachine(world({}))).toMatchObject({ deviceMemory: null, processors: null });
  });
});

describe('fits', () => {
  it('runs a small model on ordinary machines, and says that memory is not told', () => {
    for (const machine of [MACHINES.laptop, MACHINES.desktop, MACHINES.silent])
      expect(fit(LLAMA, machine)).toEqual({
        runs: true,
        note: 'It needs about 921.7 MB of graphics memory; the browser does not say how much there is.',
      });
  });

  it('refuses everything of WebLLM without WebGPU; the pocket model runs everywhere', () => {
    for (const model of catalogue)
      expect(fits(model, MACHINES.noWebGPU, catalogue)).toEqual(
        model === POCKET ? { runs: true } : { runs: false, reason: 'This browser has no WebGPU.' },
      );
    for (const machine of Object.values(MACHINES))
      expect(fits(POCKET, machine, catalogue)).toEqual({ runs: true });
  });

  it('refuses f16 arithmetic without shader-f16, and names the variant that runs', () => {
    expect(reason(fit(LLAMA, MACHINES.withoutF16))).toMatch(
      /shader-f16\); Llama 3\.2 1B Instruct \(4-bit f32\) runs here\.$/,
    );
    expect(fit(LLAMA_F32, MACHINES.withoutF16).runs).toBe(true);
    // the same context first
    expect(reason(fit('gemma-2-2b-it-q4f16_1-MLC-1k', MACHINES.withoutF16))).toContain(
      'Gemma 2 2B it (4-bit f32, short context) runs here',
    );
    // none is named where there is none, or where it does not run either
    expect(reason(fit(MISTRAL, MACHINES.withoutF16))).toMatch(/\(shader-f16\)\.$/);
    const phone = { ...MACHINES.withoutF16, deviceMemory: 2 };
    expect(reason(fit('gemma-2-9b-it-q4f16_1-MLC', phone))).toMatch(/\(shader-f16\)\.$/);
    for (const { model, fit } of fitCatalogue(catalogue, MACHINES.withoutF16))
      if (model.precision === 'f16') expect(fit.runs, model.id).toBe(false);
  });

  it('refuses adapters below what the runtime asks for, by the limit that is too low', () => {
    const { laptop } = MACHINES;
    const low = (limits: Parameters<typeof withLimits>[1]) =>
      reason(fit(LLAMA, withLimits(laptop, limits)));
    expect(low({ maxBufferSize: RUNTIME.buffer.least - 1 })).toContain(
      'buffers of at most 268.4 MB',
    );
    expect(low({ maxStorageBufferBindingSize: 2 ** 26 })).toContain(
      'storage buffers of at most 67.1',
    );
    expect(low({ maxComputeWorkgroupStorageSize: 16384 })).toContain('workgroup memory');
    expect(low({ maxStorageBuffersPerShaderStage: 8 })).toContain('binds 8 buffers at once');
    const least = {
      maxBufferSize: RUNTIME.buffer.least,
      maxStorageBufferBindingSize: RUNTIME.binding.least,
    };
    expect(fit(LLAMA, withLimits(laptop, least)).runs).toBe(true);
  });

  it('asks what the runtime of the installed WebLLM asks for', () => {
    const source = readFileSync('node_modules/@mlc-ai/web-llm/lib/index.js', 'utf8');
    const first = (pattern: RegExp) => {
      const found = pattern.exec(source);
      if (!found) throw new Error(`WebLLM's source has no ${pattern}`);
      return found[2] === undefined ? Number(found[1]) : Number(found[1]) << Number(found[2]);
    };
    const value = (name: string) => first(new RegExp(`\\b${name} = (\\d+)(?: << (\\d+))?;`));
    expect(value('requiredMaxBufferSize')).toBe(RUNTIME.buffer.wanted);
    expect(value('backupRequiredMaxBufferSize')).toBe(RUNTIME.buffer.least);
    expect(value('requiredMaxStorageBufferBindingSize')).toBe(RUNTIME.binding.wanted);
    expect(value('backupRequiredMaxStorageBufferBindingSize')).toBe(RUNTIME.binding.least);
    expect(value('requiredMaxComputeWorkgroupStorageSize')).toBe(RUNTIME.workgroupStorage);
    expect(value('requiredMaxStorageBuffersPerShaderStage')).toBe(RUNTIME.buffersPerStage);
  });

  it('refuses a buffer that WebLLM cannot have', () => {
    const between = withLimits(MACHINES.laptop, { maxStorageBufferBindingSize: 2 ** 29 });
    if ('missing' in between.graphics) throw new Error('described without graphics');
    // 512 MiB are there, but WebLLM then asks for 128 MiB only
    expect(usableBuffer(between.graphics.limits)).toBe(2 ** 27);
    expect(reason(fit(GEMMA, between))).toBe(
      'It needs a buffer of 262.1 MB, and WebLLM can have 134.2 MB on this graphics adapter.',
    );
    expect(fit(GEMMA, MACHINES.laptop).runs).toBe(true);
    // WebLLM states none for this one: its table of token vectors has 256,000 x 2,304 weights of 4 bits
    expect(reason(fit('gemma-2-2b-it-q4f16_1-MLC', between))).toContain('a buffer of 294.9 MB');
    expect(fit('gemma-2-2b-it-q4f16_1-MLC', MACHINES.laptop).runs).toBe(true);
    const small = withLimits(MACHINES.laptop, { maxBufferSize: 2 ** 29 });
    expect(reason(fit('gemma-2-2b-it-q4f16_1-MLC', small))).toContain('can have 268.4 MB');
    expect(fit(GEMMA, small).runs).toBe(true);
    // where nobody says, that is what is said
    const unknown = 'Qwen3.5-2B-q4f32_1-MLC';
    expect(note(fit(unknown, between))).toContain('buffers of 134.2 MB on this graphics adapter');
    expect(note(fit(unknown, MACHINES.laptop))).not.toContain('buffers');
    expect(note(fit(LLAMA, between))).not.toContain('buffers');
    // just below the 128 MiB of a phone
    expect(fit(LLAMA, between).runs).toBe(true);
    expect(fit(SMOL, between).runs).toBe(true);
  });

  it('refuses by memory only where it cannot be enough', () => {
    const { laptop, silent } = MACHINES;
    const phone = { ...laptop, deviceMemory: 4 };
    expect(reason(fit('gemma-2-9b-it-q4f16_1-MLC', phone))).toBe(
      'It needs about 6.73 GB of graphics memory, and this device has about 4 GB of memory in all.',
    );
    // 5.24 GB: a device that says 4 may have 6
    expect(note(fit('Llama-3.1-8B-Instruct-q4f16_1-MLC', phone))).toContain('it may well fail');
    // 8 is as much as browsers say: nothing is impossible there
    for (const machine of [laptop, silent])
      expect(fit('Llama-3.1-70B-Instruct-q3f16_1-MLC', machine).runs).toBe(true);
  });

  it('warns on small devices of what WebLLM does not list for them', () => {
    const model = { ...at(SMOL), lowResource: false };
    expect(note(fits(model, MACHINES.phone, catalogue))).toContain('devices with little memory');
    expect(note(fit(SMOL, MACHINES.phone))).not.toContain('devices with little memory');
    expect(note(fits(model, MACHINES.laptop, catalogue))).not.toContain('little memory');
  });

  it('says that software is slow and that a full store keeps nothing', () => {
    expect(note(fit(LLAMA_F32, MACHINES.software))).toContain('many seconds a token');
    const full = { ...MACHINES.laptop, storage: { used: 9e8, quota: 1e9, persisted: true } };
    expect(note(fit(LLAMA, full))).toContain(
      'store 100.0 MB more: the model would run from memory',
    );
    const over = { ...full, storage: { used: 2e9, quota: 1e9, persisted: true } };
    expect(note(fit(LLAMA, over))).toContain('store 0 bytes more');
    expect(note(fit(LLAMA, MACHINES.silent))).not.toContain('store');
  });

  it('gives every refusal as one sentence and every note in whole ones', () => {
    for (const machine of Object.values(MACHINES))
      for (const { model, fit } of fitCatalogue(catalogue, machine)) {
        const text = fit.runs ? (fit.note ?? 'None.') : fit.reason;
        expect(text, model.id).toMatch(/^[A-Z].*[^.]\.$/);
        if (!fit.runs) expect(text.match(/\. /g), text).toBeNull();
      }
  });
});

describe('proposeModel', () => {
  const proposed = (machine: Machine) => proposeModel(machine, catalogue);

  it.each([
    ['phone', SMOL],
    ['laptop', LLAMA],
    ['withoutF16', LLAMA_F32],
    ['desktop', 'Llama-3.2-3B-Instruct-q4f16_1-MLC'],
    ['silent', LLAMA],
    ['noWebGPU', 'pocket'],
    ['software', 'pocket'],
  ] as const)('on %s proposes %s, with a reason in one sentence', (name, id) => {
    const { model, reason } = proposed(MACHINES[name]);
    expect(model.id).toBe(id);
    expect(reason).toMatch(/^[A-Z].*[^.]\.$/);
    expect(reason.match(/\. /g)).toBeNull();
    expect(fits(model, MACHINES[name], catalogue).runs).toBe(true);
  });

  it('says what decided', () => {
    expect(proposed(MACHINES.noWebGPU).reason).toContain('no WebGPU');
    expect(proposed(MACHINES.software).reason).toContain('software');
    expect(proposed(MACHINES.phone).reason).toContain('about 4 GB of memory in all');
    expect(proposed(MACHINES.desktop).reason).toContain('2.37 GB');
  });

  it('falls back on the pocket model where no proposed one runs', () => {
    const old = withLimits(MACHINES.laptop, { maxStorageBuffersPerShaderStage: 8 });
    expect(proposed(old).model).toBe(POCKET);
    expect(proposed({ ...MACHINES.phone, deviceMemory: 0.5 }).model).toBe(POCKET);
  });
});

describe('searchCatalogue', () => {
  const here = fitCatalogue(catalogue, MACHINES.withoutF16);
  const ids = (
    ...request: Parameters<typeof searchCatalogue> extends [unknown, ...infer R] ? R : never
  ) => searchCatalogue(here, ...request).map(({ model }) => model.id);

  it('lists all without a request, the pocket model first', () => {
    expect(ids('')).toEqual(catalogue.map(({ id }) => id));
    expect(ids('  ')[0]).toBe('pocket');
  });

  it('finds by every word, however it is spelled', () => {
    const llamas = ids('llama 3.2 1b');
    expect(llamas).toHaveLength(4);
    expect(ids('Llama-3.2-1B')).toEqual(llamas);
    expect(ids('LLAMA3.2 1b')).toEqual(llamas);
    expect(ids('1b llama 3.2')).toEqual(llamas);
    expect(ids('coder').every((id) => id.includes('Coder'))).toBe(true);
    expect(ids('coder').length).toBeGreaterThan(5);
    expect(ids('research').every((id) => id.includes('3B'))).toBe(true);
    expect(ids('no such model')).toEqual([]);
    expect(ids(LLAMA)).toEqual([LLAMA]);
  });

  it('filters by what runs here, size, arithmetic and licence, all at once', () => {
    const running = ids('', { runsHere: true });
    expect(running).toContain(LLAMA_F32);
    expect(running).not.toContain(LLAMA);
    expect(running.every((id) => id === 'pocket' || id.includes('f32'))).toBe(true);
    expect(ids('', { precision: 'f16' }).every((id) => id.includes('f16'))).toBe(true);
    const small = searchCatalogue(here, '', { maxDownload: 5e8 });
    expect(small.length).toBeGreaterThan(10);
    expect(small.length).toBeLessThan(here.length);
    expect(small.every(({ model }) => model.download.bytes <= 5e8)).toBe(true);
    const unknown = searchCatalogue(here, '', { licence: 'unknown' });
    expect(unknown.length).toBeGreaterThan(5);
    expect(unknown.every(({ model }) => model.licence === null)).toBe(true);
    expect(ids('llama', { runsHere: true, licence: 'llama-3.2', maxDownload: 1e9 })).toEqual([
      LLAMA_F32,
    ]);
  });

  it('sorts by what is asked for and keeps its input', () => {
    const before = here.map(({ model }) => model.id);
    for (const [sort, key] of [
      ['download', (m: CatalogueModel) => m.download.bytes],
      ['memory', (m: CatalogueModel) => m.memoryBytes ?? 0],
      ['parameters', (m: CatalogueModel) => m.parameters],
    ] as const) {
      const values = searchCatalogue(here, '', { sort }).map(({ model }) => key(model));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(new Set(values).size).toBeGreaterThan(10);
    }
    const named = ids('qwen2.5 coder', { sort: 'name' });
    expect(named[0]).toContain('0.5B');
    expect(named.at(-1)).toContain('7B');
    expect(here.map(({ model }) => model.id)).toEqual(before);
  });

  it('offers the licences that occur, each once', () => {
    const licences = licencesOf(here).map(({ id }) => id);
    expect(new Set(licences).size).toBe(licences.length);
    expect(licences).toEqual(expect.arrayContaining(['apache-2.0', 'mit', 'llama-3.2', 'gemma']));
    expect(licencesOf(searchCatalogue(here, 'phi')).map(({ id }) => id)).toEqual(['mit']);
  });
});
