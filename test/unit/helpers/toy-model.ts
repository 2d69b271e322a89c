/** A tiny language model with a known distribution: letters, context = the prompt and the last token. */
import { completeByDistribution } from '../../../src/models/complete';
import type { LanguageModel, ModelOutcome } from '../../../src/models/language-model';

/** Tokens 0 to 4: the end, a, b, c, newline. */
const PIECES = ['', 'a', 'b', 'c', '\n'];

/** Natural-log probabilities that depend on the prompt and on the whole prefix. */
function logits(prompt: string, prefix: readonly number[]): number[] {
  let mark = 7;
  for (const c of prompt) mark = (mark * 31 + c.charCodeAt(0)) % 1009;
  for (const k of prefix) mark = (mark * 17 + k + 1) % 1009;
  return PIECES.map((_, k) => ((mark * (k + 3)) % 13) / 4);
}

export class ToyModel implements LanguageModel {
  readonly info = {
    engine: 'wllama' as const,
    id: 'toy',
    hashes: {},
    vocabularySize: PIECES.length,
    contextLength: 64,
    format: 'plain' as const,
    backend: 'wasm' as const,
    adapter: 'none',
    precision: 'float64',
  };
  readonly can = { distribution: true, tokenBias: false, batch: false, tokenize: true };
  readonly endTokens = [0];
  passes = 0;
  /** The pass of this number fails, as a lost device would. */
  failAt = Infinity;

  async distribution(
    prompt: string,
    prefix: readonly number[],
  ): Promise<ModelOutcome<Float64Array>> {
    if (++this.passes === this.failAt)
      return { ok: false, fault: { code: 'device-lost', detail: 'toy' } };
    const z = logits(prompt, prefix);
    const total = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0));
    return { ok: true, value: Float64Array.from(z, (value) => value - total) };
  }

  complete = (prompt: string, options: Parameters<LanguageModel['complete']>[1]) =>
    completeByDistribution(this, prompt, options);

  async tokenize(text: string): Promise<ModelOutcome<number[]>> {
    return { ok: true, value: Array.from(text, (c) => PIECES.indexOf(c)) };
  }

  async detokenize(ids: readonly number[]): Promise<ModelOutcome<string>> {
    return { ok: true, value: ids.map((id) => PIECES[id]).join('') };
  }

  async close(): Promise<void> {
    /* nothing to close */
  }
}
