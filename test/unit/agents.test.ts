import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENTS, findAgent } from '../../src/agents';
import { answerLimit, readAnswer, readParameters } from '../../src/agents/agent';
import { closedChoice } from '../../src/agents/closed-choice';
import { letterSum, wordSum } from '../../src/agents/word-sum';
import { wordWalk } from '../../src/agents/word-walk';

describe('every agent', () => {
  it.each(AGENTS.map((agent) => [agent.id, agent] as const))(
    '%s: has initial states that are states, and a prompt that is its template filled in',
    (_, agent) => {
      for (const { id, options } of agent.parameters)
        for (const { value } of options) {
          const { parameters, refused } = readParameters(agent, { [id]: value });
          expect(refused).toEqual([]);
          for (const state of agent.initialStates(parameters)) {
            expect(agent.parse(` ${state}`, 'another', parameters)).toEqual({ ok: true, state });
            expect(agent.prompt(state, parameters).toLowerCase()).toBe(
              agent.template(parameters).replace('{state}', state).toLowerCase(),
            );
          }
        }
    },
  );

  it('never throws on any answer and any state, and accepts only what it would accept again', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(...AGENTS), (answer, state, agent) => {
        const { parameters } = readParameters(agent, {});
        expect(agent.prompt(state, parameters)).toContain(
          agent.id === 'word-sum' ? state.toLowerCase() : state,
        );
        const parsed = agent.parse(answer, state, parameters);
        if (parsed.ok) expect(agent.parse(parsed.state, state, parameters)).toEqual(parsed);
        else expect(parsed.reason).toMatch(/^[a-z-]+$/);
      }),
    );
  });

  it('refuses unknown parameters and values by name, and falls back to the default', () => {
    const { parameters, refused } = readParameters(wordWalk, { topic: 'physics', size: '3' });
    expect(parameters['topic']).toBe(wordWalk.parameters[0]!.default);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toContain('physics');
    expect(refused[1]).toContain('size');
  });

  it('is found by its id', () => {
    expect(findAgent('word-walk')).toBe(wordWalk);
    expect(findAgent('__proto__')).toBeUndefined();
  });
});

describe('word-walk', () => {
  const topics = wordWalk.parameters[0]!.options.map(({ value }) => value);

  it('has four topics of 40 to 60 words, and a whole core of 100 to 200', () => {
    expect(topics.slice(4)).toEqual(['core', 'any']);
    const hints = wordWalk.parameters[0]!.options.map(({ hint }) => Number.parseInt(hint!, 10));
    for (const n of hints.slice(0, 4)) {
      expect(n).toBeGreaterThanOrEqual(40);
      expect(n).toBeLessThanOrEqual(60);
    }
    expect(hints[4]).toBeGreaterThanOrEqual(100);
    expect(hints[4]).toBeLessThanOrEqual(200);
  });

  it.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['bread and butter', 'not-a-word'],
    ['<img src=x onerror=alert(1)>', 'not-a-word'],
    ['quark', 'not-in-topic'],
    ['constructor', 'not-in-topic'],
    [' Bread', 'same-state'],
  ])('rejects %j as %s', (answer, reason) => {
    expect(wordWalk.parse(answer, 'bread', { topic: 'food' })).toEqual({ ok: false, reason });
  });

  it('accepts a word of the topic, whatever its case and the space before it', () => {
    expect(wordWalk.parse(' Butter', 'bread', { topic: 'food' })).toEqual({
      ok: true,
      state: 'butter',
    });
  });
});

describe('word-walk with answers of one token', () => {
  const { parameters } = readParameters(wordWalk, { topic: 'food', answer: 'token' });
  const read = (text: string, finish: 'stop' | 'length') =>
    readAnswer(wordWalk, parameters, 'bread', { text, finish });

  it('takes the first token as the whole answer, however the model would go on', () => {
    expect(answerLimit(wordWalk, parameters)).toEqual({ maxTokens: 1, fixed: true });
    expect(read(' butter', 'length')).toEqual({ ok: true, state: 'butter' });
    expect(read(' butt', 'length')).toEqual({ ok: false, reason: 'not-in-topic' });
  });

  it('rejects an answer that ends before it begins', () => {
    expect(read('', 'stop')).toEqual({ ok: false, reason: 'empty' });
  });
});

describe('word-walk for instruct models', () => {
  const instruction = { topic: 'food', wording: 'instruction' };

  it('is as before where a log says nothing of the wording', () => {
    const { parameters } = readParameters(wordWalk, { topic: 'food' });
    expect(parameters).toEqual({ topic: 'food', wording: 'question', answer: 'line' });
    expect(wordWalk.prompt('bread', parameters)).toBe(
      'Q: Name one food word related to bread.\nA:',
    );
    expect(answerLimit(wordWalk, parameters)).toEqual({ maxTokens: 6, fixed: false });
    expect(wordWalk.parse('Butter.', 'bread', parameters).ok).toBe(false);
  });

  it.each([
    'butter',
    ' Butter.',
    '"Butter"',
    '“Butter.”',
    '**butter**',
    '(BUTTER)!',
    "'butter',",
    '- butter',
    '`butter`',
  ])('takes the dress off %j', (answer) => {
    expect(wordWalk.parse(answer, 'bread', instruction)).toEqual({ ok: true, state: 'butter' });
  });

  it.each([
    ['Butter is related to bread.', 'not-a-word'],
    ['butter, cheese', 'not-a-word'],
    ['1. butter', 'not-a-word'],
    ['<b>butter</b>', 'not-a-word'],
    ['"…"', 'empty'],
    ['Quark.', 'not-in-topic'],
    ['Bread.', 'same-state'],
  ])('picks nothing out of %j: %s', (answer, reason) => {
    expect(wordWalk.parse(answer, 'bread', instruction)).toEqual({ ok: false, reason });
  });

  it('takes any word where no list is asked for', () => {
    const any = { topic: 'any', wording: 'instruction' };
    expect(wordWalk.parse('Quark.', 'bread', any)).toEqual({ ok: true, state: 'quark' });
    expect(wordWalk.parse('two words', 'bread', any).ok).toBe(false);
    expect(wordWalk.prompt('bread', any)).toBe(
      'Give one word, nothing else. One word related to bread:',
    );
  });
});

describe('closed-choice', () => {
  const letters = { list: 'food', labels: 'letters' };
  const asWords = { list: 'food', labels: 'words' };

  it('lists sixteen options before it names the state', () => {
    const prompt = closedChoice.prompt('tea', letters);
    expect(prompt).toMatch(/^A\) bread\nB\) butter\n/);
    expect(prompt).toContain('P) ');
    expect(prompt).not.toContain('Q) ');
    expect(prompt.indexOf('goes best with tea')).toBeGreaterThan(prompt.indexOf('P) '));
  });

  it.each([
    ['B', letters, 'butter'],
    [' b', letters, 'butter'],
    ['(B)', letters, 'butter'],
    ['butter', letters, 'butter'],
    ['Butter.', asWords, 'butter'],
  ])('reads %j', (answer, parameters, state) => {
    expect(closedChoice.parse(answer, 'milk', parameters)).toEqual({ ok: true, state });
  });

  it.each([
    ['Q', letters, 'not-an-option'],
    ['B', asWords, 'not-an-option'],
    ['B) butter', letters, 'not-an-option'],
    ['constructor', asWords, 'not-an-option'],
    ['', letters, 'empty'],
    ['A', letters, 'same-state'],
  ])('rejects %j', (answer, parameters, reason) => {
    expect(closedChoice.parse(answer, 'bread', parameters)).toEqual({ ok: false, reason });
  });

  it('has answers of one token by letters, so that the limit is their end', () => {
    const cut = { text: 'B', finish: 'length' } as const;
    expect(answerLimit(closedChoice, letters)).toEqual({ maxTokens: 1, fixed: true });
    expect(readAnswer(closedChoice, letters, 'bread', cut)).toEqual({ ok: true, state: 'butter' });
    const word = { text: 'butter', finish: 'length' } as const;
    expect(readAnswer(closedChoice, asWords, 'bread', word)).toEqual({
      ok: false,
      reason: 'no-end',
    });
  });
});

describe('word-sum', () => {
  it('counts letters as published', () => {
    expect(letterSum('BUZZY')).toBe(100);
    expect(letterSum('attitude')).toBe(100);
    expect(letterSum('KNOWLEDGE')).toBe(96);
    expect(letterSum('LUCK')).toBe(47);
  });

  it.each([
    ['excellent', 'BUZZY', { ok: true, state: 'EXCELLENT' }],
    [' Turkey ', 'BUZZY', { ok: true, state: 'TURKEY' }],
    ['luck', 'BUZZY', { ok: false, reason: 'wrong-sum' }],
    ['buzzy', 'BUZZY', { ok: false, reason: 'same-state' }],
    ['INVALID00', 'BUZZY', { ok: false, reason: 'not-a-word' }],
    ['two words', 'BUZZY', { ok: false, reason: 'not-a-word' }],
    ['', 'BUZZY', { ok: false, reason: 'empty' }],
  ])('reads %j from %s', (answer, state, expected) => {
    expect(wordSum.parse(answer, state, {})).toEqual(expected);
  });
});
