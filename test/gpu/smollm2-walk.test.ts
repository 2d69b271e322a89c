/**
 * Walks of a real instruct model through wllama: word-walk by instruction and closed-choice by letters, from
 * their prompts to a verdict. Runs where SMOLLM2_GGUF names the file; SMOLLM2_ATTEMPTS makes the walks longer.
 * docs/models.md shows a run.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { closedChoice } from '../../src/agents/closed-choice';
import { readParameters, type Agent } from '../../src/agents/agent';
import { wordWalk } from '../../src/agents/word-walk';
import { analyse } from '../../src/analysis/analyse';
import type { LanguageModel } from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';
import { exactKernel } from '../../src/sampling/exact-kernel';
import { sample } from '../../src/sampling/sample';
import { WalkState } from '../../src/sampling/walk-state';
import { countAttempts } from '../../src/transitions/count';
import type { Attempt } from '../../src/transitions/types';

const address = inject('smollm2');
const attempts = inject('smollm2Attempts');

describe.skipIf(address === '')('SmolLM2-135M-Instruct walks', () => {
  let model: LanguageModel;

  beforeAll(async () => {
    const file = await (await fetch(address)).blob();
    const loaded = await loadModel('wllama', {
      ...{ id: 'SmolLM2-135M-Instruct', format: 'chat', hashes: {} },
      gguf: { file, name: 'smollm2.gguf' },
    });
    if (!loaded.ok) throw new Error(`${loaded.fault.code}: ${loaded.fault.detail}`);
    model = loaded.value;
  }, 120_000);
  afterAll(() => model?.close());

  async function walk(
    agent: Agent,
    given: Record<string, string>,
    temperature: number,
    wanted: number,
  ): Promise<Attempt[]> {
    const { parameters } = readParameters(agent, given);
    const log: Attempt[] = [];
    const before = (await model.work!())!;
    const start = performance.now();
    const end = await sample(
      model,
      {
        ...{ agent, parameters, temperature, topP: 1, seed: 1, source: 'uniform' },
        attempts: wanted,
      },
      new WalkState(agent.initialStates(parameters)),
      { append: async (batch) => void log.push(...batch), counted: () => undefined },
      new AbortController().signal,
    );
    expect(end).toEqual({ kind: 'complete' });
    const { passes, tokens } = (await model.work!())!;
    const graph = countAttempts(log);
    const rejected = new Map<string, number>();
    for (const { reject } of log)
      if (reject !== undefined) rejected.set(reject, (rejected.get(reject) ?? 0) + 1);
    console.info(
      JSON.stringify({
        ...{ agent: agent.id, given, temperature, attempts: log.length },
        accepted: log.filter(({ to }) => to !== undefined).length / log.length,
        rejected: Object.fromEntries(rejected),
        states: graph.names.length,
        passes: (passes - before.passes) / log.length,
        tokens: (tokens - before.tokens) / log.length,
        seconds: (performance.now() - start) / 1000,
        verdict: analyse(graph, { replicas: 500 }).verdict,
        answers: log.slice(0, 12).map(({ from, to, text }) => `${from} > ${to ?? text}`),
      }),
    );
    return log;
  }

  it('word-walk, by an instruction: any word', { timeout: 590_000 }, async () => {
    const given = { topic: 'any', wording: 'instruction' };
    const log = await walk(wordWalk, given, 0.7, Math.ceil(attempts / 10));
    for (const { to } of log) if (to !== undefined) expect(to).toMatch(/^[a-z]+$/);
    expect(log.every(({ p }) => p !== undefined && p > 0 && p <= 1)).toBe(true);
  });

  it('closed-choice, by letters: one pass a state', { timeout: 590_000 }, async () => {
    const given = { list: 'food', labels: 'letters' };
    const before = (await model.work!())!.passes;
    const log = await walk(closedChoice, given, 1, attempts);
    const passes = (await model.work!())!.passes - before;
    const asked = new Set(log.map(({ from }) => from)).size;
    expect(asked).toBeGreaterThan(2);
    expect(passes).toBeLessThanOrEqual(2 * asked); // the whole list is asked for at most once
    expect(log.some(({ to }) => to !== undefined)).toBe(true);
  });

  it('closed-choice: the exact kernel, and its verdict', { timeout: 590_000 }, async () => {
    const { parameters } = readParameters(closedChoice, {});
    const names = [...closedChoice.template(parameters).matchAll(/^[A-P]\) ([a-z]+)$/gm)].map(
      ([, word]) => word!,
    );
    expect(names).toHaveLength(16);
    const before = (await model.work!())!.passes;
    const settings = { agent: closedChoice, parameters, temperature: 1, topP: 1, least: 1e-6 };
    const kernel = await exactKernel(
      model,
      settings,
      names,
      () => undefined,
      new AbortController().signal,
    );
    if (!kernel.ok) throw new Error(kernel.fault.detail);
    expect(kernel.value.names).toHaveLength(16);
    expect((await model.work!())!.passes - before).toBe(16);
    const result = analyse(kernel.value, {});
    console.info(JSON.stringify({ exact: true, verdict: result.verdict }));
    expect(result.verdict.text).not.toBe('');
  });
});
