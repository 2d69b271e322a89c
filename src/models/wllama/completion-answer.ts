/** What llama.cpp answers to a completion, as far as it is read: wllama's types leave most of it out. */

/** One entry of the list of probabilities. */
export interface TokenProbability {
  id: number;
  /** After the bias asked for; all listed and unlisted tokens together have 1. */
  prob: number;
}

export interface CompletionAnswer {
  choices: readonly {
    logprobs?: { content?: readonly { top_probs?: TokenProbability[] }[] } | null;
  }[];
  /** `prompt_n`: tokens of the prompt that were not in the cache. */
  timings?: { prompt_n?: number };
}

/** The probabilities after the prompt; null where llama.cpp reports no token. */
export function readTokens(answer: CompletionAnswer): readonly TokenProbability[] | null {
  return answer.choices[0]?.logprobs?.content?.[0]?.top_probs ?? null;
}
