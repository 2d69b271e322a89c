/** The run: which source next, ask, parse, record. Every accepted transition is durable first. */
import { answerLimit, readAnswer, type Agent, type AgentParameters } from '../agents/agent';
import { stream, type Uniform } from '../models/draw';
import type { LanguageModel, ModelFault, ModelOutcome } from '../models/language-model';
import type { Attempt } from '../transitions/types';
import { DistributionTree, type Draw } from './distribution-tree';
import type { WalkState } from './walk-state';

export interface SamplingSettings {
  agent: Agent;
  parameters: AgentParameters;
  temperature: number;
  topP: number;
  /** Any 32-bit whole number; attempt i draws from the stream (seed, i). */
  seed: number;
  source: 'uniform' | 'chain';
  /** Attempts after which the run is complete. */
  attempts: number;
}

export interface SamplingHooks {
  /** Makes a batch durable; nothing of it is shown as counted before this resolves. */
  append(batch: readonly Attempt[]): Promise<void>;
  /** The batch is durable. Its forward passes, or null where the engine does not count them. */
  counted(batch: readonly Attempt[], passes: number | null): void;
}

export type SamplingEnd =
  | { kind: 'complete' }
  | { kind: 'stopped' }
  | { kind: 'model-fault'; fault: ModelFault }
  | { kind: 'storage-fault'; detail: string };

/** A batch is written after this long, or when it is this long. */
const BATCH_MS = 150;
const BATCH_SIZE = 500;
/** Longest stretch without giving the thread back to the page. */
const SLICE_MS = 12;

/** Lets events and painting happen. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** One answer, and what it cost where that is known. */
type Asked = Omit<Draw, 'passes'> & { passes: number | null };

type Ask = (
  prompt: string,
  uniform: Uniform,
  i: number,
  signal: AbortSignal,
) => Promise<ModelOutcome<Asked>>;

/** Asks once: the cached tree where the engine gives its distribution, else a completion. */
function asker(model: LanguageModel, settings: SamplingSettings): Ask {
  const { agent, parameters, temperature, topP, seed } = settings;
  const { maxTokens } = answerLimit(agent, parameters);
  const options = { temperature, topP, maxTokens, stop: agent.stop };
  if (model.can.distribution) {
    const tree = new DistributionTree(model, options);
    return (prompt, uniform, _i, signal) => tree.draw(prompt, uniform, signal);
  }
  return async (prompt, _uniform, i, signal) => {
    // A seed of its own for every attempt, through our mixing: neighbours are unrelated.
    const own = Math.floor(stream(seed, i)() * 2 ** 32) | 0;
    const answer = await model.complete(
      prompt,
      { ...options, stop: [...agent.stop], seed: own },
      signal,
    );
    if (!answer.ok) return answer;
    const { text, logProbability, finish, passes } = answer.value;
    const p = Math.exp(logProbability);
    return { ok: true, value: { text, p, finish, passes: passes ?? null } };
  };
}

/**
 * Samples until the wanted number of attempts, an abort, or a fault. Pausing is aborting; calling
 * again with the same state and settings goes on as if nothing had happened, attempt by attempt.
 * A fault of the engine or the storage is never an attempt.
 * @param state where the walk stands; brought up to date as attempts are made durable
 */
export async function sample(
  model: LanguageModel,
  settings: SamplingSettings,
  state: WalkState,
  hooks: SamplingHooks,
  signal: AbortSignal,
): Promise<SamplingEnd> {
  const { agent, parameters } = settings;
  const ask = asker(model, settings);
  const started = performance.now() - state.elapsed;
  let batch: Attempt[] = [];
  let passes: number | null = 0;
  let lastWrite = performance.now();
  let lastBreath = lastWrite;

  const write = async (): Promise<SamplingEnd | null> => {
    lastWrite = performance.now();
    if (batch.length === 0) return null;
    const done = batch;
    const cost = passes;
    batch = [];
    passes = 0;
    try {
      await hooks.append(done);
    } catch (error) {
      return {
        kind: 'storage-fault',
        detail: error instanceof Error ? error.message : String(error),
      };
    }
    hooks.counted(done, cost);
    return null;
  };

  while (state.next < settings.attempts && !signal.aborted) {
    const i = state.next;
    const uniform = stream(settings.seed, i);
    const from = state.source(settings.source, uniform);
    const prompt = agent.prompt(from, parameters);
    const asked = performance.now();
    const answer = await ask(prompt, uniform, i, signal);
    if (!answer.ok) {
      const failed = await write();
      if (failed) return failed;
      if (signal.aborted) return { kind: 'stopped' };
      return { kind: 'model-fault', fault: answer.fault };
    }
    const now = performance.now();
    const attempt: Attempt = {
      i,
      t: Math.round((now - started) * 10) / 10,
      from,
      ...outcome(settings, answer.value, from),
      p: Number(answer.value.p.toPrecision(6)),
      ms: Math.round((now - asked) * 100) / 100,
    };
    state.record(attempt);
    batch.push(attempt);
    passes = passes === null || answer.value.passes === null ? null : passes + answer.value.passes;
    if (now - lastWrite > BATCH_MS || batch.length >= BATCH_SIZE) {
      const failed = await write();
      if (failed) return failed;
    }
    if (performance.now() - lastBreath > SLICE_MS) {
      await breathe();
      lastBreath = performance.now();
    }
  }
  const failed = await write();
  return failed ?? { kind: signal.aborted ? 'stopped' : 'complete' };
}

function outcome(
  { agent, parameters }: SamplingSettings,
  answer: Pick<Draw, 'text' | 'finish'>,
  from: string,
): Pick<Attempt, 'to' | 'reject' | 'text'> {
  const parsed = readAnswer(agent, parameters, from, answer);
  return parsed.ok ? { to: parsed.state } : { reject: parsed.reason, text: answer.text };
}
