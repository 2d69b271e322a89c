/** word-walk: given a word, answer a related word. The state is the word; the topic a parameter. */
import type { Agent, AgentParameters } from './agent';
import lists from './word-lists.json';

const TOPICS = new Map<string, readonly string[]>(Object.entries(lists.topics));
/** The parameter's value for all topics together. */
const CORE = 'core';
const ALL: readonly string[] = [...TOPICS.values()].flat();
const members = new Map([...TOPICS, [CORE, ALL] as const].map(([id, w]) => [id, new Set(w)]));

function words(parameters: AgentParameters): readonly string[] {
  return TOPICS.get(parameters['topic'] ?? '') ?? ALL;
}

function template(parameters: AgentParameters): string {
  const topic = parameters['topic'] ?? CORE;
  const kind = topic === CORE ? '' : `${topic} `;
  return `Q: Name one ${kind}word related to {state}.\nA:`;
}

export const wordWalk: Agent = {
  id: 'word-walk',
  name: 'Word walk',
  description: 'Given a word, the model answers a related word; that word is the next state.',
  parameters: [
    {
      id: 'topic',
      label: 'Topic',
      default: lists.default,
      options: [
        ...[...TOPICS].map(([id, list]) => ({
          value: id,
          label: id,
          hint: `${list.length} words`,
        })),
        { value: CORE, label: 'all topics', hint: `${ALL.length} words` },
      ],
    },
  ],
  template,
  initialStates: (parameters) => words(parameters).slice(0, 1),
  // A function as replacement: `$&` in a state is text, not a pattern.
  prompt: (state, parameters) => template(parameters).replace('{state}', () => state),
  parse(answer, state, parameters) {
    const word = answer.trim().toLowerCase();
    if (word === '') return { ok: false, reason: 'empty' };
    if (!/^[a-z]+$/.test(word)) return { ok: false, reason: 'not-a-word' };
    if (!members.get(parameters['topic'] ?? CORE)?.has(word))
      return { ok: false, reason: 'not-in-topic' };
    if (word === state) return { ok: false, reason: 'same-state' };
    return { ok: true, state: word };
  },
  stop: ['\n'],
  maxTokens: 6,
};
