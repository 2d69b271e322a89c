/**
 * The exact kernel: every answer above a stated chance followed through the model's own next-token
 * distributions. No sampling noise; what was not followed is known.
 */
import {
  answerLimit,
  readAnswer,
  sharedBeginning,
  type Agent,
  type AgentParameters,
} from '../agents/agent';
import { findStop } from '../models/complete';
import { shape, type Shaping } from '../models/draw';
import type { Completion, LanguageModel, ModelOutcome } from '../models/language-model';
import { Counter } from '../transitions/count';
import { asExactKernel } from '../transitions/kernel-csv';
import type { CountGraph } from '../transitions/types';

export interface ExactSettings extends Shaping {
  agent: Agent;
  parameters: AgentParameters;
  /** Branches below this chance are not followed; their mass is stated. */
  least: number;
}

/** One row read off the model: chances that add up to 1 - unfollowed. */
export interface ExactRow {
  to: Map<string, number>;
  rejected: number;
  unfollowed: number;
  /** Forward passes that it took. */
  passes: number;
}

type Source = Pick<LanguageModel, 'distribution' | 'detokenize' | 'endTokens'>;

/** A beginning of an answer, and its chance. */
interface Branch {
  prefix: number[];
  chance: number;
}

/**
 * The row of one state: the tree of next-token distributions, followed down to `least`. One forward
 * pass a branch that goes on.
 */
export async function exactRow(
  model: Source,
  settings: ExactSettings,
  state: string,
  signal?: AbortSignal,
): Promise<ModelOutcome<ExactRow>> {
  const { agent, parameters, least } = settings;
  const prompt = agent.prompt(state, parameters);
  const row: ExactRow = { to: new Map(), rejected: 0, unfollowed: 0, passes: 0 };
  const open: Branch[] = [{ prefix: [], chance: 1 }];
  for (let branch = open.pop(); branch; branch = open.pop()) {
    const next = await model.distribution(prompt, branch.prefix, signal);
    if (!next.ok) return next;
    row.passes++;
    const chances = shape(next.value, settings);
    for (let token = 0; token < chances.length; token++) {
      const chance = branch.chance * chances[token]!;
      if (chance < least) {
        row.unfollowed += chance;
        continue;
      }
      const path = [...branch.prefix, token];
      const answer = await answerOf(model, settings, path);
      if (!answer.ok) return answer;
      if (answer.value === null) open.push({ prefix: path, chance });
      else record(row, settings, state, answer.value, chance);
    }
  }
  return { ok: true, value: row };
}

/** An answer, and whether it ended or was cut off. */
type Answer = Pick<Completion, 'text' | 'finish'>;

/** The answer that ends with these tokens, or null where it goes on. */
async function answerOf(
  model: Source,
  { agent, parameters }: ExactSettings,
  path: number[],
): Promise<ModelOutcome<Answer | null>> {
  const ended = model.endTokens.includes(path[path.length - 1]!);
  const whole = await model.detokenize(ended ? path.slice(0, -1) : path);
  if (!whole.ok) return whole;
  const stop = findStop(whole.value, agent.stop);
  const text = stop >= 0 ? whole.value.slice(0, stop) : whole.value;
  if (stop >= 0 || ended) return { ok: true, value: { text, finish: 'stop' } };
  const cut = path.length >= answerLimit(agent, parameters).maxTokens;
  return { ok: true, value: cut ? { text, finish: 'length' } : null };
}

function record(
  row: ExactRow,
  { agent, parameters }: ExactSettings,
  state: string,
  answer: Answer,
  chance: number,
): void {
  const parsed = readAnswer(agent, parameters, state, answer);
  if (parsed.ok) row.to.set(parsed.state, (row.to.get(parsed.state) ?? 0) + chance);
  else row.rejected += chance;
}

/**
 * The rows of these states as an exact kernel (`exact` set). States that they lead to beside have no
 * row: nothing is said of what leaves them.
 * @param progress rows done, of how many
 * @returns the kernel; the engine's fault as it is, `cancelled` where the signal fired
 */
export async function exactKernel(
  model: Source & Pick<LanguageModel, 'begin'>,
  settings: ExactSettings,
  states: readonly string[],
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ModelOutcome<CountGraph>> {
  await model.begin?.(sharedBeginning(settings.agent, settings.parameters));
  const counter = new Counter();
  for (const [done, state] of states.entries()) {
    progress(done, states.length);
    const row = await exactRow(model, settings, state, signal);
    if (signal.aborted) return { ok: false, fault: { code: 'cancelled', detail: '' } };
    if (!row.ok) return row;
    for (const [to, chance] of row.value.to) counter.addTransitions(state, to, chance);
    counter.addRejections(state, 'invalid', row.value.rejected);
  }
  progress(states.length, states.length);
  return { ok: true, value: asExactKernel(counter.snapshot()) };
}
