/** WebLLM's chat templates as WebLLM itself feeds them, and its cache, which changes no number. */
import { MLCEngine } from '@mlc-ai/web-llm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelSource } from '../../src/models/catalogue';
import type { LanguageModel } from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';
import {
  chatTokens,
  pipelineOf,
  stopTokens,
  type Pipeline,
} from '../../src/models/webllm/pipeline';

const base = new URL('/', location.href).href;

/** `conv_template` as the catalogue's models have it; ids of the prefix are some of the pocket model's. */
const common = {
  add_role_after_system_message: true,
  role_templates: { user: '{user_message}', assistant: '{assistant_message}' },
  ...{ messages: [], stop_token_ids: [2], function_string: '', use_function_calling: false },
};
const TEMPLATES = {
  'llama-3': {
    ...common,
    system_template: '<|start_header_id|>system<|end_header_id|>\n\n{system_message}<|eot_id|>',
    system_message: 'You are a helpful, respectful and honest assistant.',
    system_prefix_token_ids: [7],
    roles: {
      user: '<|start_header_id|>user',
      assistant: '<|start_header_id|>assistant',
    },
    seps: ['<|eot_id|>'],
    ...{ role_content_sep: '<|end_header_id|>\n\n', role_empty_sep: '<|end_header_id|>\n\n' },
    stop_str: [],
  },
  chatml: {
    ...common,
    system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
    system_message: 'You are a helpful assistant.',
    roles: { user: '<|im_start|>user', assistant: '<|im_start|>assistant' },
    seps: ['<|im_end|>\n'],
    ...{ role_content_sep: '\n', role_empty_sep: '\n', stop_str: ['<|im_end|>'] },
  },
  gemma: {
    ...common,
    ...{ system_template: '{system_message}', system_message: '', system_prefix_token_ids: [9] },
    roles: { user: '<start_of_turn>user', assistant: '<start_of_turn>model' },
    seps: ['<end_of_turn>\n'],
    ...{ role_content_sep: '\n', role_empty_sep: '\n', stop_str: ['<end_of_turn>'] },
  },
  'phi-3': {
    ...common,
    system_template: '<|system|>\n{system_message}',
    ...{ system_message: 'You are a helpful assistant.<|end|>\n', system_prefix_token_ids: [1] },
    roles: { user: '<|user|>', assistant: '<|assistant|>' },
    seps: ['<|end|>\n'],
    ...{ role_content_sep: '\n', role_empty_sep: '\n', stop_str: ['<|endoftext|>'] },
  },
  mistral: {
    ...common,
    ...{ system_template: '[INST] {system_message}', system_message: 'Be honest.' },
    system_prefix_token_ids: [1],
    add_role_after_system_message: false,
    roles: { user: '[INST]', assistant: '[/INST]' },
    seps: [' '],
    ...{ role_content_sep: ' ', role_empty_sep: '', stop_str: ['</s>'] },
  },
};
type Name = keyof typeof TEMPLATES;

const QUESTION = 'One word related to bread:';
/** The prompts written out, as the models' makers do. */
const WRITTEN: Record<Name, string> = {
  'llama-3': `<|start_header_id|>system<|end_header_id|>\n\nYou are a helpful, respectful and honest assistant.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n${QUESTION}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n`,
  chatml: `<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n${QUESTION}<|im_end|>\n<|im_start|>assistant\n`,
  gemma: `<start_of_turn>user\n${QUESTION}<end_of_turn>\n<start_of_turn>model\n`,
  'phi-3': `<|system|>\nYou are a helpful assistant.<|end|>\n<|user|>\n${QUESTION}<|end|>\n<|assistant|>\n`,
  mistral: `[INST] Be honest.${QUESTION} [/INST]`,
};

describe('the chat templates of WebLLM', () => {
  let engine: MLCEngine;
  let pipeline: Pipeline;
  let fed: number[] = [];

  beforeAll(async () => {
    const { webllm } = await modelSource('pocket', base);
    const record = { model: webllm!.model, model_id: 'pocket', model_lib: webllm!.library };
    engine = new MLCEngine({ appConfig: { model_list: [record] }, logLevel: 'SILENT' });
    await engine.reload('pocket');
    pipeline = pipelineOf(engine, 'pocket')!;
    const inside = pipeline as unknown as { getInputData(): Promise<[number[][]]> };
    const own = inside.getInputData.bind(pipeline);
    inside.getInputData = async () => {
      const data = await own();
      fed = data[0].flat();
      return data;
    };
  }, 120_000);
  afterAll(() => engine?.unload());

  /** What WebLLM's own completion feeds the model with this template. */
  async function webllmFeeds(template: object, thinks: boolean): Promise<number[]> {
    const { loadedModelIdToChatConfig: configs } = engine as unknown as {
      loadedModelIdToChatConfig: Map<string, { conv_template: object }>;
    };
    configs.get('pocket')!.conv_template = template;
    await engine.chat.completions.create({
      messages: [{ role: 'user', content: QUESTION }],
      max_tokens: 1,
      ...(thinks && { extra_body: { enable_thinking: false } }),
    });
    return fed;
  }

  /** The pipeline with a vocabulary that has these texts as tokens of their own. */
  const withTokens = (own: Record<string, number>): Pipeline =>
    Object.create(pipeline, {
      tokenizer: {
        value: {
          encode: (text: string) =>
            own[text] === undefined ? pipeline.tokenizer.encode(text) : Int32Array.of(own[text]),
        },
      },
    }) as Pipeline;

  it.each(Object.keys(TEMPLATES) as Name[])('%s: the ids that WebLLM feeds', async (name) => {
    const template = TEMPLATES[name];
    const theirs = await webllmFeeds(template, false);
    const ours = chatTokens(pipeline, QUESTION);
    expect(ours).toEqual(theirs);
    const prefix = 'system_prefix_token_ids' in template ? template.system_prefix_token_ids : [];
    expect(ours.slice(0, prefix.length)).toEqual(prefix);
    const text = pipeline.tokenizer.decode(Int32Array.from(ours.slice(prefix.length)));
    const written = pipeline.tokenizer.decode(pipeline.tokenizer.encode(WRITTEN[name]));
    // unknown characters come out as one sign in a row: compare what the vocabulary has
    const known = (s: string) => s.replace(/[^a-z]+/gi, ' ').trim();
    expect(known(text)).toBe(known(written));
  });

  it('takes a state as text, whatever is in it', async () => {
    await webllmFeeds(TEMPLATES.gemma, false);
    const text = (prompt: string) =>
      pipeline.tokenizer.decode(Int32Array.from(chatTokens(pipeline, prompt)));
    expect(text('a $& b $1 c')).not.toContain('message');
  });

  it('tells a model that thinks not to, as WebLLM does', async () => {
    const theirs = await webllmFeeds(TEMPLATES.chatml, true);
    expect(chatTokens(withTokens({ '<think>': 5 }), QUESTION)).toEqual(theirs);
    expect(chatTokens(pipeline, QUESTION)).not.toEqual(theirs);
  });

  it('ends an answer at a stop string that is one token', async () => {
    await webllmFeeds(TEMPLATES.chatml, false);
    expect(stopTokens(withTokens({ '<|im_end|>': 11 }))).toEqual([11]);
  });
});

describe('the cache of WebLLM', () => {
  let model: LanguageModel;
  const prompts = ['bread', 'milk', 'an apple'].map(
    (word) => `Q: Name one food word related to ${word}.\nA:`,
  );
  const requests = prompts.flatMap((prompt) =>
    [[], [70], [71], [70, 72], [70, 73, 74]].map((prefix) => ({ prompt, prefix })),
  );

  beforeAll(async () => {
    const loaded = await loadModel('webllm', await modelSource('pocket', base));
    if (!loaded.ok) throw new Error(loaded.fault.detail);
    model = loaded.value;
  }, 120_000);
  afterAll(() => model?.close());

  async function ask({ prompt, prefix }: (typeof requests)[number]) {
    const before = (await model.work!())!;
    const logs = await model.distribution(prompt, prefix);
    if (!logs.ok) throw new Error(logs.fault.detail);
    const after = (await model.work!())!;
    const cost = { passes: after.passes - before.passes, tokens: after.tokens - before.tokens };
    return { logs: logs.value, cost };
  }
  const apart = (a: Float64Array, b: Float64Array) =>
    a.reduce((most, log, k) => Math.max(most, Math.abs(log - b[k]!)), 0);

  it('gives the numbers of the request alone, in any order, for fewer tokens', async () => {
    const alone: Float64Array[] = [];
    for (const request of requests) {
      await ask({ prompt: 'Something else.', prefix: [] }); // nothing of the request is in the cache
      alone.push((await ask(request)).logs);
    }
    const order = [14, 0, 3, 1, 9, 8, 2, 4, 5, 12, 6, 13, 7, 11, 10];
    const costs: number[] = [];
    for (const k of order) {
      const { logs, cost } = await ask(requests[k]!);
      expect(logs).toEqual(alone[k]); // bit by bit
      costs.push(cost.passes);
    }
    await ask(requests[0]!);
    expect((await ask(requests[1]!)).cost).toEqual({ passes: 1, tokens: 1 });
    expect((await ask(requests[2]!)).cost).toEqual({ passes: 1, tokens: 1 });
  });

  it('computes the declared beginning once, and the numbers stay within 1e-5', async () => {
    await model.begin!('');
    const whole: Float64Array[] = [];
    for (const prompt of prompts) whole.push((await ask({ prompt, prefix: [] })).logs);
    await model.begin!('Q: Name one food word related to ');
    await ask({ prompt: prompts[0]!, prefix: [] }); // tried against one pass here
    const first = await ask({ prompt: prompts[1]!, prefix: [] });
    expect(first.cost.passes).toBe(1);
    expect(first.cost.tokens).toBeLessThan(8);
    expect(apart(first.logs.map(Math.exp), whole[1]!.map(Math.exp))).toBeLessThan(1e-5);
    // the same bits after anything else
    await ask({ prompt: 'Something else.', prefix: [] });
    const again = await ask({ prompt: prompts[1]!, prefix: [] });
    expect(again.cost.passes).toBe(2);
    expect(again.logs).toEqual(first.logs);
  });
});
