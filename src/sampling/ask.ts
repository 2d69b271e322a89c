/** One answer of a model, however it gives it: from its cached distributions, or as a completion. */
import { answerLimit } from '../agents/agent';
import type { Uniform } from '../models/draw';
import type { LanguageModel, ModelOutcome } from '../models/language-model';
import { DistributionTree, type Draw } from './distribution-tree';
import type { SamplingSettings } from './sample';

/** One answer; its probability and what it cost where the engine says so. */
export interface Answer extends Pick<Draw, 'text' | 'finish'> {
  p: number | null;
  passes: number | null;
}

/**
 * @param uniform the attempt's own stream, after the draw of its source
 * @param expected how many more answers to this prompt will probably be asked for
 */
export type Ask = (
  prompt: string,
  uniform: Uniform,
  signal: AbortSignal,
  expected?: number,
) => Promise<ModelOutcome<Answer>>;

/** Asks once: the cached tree where the engine gives its distribution, else a completion. */
export function asker(model: LanguageModel, settings: SamplingSettings): Ask {
  const { agent, parameters, temperature, topP } = settings;
  const { maxTokens } = answerLimit(agent, parameters);
  const options = { temperature, topP, maxTokens, stop: agent.stop };
  if (model.can.distribution) {
    const tree = new DistributionTree(model, options);
    return (prompt, uniform, signal, expected) => tree.draw(prompt, uniform, signal, expected);
  }
  return async (prompt, uniform, signal) => {
    // A seed of its own for every attempt, from our generator: neighbours are unrelated, and it has
    // nothing to do with the number that chose the source.
    const seed = Math.floor(uniform() * 2 ** 32) | 0;
    const answer = await model.complete(
      prompt,
      { ...options, stop: [...agent.stop], seed },
      signal,
    );
    if (!answer.ok) return answer;
    const { text, logProbability, finish, passes } = answer.value;
    const p = logProbability === null ? null : Math.exp(logProbability);
    return { ok: true, value: { text, p, finish, passes: passes ?? null } };
  };
}
