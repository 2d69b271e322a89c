/** The browser's side of bench/sampling.ts: one engine with the pocket model, asked in three ways. */
import { MLCEngine } from '@mlc-ai/web-llm';
import { LoggerWithoutDebug, Wllama } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { wordWalk } from '../../src/agents/word-walk';
import { answerLimit, readParameters, type AgentParameters } from '../../src/agents/agent';
import { modelSource } from '../../src/models/catalogue';
import type { LanguageModel, ModelSource, Work } from '../../src/models/language-model';
import { loadModel } from '../../src/models/load-model';
import { sample, type SamplingSettings } from '../../src/sampling/sample';
import { WalkState } from '../../src/sampling/walk-state';
import type { Attempt } from '../../src/transitions/types';

export interface Asked {
  engine: 'webllm' | 'wllama';
  /** How long answers are: word-walk's parameter. */
  answer: 'line' | 'token';
  /** Attempts of the walks on the cached tree, each with a tree of its own. */
  attempts: readonly number[];
  /** Attempts of the bare loop and of our sampler without the tree, in turns. */
  bare: number;
}

/** Milliseconds and forward passes, an attempt. */
export interface Cost {
  ms: number;
  passes: number;
}

export interface SamplingRun {
  adapter: string;
  loop: Cost;
  plain: Cost;
  trees: (Cost & { attempts: number; accepted: number })[];
}

const stop = [...wordWalk.stop];

/** The engine's own completion, as its documentation shows it: gives the tokens it drew. */
interface Bare {
  complete(prompt: string, maxTokens: number, seed: number): Promise<number>;
  end(): Promise<void>;
}

async function bareWebLLM({ webllm }: ModelSource): Promise<Bare> {
  const record = { model: webllm!.model, model_id: 'pocket', model_lib: webllm!.library };
  const engine = new MLCEngine({ appConfig: { model_list: [record] }, logLevel: 'SILENT' });
  await engine.reload('pocket');
  return {
    complete: async (prompt, maxTokens) => {
      // no seed: WebLLM's own generator goes on (neighbouring seeds would repeat one answer)
      const answer = await engine.completions.create({
        ...{ prompt, max_tokens: maxTokens, temperature: 1, top_p: 1, stop },
      });
      return answer.usage!.completion_tokens;
    },
    end: () => engine.unload(),
  };
}

async function bareWllama({ gguf }: ModelSource): Promise<Bare> {
  const wllama = new Wllama(
    { default: new URL(wasmUrl, location.href).href },
    { suppressNativeLog: true, allowOffline: true, logger: LoggerWithoutDebug },
  );
  wllama.setCompat(null);
  const file = await (await fetch((gguf as { url: string }).url)).blob();
  // as ours is loaded
  await wllama.loadModel([file], {
    ...{ n_gpu_layers: 0, n_ctx: 512, n_threads: 1, n_parallel: 1, flash_attn: false },
    ...{ cache_type_k: 'f32', cache_type_v: 'f32' },
  });
  return {
    complete: async (prompt, maxTokens, seed) => {
      const answer = await wllama.createCompletion({
        ...{ prompt, max_tokens: maxTokens, temperature: 1, top_k: 0, top_p: 1, min_p: 0 },
        ...{ stop, seed, stream: false },
      });
      return answer.usage!.completion_tokens;
    },
    end: () => wllama.exit(),
  };
}

/** A walk on the cached tree, as the page makes one. */
async function walk(
  model: LanguageModel,
  parameters: AgentParameters,
  attempts: number,
): Promise<[Attempt[], number]> {
  const settings: SamplingSettings = {
    ...{ agent: wordWalk, parameters, temperature: 1, topP: 1, seed: 1, source: 'uniform' },
    attempts,
  };
  const log: Attempt[] = [];
  const start = performance.now();
  const end = await sample(
    model,
    settings,
    new WalkState(wordWalk.initialStates(parameters)),
    { append: async (batch) => void log.push(...batch), counted: () => undefined },
    new AbortController().signal,
  );
  if (end.kind !== 'complete') throw new Error(JSON.stringify(end));
  return [log, performance.now() - start];
}

/** The three ways in one page: the walks first, then the other two in turns on sources of that walk. */
export async function run({
  engine,
  answer: length,
  attempts,
  bare: count,
}: Asked): Promise<SamplingRun> {
  const { parameters } = readParameters(wordWalk, { answer: length });
  const { maxTokens } = answerLimit(wordWalk, parameters);
  const source = await modelSource('pocket', new URL('/', location.href).href);
  const bare = engine === 'webllm' ? await bareWebLLM(source) : await bareWllama(source);
  const loaded = await loadModel(engine, source);
  if (!loaded.ok) throw new Error(`${loaded.fault.code}: ${loaded.fault.detail}`);
  const model = loaded.value;
  const work = async () => (await model.work!()) as Work;

  const trees: SamplingRun['trees'] = [];
  let log: Attempt[] = [];
  for (const wanted of attempts) {
    const before = (await work()).passes;
    const [made, ms] = await walk(model, parameters, wanted);
    const passes = ((await work()).passes - before) / wanted;
    const accepted = made.filter(({ to }) => to !== undefined).length / wanted;
    trees.push({ ms: ms / wanted, passes, attempts: wanted, accepted });
    log = made;
  }

  const spent = { loop: 0, plain: 0 };
  const passes = { loop: 0, plain: 0 };
  const ways = {
    loop: async (prompt: string, seed: number) => bare.complete(prompt, maxTokens, seed),
    plain: async (prompt: string, seed: number) => {
      const options = { temperature: 1, topP: 1, maxTokens, stop, seed };
      const answer = await model.complete(prompt, options);
      if (!answer.ok) throw new Error(answer.fault.detail);
      return answer.value.passes ?? 0;
    },
  };
  for (let k = -2; k < count; k++) {
    const { from } = log[Math.floor((Math.max(k, 0) * log.length) / count)]!;
    const prompt = wordWalk.prompt(from, parameters);
    // which side begins changes from one attempt to the next; the first two only warm up
    for (const way of k % 2 === 0 ? (['loop', 'plain'] as const) : (['plain', 'loop'] as const)) {
      const start = performance.now();
      const cost = await ways[way](prompt, k + 3);
      if (k < 0) continue;
      spent[way] += performance.now() - start;
      passes[way] += cost;
    }
  }
  await bare.end();
  const { adapter } = model.info;
  await model.close();
  return {
    adapter,
    loop: { ms: spent.loop / count, passes: passes.loop / count },
    plain: { ms: spent.plain / count, passes: passes.plain / count },
    trees,
  };
}
