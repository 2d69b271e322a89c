/**
 * word-sum, the published word agent: letters A..Z count 1..26, a state is a word whose letters add
 * to 100 (method, section 9; arXiv:2512.10047). A word with a wrong sum is a rejection here; in the
 * published code it was the state INVALID00.
 */
import type { Agent, AgentParameters } from './agent';

/** What the letters of a state add to. */
export const TARGET_SUM = 100;

/** Sum of the letters, A = 1 to Z = 26; letters only. */
export function letterSum(word: string): number {
  let sum = 0;
  for (const letter of word.toUpperCase()) sum += letter.charCodeAt(0) - 64;
  return sum;
}

const SHORT = 'Q: The letters of {state} add to 100. Give another word that adds to 100.\nA:';
const PUBLISHED =
  'If A to Z are the numbers 1 to 26, then KNOWLEDGE adds to 96%, HARDWORK to 98%, LUCK to 47%, LOVE to 54% and MONEY to 72%. {state} adds to 100%. Name a new word whose letters add to exactly 100. Answer with the word only.\nAnswer:';

function template(parameters: AgentParameters): string {
  return parameters['wording'] === 'published' ? PUBLISHED : SHORT;
}

export const wordSum: Agent = {
  id: 'word-sum',
  name: 'Word sum',
  description:
    'Given a word whose letters add to 100 (A = 1 to Z = 26), the model answers another one.',
  parameters: [
    {
      id: 'wording',
      label: 'Wording',
      default: 'short',
      options: [
        { value: 'short', label: 'short', hint: 'the one the pocket model knows' },
        { value: 'published', label: 'after the paper', hint: 'for larger models' },
      ],
    },
  ],
  template,
  initialStates: () => ['BUZZY'],
  prompt(state, parameters) {
    const shown = parameters['wording'] === 'published' ? state : state.toLowerCase();
    return template(parameters).replace('{state}', () => shown);
  },
  parse(answer, state) {
    const word = answer.trim().toUpperCase();
    if (word === '') return { ok: false, reason: 'empty' };
    if (!/^[A-Z]+$/.test(word)) return { ok: false, reason: 'not-a-word' };
    if (letterSum(word) !== TARGET_SUM) return { ok: false, reason: 'wrong-sum' };
    if (word === state) return { ok: false, reason: 'same-state' };
    return { ok: true, state: word };
  },
  stop: ['\n'],
  maxTokens: 12,
};
