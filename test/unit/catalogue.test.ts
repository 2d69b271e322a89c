import type { ModelRecord } from '@mlc-ai/web-llm';
import { prebuiltAppConfig } from '@mlc-ai/web-llm';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { isUpToDate, webllmModels } from '../../scripts/catalogue';
import { POCKET } from '../../src/models/catalogue';
import {
  findModel,
  embeddingBytes,
  leftOut,
  ORIGINS,
  readCatalogue,
  recordSchema,
  weightBytes,
} from '../../src/models/catalogue/catalogue';
import families from '../../src/models/catalogue/families.json';
import { modelSource } from '../../src/models/catalogue/model-source';
import listed from '../../src/models/catalogue/webllm-models.json';

const models = readCatalogue();
const ofWebLLM = models.filter(({ record }) => record !== null);
const MiB = 2 ** 20;

// Held by the type check: the data as committed is a list of WebLLM's own records, and so is what we read.
listed.models.map(({ record }) => record) satisfies ModelRecord[];
({}) as v.InferOutput<typeof recordSchema> satisfies ModelRecord;
// @ts-expect-error a record without a library is none
({ model: 'https://huggingface.co/a/b', model_id: 'b' }) satisfies ModelRecord;

describe('the list of WebLLM', () => {
  it('is what the installed WebLLM gives, and an upgrade would be noticed', async () => {
    expect(await isUpToDate(), 'run npx tsx scripts/catalogue.ts').toBe(true);
    const newer = prebuiltAppConfig.model_list.map((record, k) =>
      k === 7 ? { ...record, vram_required_MB: 1 } : record,
    );
    expect(await isUpToDate(newer)).toBe(false);
    expect(await isUpToDate(prebuiltAppConfig.model_list.slice(1))).toBe(false);
  });

  it('accounts for every model of WebLLM once: offered as WebLLM has it, or left out with a reason', () => {
    const offered = ofWebLLM.map(({ id }) => id);
    const out = leftOut().map(({ id }) => id);
    const all = prebuiltAppConfig.model_list.map(({ model_id }) => model_id);
    expect([...offered, ...out].sort()).toEqual([...all].sort());
    expect(new Set([...offered, ...out]).size).toBe(165);
    for (const record of prebuiltAppConfig.model_list)
      if (!out.includes(record.model_id))
        expect(findModel(record.model_id)?.record).toEqual(record);
    expect(out).toHaveLength(16);
    expect(leftOut().every(({ reason }) => reason.length > 10)).toBe(true);
    expect(out).toEqual(expect.arrayContaining([expect.stringContaining('embed')]));
    expect(out).toEqual(expect.arrayContaining([expect.stringContaining('vision')]));
    expect(offered.filter((id) => /embed|vision|-Base-/.test(id))).toEqual([]);
  });

  it('leaves a model out by what its record says', () => {
    const record = { ...prebuiltAppConfig.model_list[0]!, model_type: 1 };
    expect(webllmModels([record])).toMatchObject({
      models: [],
      leftOut: [{ id: record.model_id, reason: expect.stringContaining('vectors') }],
    });
  });

  it('refuses records that are not as they should be', () => {
    const good = prebuiltAppConfig.model_list[0]!;
    expect(v.is(recordSchema, good)).toBe(true);
    const bad = [
      { ...good, model: good.model.replace('https:', 'http:') },
      { ...good, model: 'https://example.org/model' },
      { ...good, model: `https://huggingface.co.example.org/m` },
      { ...good, model_lib: good.model_lib.replace('raw.githubusercontent.com', 'example.org') },
      { ...good, model_lib: good.model_lib.replace('.wasm', '.js') },
      { ...good, vram_required_MB: '900' },
      { ...good, overrides: { ...good.overrides, temperature: 2 } },
      { ...good, surprise: true },
    ];
    for (const record of bad) expect(v.is(recordSchema, record)).toBe(false);
  });
});

describe('the catalogue', () => {
  it('begins with the pocket model, whose line agrees with its card', () => {
    expect(models[0]).toBe(POCKET);
    const card = JSON.parse(readFileSync('public/models/pocket/card.json', 'utf8')) as {
      parameters: number;
      files: Record<string, { bytes: number }>;
    };
    expect(POCKET.parameters).toBe(card.parameters);
    const bytes = Object.entries(card.files)
      .filter(([path]) => /^webllm\/(resolve|.*\.wasm)/.test(path))
      .reduce((sum, [, file]) => sum + file.bytes, 0);
    expect(POCKET.download).toEqual({ bytes, estimated: false });
  });

  it('says everything of every model, with https addresses of the two expected origins', () => {
    expect(ofWebLLM).toHaveLength(149);
    expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
    for (const model of ofWebLLM) {
      expect(new URL(model.record!.model).origin).toBe(ORIGINS.weights);
      expect(new URL(model.record!.model_lib).origin).toBe(ORIGINS.libraries);
      expect(model.page).toMatch(/^https:\/\/huggingface\.co\/mlc-ai\//);
      expect(model.contextLength).toBeGreaterThanOrEqual(1024);
      expect(model.licence === null || model.licence.url.startsWith('https://')).toBe(true);
      // f16 arithmetic needs the feature, whether or not WebLLM's record says so
      expect(model.features).toEqual(model.id.includes('f16') ? ['shader-f16'] : []);
      expect(model.precision).toBe(model.id.includes('f16') ? 'f16' : 'f32');
    }
    const known = ofWebLLM.filter(({ licence }) => licence !== null).length;
    expect(known / ofWebLLM.length).toBeGreaterThan(0.8);
  });

  it('knows no model and no licence that nothing needs', () => {
    const bases = new Set(ofWebLLM.map(({ base }) => base));
    expect(Object.keys(families.models).filter((base) => !bases.has(base))).toEqual([]);
    const used = new Set(ofWebLLM.map(({ licence }) => licence?.id));
    expect(Object.keys(families.licences).filter((id) => !used.has(id))).toEqual([]);
  });

  it('names variants so that they can be told apart', () => {
    expect(findModel('Llama-3.2-1B-Instruct-q4f16_1-MLC')!.name).toBe(
      'Llama 3.2 1B Instruct (4-bit f16)',
    );
    expect(findModel('gemma-2-2b-it-q4f32_1-MLC-1k')!.name).toBe(
      'Gemma 2 2B it (4-bit f32, short context)',
    );
    expect(findModel('SmolLM2-135M-Instruct-q0f16-MLC')!.name).toBe(
      'SmolLM2 135M Instruct (unquantised f16)',
    );
    expect(findModel('nothing')).toBeNull();
  });
});

describe('sizes', () => {
  it('are parameters times bits', () => {
    expect(weightBytes(1000, 'q0f32')).toBe(4000);
    expect(weightBytes(1000, 'q0f16')).toBe(2000);
    // a group of 32 weights: 4 words of 32 bits and one scale
    expect(weightBytes(32, 'q4f16_1')).toBe(16 + 2);
    expect(weightBytes(32, 'q4f32_1')).toBe(16 + 4);
    expect(weightBytes(40, 'q3f16_1')).toBe(16 + 2);
    expect(() => weightBytes(1, 'q8f16_1')).toThrow('q8f16_1');
  });

  it('fit into the memory that WebLLM measured, and leave a plausible rest for the cache', () => {
    for (const { id, download, memoryBytes } of ofWebLLM) {
      expect(download.estimated, id).toBe(true);
      expect(download.bytes, id).toBeLessThan(memoryBytes!);
      const rest = (memoryBytes! - download.bytes) / MiB;
      expect(rest, id).toBeGreaterThan(60);
      expect(rest, id).toBeLessThan(5200);
    }
  });

  it('agree with WebLLM: the memory of unquantised and 4-bit weights differs by their bytes, within 1%', () => {
    const differences = ofWebLLM.flatMap((whole) => {
      if (whole.quantisation !== 'q0f16') return [];
      const quantised = ofWebLLM.find(
        ({ base, quantisation }) => base === whole.base && quantisation === 'q4f16_1',
      );
      if (!quantised) return [];
      const measured = whole.memoryBytes! - quantised.memoryBytes!;
      const ours = whole.download.bytes - quantised.download.bytes;
      return [{ base: whole.base, ratio: ours / measured }];
    });
    expect(differences.length).toBeGreaterThanOrEqual(6);
    for (const { base, ratio } of differences)
      expect(Math.abs(ratio - 1), `${base} ${ratio}`).toBeLessThan(0.01);
  });
});

describe('the largest buffer', () => {
  it('is the table of token vectors, by which WebLLM too comes to what it states', () => {
    const stated = ofWebLLM.filter(
      ({ record }) => record!.buffer_size_required_bytes !== undefined,
    );
    expect(stated.map(({ base }) => base)).toEqual(
      expect.arrayContaining(['gemma-2b-it', 'gemma-4-E2B-it']),
    );
    const about: Record<string, { embedding: number[] | null }> = families.models;
    for (const { base, quantisation, bufferBytes, record } of stated) {
      const [tokens, width] = about[base]!.embedding!;
      expect(bufferBytes).toBe(record!.buffer_size_required_bytes);
      expect(embeddingBytes([tokens!, width!], quantisation), base).toBe(bufferBytes);
    }
  });

  it('is known of nearly all, and a plausible part of the weights', () => {
    const known = ofWebLLM.filter(({ bufferBytes }) => bufferBytes !== null);
    expect(known.length).toBeGreaterThan(130);
    for (const { id, bufferBytes, download } of known) {
      expect(bufferBytes! / download.bytes, id).toBeLessThan(0.35);
      expect(bufferBytes! / download.bytes, id).toBeGreaterThan(0.01);
    }
    expect(embeddingBytes([10, 40], 'q3f16_1')).toBe(160);
    expect(embeddingBytes([10, 40], 'q0f16')).toBe(800);
  });
});

describe('modelSource', () => {
  it('gives WebLLM what the record says, in the folder that hub serves', async () => {
    const id = 'Hermes-2-Pro-Mistral-7B-q4f16_1-MLC';
    expect(await modelSource(id, 'https://page.example/')).toEqual({
      id,
      format: 'chat',
      webllm: {
        model: `https://huggingface.co/mlc-ai/${id}/resolve/main/`,
        library: expect.stringMatching(/^https:\/\/raw\.githubusercontent\.com\/.+\.wasm$/),
        overrides: { context_window_size: 4096, sliding_window_size: -1 },
        features: ['shader-f16'],
      },
      hashes: {},
    });
    const packaged = await modelSource('gemma-4-E2B-it-q4f32_1-MLC', 'https://page.example/');
    expect(packaged.webllm).toMatchObject({ features: [], manifest: 'mlc-model-manifest.json' });
  });

  it('knows no other model', async () => {
    await expect(modelSource('none', 'https://page.example/')).rejects.toThrow('no model none');
  });
});
