/** Both engines, the real pocket model: the same next-token distributions as the training framework. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import reference from '../fixtures/pocket/distributions.json';
import referenceUrl from '../fixtures/pocket/distributions.f32?url';
import { modelSource } from '../../src/models/catalogue';
import type { LanguageModel } from '../../src/models/language-model';
import { stream } from '../../src/models/draw';
import { loadModel } from '../../src/models/load-model';
import { DistributionTree } from '../../src/sampling/distribution-tree';

/** Total variation: half the sum of |p - q|. */
function totalVariation(logs: Float64Array, expected: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < logs.length; k++) sum += Math.abs(Math.exp(logs[k]!) - expected[k]!);
  return sum / 2;
}

let expected: Float32Array;
const seen: Record<string, Float64Array[]> = {};

beforeAll(async () => {
  expected = new Float32Array(await (await fetch(referenceUrl)).arrayBuffer());
});

const limits: Record<'webllm' | 'wllama', number> = { webllm: 1e-4, wllama: 0.005 };

describe.each(['wllama', 'webllm'] as const)('%s', (engine) => {
  let model: LanguageModel;

  beforeAll(async () => {
    const source = await modelSource('pocket', new URL('/', location.href).href);
    const stages: string[] = [];
    const loaded = await loadModel(engine, source, {
      onProgress: ({ stage }) => stages.push(stage),
    });
    if (!loaded.ok) throw new Error(`${loaded.fault.code}: ${loaded.fault.detail}`);
    expect(stages).toContain('fetch');
    model = loaded.value;
  }, 120_000);

  afterAll(() => model?.close());

  it(`agrees with the training framework within ${limits[engine]} on 50 prompts`, async () => {
    const n = model.info.vocabularySize;
    expect(reference.prompts).toHaveLength(50);
    const distances: number[] = [];
    seen[engine] = [];
    for (const [k, { text: prompt }] of reference.prompts.entries()) {
      const answer = await model.distribution(prompt, []);
      if (!answer.ok) throw new Error(`${prompt}: ${answer.fault.detail}`);
      expect(answer.value).toHaveLength(n);
      const total = answer.value.reduce((sum, log) => sum + Math.exp(log), 0);
      expect(total).toBeCloseTo(1, 6);
      distances.push(totalVariation(answer.value, expected.subarray(k * n, (k + 1) * n)));
      seen[engine].push(answer.value);
    }
    console.info(`${engine}: largest total variation ${Math.max(...distances).toExponential(2)}`);
    expect(Math.max(...distances)).toBeLessThan(limits[engine]);
  });

  it('takes a prefix of tokens as what it has said so far', async () => {
    const prompt = 'Q: Name one word related to bread.\nA:';
    const first = await model.distribution(prompt, []);
    if (!first.ok) throw new Error(first.fault.detail);
    const token = first.value.indexOf(Math.max(...first.value));
    const word = await model.detokenize([token]);
    if (!word.ok) throw new Error(word.fault.detail);
    expect(word.value).toMatch(/^ [a-z]+$/);
    const byPrefix = await model.distribution(prompt, [token]);
    const byText = await model.distribution(prompt + word.value, []);
    if (!byPrefix.ok) throw new Error(`prefix: ${byPrefix.fault.detail}`);
    if (!byText.ok) throw new Error(`text: ${byText.fault.detail}`);
    let distance = 0;
    byPrefix.value.forEach((log, k) => {
      distance += Math.abs(Math.exp(log) - Math.exp(byText.value[k]!)) / 2;
    });
    expect(distance).toBeLessThan(1e-3);
    // After a whole word the model ends its answer.
    expect(Math.exp(byPrefix.value[model.endTokens[0]!]!)).toBeGreaterThan(0.5);
  });

  it('answers the same again after other prompts: nothing is left in its cache', async () => {
    const prompt = reference.prompts[7]!.text;
    const again = await model.distribution(prompt, []);
    if (!again.ok) throw new Error(again.fault.detail);
    const before = seen[engine]![7]!;
    for (let k = 0; k < before.length; k++)
      expect(Math.abs(Math.exp(again.value[k]!) - Math.exp(before[k]!))).toBeLessThan(1e-4);
  });

  it('draws from its cached tree as it does when asked afresh (two-sample chi2)', async () => {
    const prompt = 'Q: Name one food word related to milk.\nA:';
    const options = { temperature: 1, topP: 1, maxTokens: 6, stop: ['\n'] };
    const tree = new DistributionTree(model, options);
    const counts = new Map<string, [number, number]>();
    const add = (text: string, side: 0 | 1) => {
      const pair = counts.get(text) ?? counts.set(text, [0, 0]).get(text)!;
      pair[side]++;
    };
    const n = 250;
    for (let i = 0; i < n; i++) {
      const cached = await tree.draw(prompt, stream(21, i));
      const fresh = await model.complete(prompt, { ...options, seed: i });
      if (!cached.ok || !fresh.ok) throw new Error('no answer');
      add(cached.value.text, 0);
      add(fresh.value.text, 1);
    }
    // Answers seen fewer than ten times are one cell together.
    const cells = [...counts.values()].filter(([a, b]) => a + b >= 10);
    const rest = [...counts.values()].filter(([a, b]) => a + b < 10);
    cells.push([0, 1].map((side) => rest.reduce((sum, pair) => sum + pair[side]!, 0)) as never);
    const chi2 = cells.reduce((sum, [a, b]) => sum + (a - b) ** 2 / Math.max(1, a + b), 0);
    const ndf = cells.length - 1;
    expect(cells.length).toBeGreaterThan(4);
    // Upper 0.1% point (Wilson and Hilferty 1931).
    expect(chi2).toBeLessThan(ndf * (1 - 2 / (9 * ndf) + 3.09 * Math.sqrt(2 / (9 * ndf))) ** 3);
    // Seeds 0 to 249 are neighbours: an engine's own would give one answer again and again.
    expect(counts.size).toBeGreaterThan(6);
    expect(tree.passes).toBeLessThan(n / 2);
  });

  it('says what ran: hashes of its files, adapter, precision', () => {
    expect(model.info).toMatchObject({ engine, id: 'pocket', vocabularySize: 1536 });
    const hashes = Object.values(model.info.hashes);
    expect(hashes.length).toBeGreaterThan(0);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(model.info.adapter).not.toBe('');
  });
});

describe('the two engines', () => {
  it('agree with each other within 0.005 on 50 prompts', () => {
    const [a, b] = [seen['webllm']!, seen['wllama']!];
    for (let k = 0; k < 50; k++) {
      const other = Float32Array.from(b[k]!, Math.exp);
      expect(totalVariation(a[k]!, other)).toBeLessThan(0.005);
    }
  });
});

describe('loading', () => {
  it('can be cancelled', async () => {
    const source = await modelSource('pocket', new URL('/', location.href).href);
    const stop = new AbortController();
    const loading = loadModel('wllama', source, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(await loading).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  });

  it('refuses a file whose hash differs, by name', async () => {
    const source = await modelSource('pocket', new URL('/', location.href).href);
    const wrong = { ...source, hashes: { 'pocket-f16.gguf': '0'.repeat(64) } };
    const loaded = await loadModel('wllama', wrong);
    expect(loaded).toMatchObject({ ok: false, fault: { code: 'integrity' } });
    if (!loaded.ok) expect(loaded.fault.detail).toContain('pocket-f16.gguf');
  });

  it('says what is missing', async () => {
    const source = await modelSource('pocket', new URL('/', location.href).href);
    const gone = { ...source, gguf: { url: new URL('/models/none.gguf?', location.href).href } };
    expect(await loadModel('wllama', gone)).toMatchObject({ ok: false });
  });
});
