/** word-walk: given a word, answer a related word. The state is the word; topic and wording are parameters. */
import type { Agent, AgentParameters } from './agent';
import { bareWord } from './lenient';
import lists from './word-lists.json';

const TOPICS = new Map<string, readonly string[]>(Object.entries(lists.topics));
/** The topic's value for all topics together. */
const CORE = 'core';
/** The topic's value for every word there is. */
const ANY = 'any';
/** The wording's value for instruct models. */
const INSTRUCTION = 'instruction';
/** The answer's value where its first token is all of it. */
const TOKEN = 'token';
const ALL: readonly string[] = [...TOPICS.values()].flat();
const members = new Map([...TOPICS, [CORE, ALL] as const].map(([id, w]) => [id, new Set(w)]));

function words(parameters: AgentParameters): readonly string[] {
  return TOPICS.get(parameters['topic'] ?? '') ?? ALL;
}

function template(parameters: AgentParameters): string {
  const topic = parameters['topic'] ?? CORE;
  const kind = TOPICS.has(topic) ? `${topic} ` : '';
  return parameters['wording'] === INSTRUCTION
    ? `Give one word, nothing else. One ${kind}word related to {state}:`
    : `Q: Name one ${kind}word related to {state}.\nA:`;
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
        { value: ANY, label: 'any word', hint: 'no list' },
      ],
    },
    {
      id: 'wording',
      label: 'Wording',
      default: 'question',
      options: [
        { value: 'question', label: 'question', hint: 'the one the pocket model knows' },
        { value: INSTRUCTION, label: 'instruction', hint: 'for instruct models' },
      ],
    },
    {
      id: 'answer',
      label: 'Answer',
      default: 'line',
      options: [
        { value: 'line', label: 'a line', hint: 'until the model ends it' },
        { value: TOKEN, label: 'its first token', hint: 'quicker' },
      ],
    },
  ],
  template,
  initialStates: (parameters) => words(parameters).slice(0, 1),
  // A function as replacement: `$&` in a state is text, not a pattern.
  prompt: (state, parameters) => template(parameters).replace('{state}', () => state),
  parse(answer, state, parameters) {
    const lenient = parameters['wording'] === INSTRUCTION;
    const word = lenient ? bareWord(answer) : answer.trim().toLowerCase();
    if (word === '') return { ok: false, reason: 'empty' };
    if (!/^[a-z]+$/.test(word)) return { ok: false, reason: 'not-a-word' };
    const topic = parameters['topic'] ?? CORE;
    if (topic !== ANY && !members.get(topic)?.has(word))
      return { ok: false, reason: 'not-in-topic' };
    if (word === state) return { ok: false, reason: 'same-state' };
    return { ok: true, state: word };
  },
  stop: ['\n'],
  maxTokens: 6,
  limit(parameters) {
    if (parameters['answer'] === TOKEN) return { maxTokens: 1, fixed: true };
    // a word of a real vocabulary may be several tokens, and has quotation marks and a full stop round it
    return { maxTokens: parameters['wording'] === INSTRUCTION ? 10 : 6, fixed: false };
  },
};
