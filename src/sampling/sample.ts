/** The run: which source next, ask, parse, record. Every accepted transition is durable first. */
import { sharedBeginning, type Agent, type AgentParameters } from '../agents/agent';
import { stream } from '../models/draw';
import type { LanguageModel, ModelFault } from '../models/language-model';
import type { Attempt } from '../transitions/types';
import { asker, type Ask } from './ask';
import { sampleInFlight } from './in-flight';
import { Recorder } from './recorder';
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
  /** Of a server: how many at once the run began with. Sources depend on it, so it stays. */
  parallel?: number;
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
  await model.begin?.(sharedBeginning(settings.agent, settings.parameters));
  const ask = asker(model, settings);
  const recorder = new Recorder(settings, state, hooks);
  // Along a chain every answer is the next question: one at a time.
  if (model.can.batch && settings.source === 'uniform')
    return sampleInFlight(ask, model.can.parallel ?? 1, settings, state, recorder, signal);
  return sampleOneByOne(ask, settings, state, recorder, signal);
}

async function sampleOneByOne(
  ask: Ask,
  settings: SamplingSettings,
  state: WalkState,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<SamplingEnd> {
  const { agent, parameters } = settings;
  let lastBreath = performance.now();
  while (state.next < settings.attempts && !signal.aborted) {
    const uniform = stream(settings.seed, state.next);
    const from = state.source(settings.source, uniform);
    const asked = performance.now();
    const expected = (settings.attempts - state.next) / state.states.length;
    const answer = await ask(agent.prompt(from, parameters), uniform, signal, expected);
    if (!answer.ok) {
      const failed = await recorder.write();
      if (failed) return failed;
      if (signal.aborted) return { kind: 'stopped' };
      return { kind: 'model-fault', fault: answer.fault };
    }
    recorder.record(from, answer.value, performance.now() - asked);
    if (recorder.due) {
      const failed = await recorder.write();
      if (failed) return failed;
    }
    if (performance.now() - lastBreath > SLICE_MS) {
      await breathe();
      lastBreath = performance.now();
    }
  }
  const failed = await recorder.write();
  return failed ?? { kind: signal.aborted ? 'stopped' : 'complete' };
}
