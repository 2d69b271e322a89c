/** One answer, token by token, from an engine that can give its next-token distribution. */
import { stream } from './draw';
import type { Completion, CompletionOptions, LanguageModel, ModelOutcome } from './language-model';
import { NextToken, type NextSource } from './next-token';

/** The engine as far as an answer needs it. */
type Source = NextSource & Pick<LanguageModel, 'detokenize' | 'endTokens'>;

/** Where the text ends before a stop string: its length, or -1 where none occurs. */
export function findStop(text: string, stop: readonly string[]): number {
  let first = -1;
  for (const s of stop) {
    const at = s === '' ? -1 : text.indexOf(s);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/**
 * Ancestral sampling: asks for the next-token distribution, draws with our own generator, goes on.
 * @returns the answer up to an end token, a stop string or `maxTokens`; a fault of the engine as it is
 */
export async function completeByDistribution(
  model: Source,
  prompt: string,
  options: CompletionOptions,
  signal?: AbortSignal,
): Promise<ModelOutcome<Completion>> {
  const uniform = stream(options.seed, 0);
  const tokens: number[] = [];
  let logProbability = 0;
  let text = '';
  let passes = 0;
  const done = (finish: Completion['finish']): ModelOutcome<Completion> => ({
    ok: true,
    value: { text, tokens, logProbability, finish, passes },
  });
  for (;;) {
    if (tokens.length >= options.maxTokens) return done('length');
    const next = new NextToken(model, options);
    const drawn = await next.draw(prompt, tokens, uniform, signal);
    if (!drawn.ok) return drawn;
    passes += next.passes;
    const { token } = drawn.value;
    logProbability += drawn.value.logProbability;
    if (model.endTokens.includes(token)) return done('stop');
    tokens.push(token);
    const whole = await model.detokenize(tokens);
    if (!whole.ok) return whole;
    text = whole.value;
    const end = findStop(text, options.stop);
    if (end >= 0) {
      text = text.slice(0, end);
      return done('stop');
    }
  }
}
