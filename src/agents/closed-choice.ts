/**
 * closed-choice: given a word, the model chooses one of a closed list. Answered by letters, every answer is one
 * token, and a whole row of the kernel is one forward pass.
 */
import type { Agent, AgentParameters } from './agent';
import { bareWord } from './lenient';
import lists from './word-lists.json';

/** Options on a list: letters A to P. */
const LENGTH = 16;
const LISTS = new Map(
  Object.entries(lists.topics).map(([id, words]) => [id, words.slice(0, LENGTH)] as const),
);
const LETTERS = Array.from({ length: LENGTH }, (_, k) => String.fromCharCode(65 + k));

function options(parameters: AgentParameters): readonly string[] {
  return LISTS.get(parameters['list'] ?? '') ?? LISTS.get(lists.default)!;
}

function byLetter(parameters: AgentParameters): boolean {
  return parameters['labels'] !== 'words';
}

/** The list comes first: all prompts share it, and an engine works it out once. */
function template(parameters: AgentParameters): string {
  const list = options(parameters);
  return byLetter(parameters)
    ? `${list.map((word, k) => `${LETTERS[k]}) ${word}\n`).join('')}Which of these goes best with {state}? Answer with its letter only.\nAnswer:`
    : `Choose from this list: ${list.join(', ')}.\nWhich of these words goes best with {state}? Answer with that word only.\nAnswer:`;
}

export const closedChoice: Agent = {
  id: 'closed-choice',
  name: 'Closed choice',
  description: 'Given a word, the model chooses one of sixteen; for instruct models.',
  parameters: [
    {
      id: 'list',
      label: 'List',
      default: lists.default,
      options: [...LISTS].map(([id, words]) => ({
        value: id,
        label: id,
        hint: `${words.slice(0, 3).join(', ')} …`,
      })),
    },
    {
      id: 'labels',
      label: 'Answer',
      default: 'letters',
      options: [
        { value: 'letters', label: 'a letter', hint: 'one token: a row is one forward pass' },
        { value: 'words', label: 'the word', hint: 'the list in one sentence' },
      ],
    },
  ],
  template,
  initialStates: (parameters) => options(parameters).slice(0, 1),
  // A function as replacement: `$&` in a state is text, not a pattern.
  prompt: (state, parameters) => template(parameters).replace('{state}', () => state),
  parse(answer, state, parameters) {
    const list = options(parameters);
    const said = bareWord(answer);
    if (said === '') return { ok: false, reason: 'empty' };
    const letter = byLetter(parameters) ? LETTERS.indexOf(said.toUpperCase()) : -1;
    // the word itself is as clear as its letter
    const word = letter >= 0 ? list[letter]! : said;
    if (!list.includes(word)) return { ok: false, reason: 'not-an-option' };
    if (word === state) return { ok: false, reason: 'same-state' };
    return { ok: true, state: word };
  },
  stop: ['\n'],
  maxTokens: 10,
  limit: (parameters) =>
    byLetter(parameters) ? { maxTokens: 1, fixed: true } : { maxTokens: 10, fixed: false },
};
