/** Which logs the page can go on with: its own, and nothing that lacks what that takes. */
import { describe, expect, it } from 'vitest';
import { canContinue, newHeader, sameFiles, settingsOf } from '../../src/app/experiment/log-header';
import { defaultSetUp } from '../../src/app/router';
import { wordSum } from '../../src/agents/word-sum';
import type { LogHeader } from '../../src/transitions/types';
import { ToyModel } from './helpers/toy-model';

const setUp = { ...defaultSetUp('word-sum'), attempts: 77, seed: 5, source: 'chain' as const };
const header = newHeader(wordSum, { wording: 'short' }, setUp, new ToyModel().info);

describe('a header', () => {
  it('of this page is one that it can go on with, after a trip through JSON too', () => {
    const again = JSON.parse(JSON.stringify(header)) as LogHeader;
    expect(canContinue(again)).toBe(true);
    expect(settingsOf(again)).toMatchObject({
      agent: wordSum,
      parameters: { wording: 'short' },
      attempts: 77,
      seed: 5,
      source: 'chain',
      temperature: 1,
    });
  });

  it.each([
    ['no experiment', { ...header, experiment: {} }],
    ['an id that no address can hold', { ...header, id: '../../etc' }],
    [
      'an unknown agent',
      {
        ...header,
        experiment: { ...header.experiment, agent: { id: '__proto__', parameters: {} } },
      },
    ],
    [
      'a seed in words',
      {
        ...header,
        experiment: {
          ...header.experiment,
          sampling: { ...header.experiment.sampling, seed: 'one' },
        },
      },
    ],
  ])('with %s is not', (_, other) => {
    expect(canContinue(other as unknown as LogHeader)).toBe(false);
  });
});

describe('the files of a model', () => {
  it('are the same where every name that both know has the same hash', () => {
    expect(sameFiles({ a: '1', b: '2' }, { a: '1', c: '3' })).toBe(true);
    expect(sameFiles({ a: '1' }, { a: '2' })).toBe(false);
    expect(sameFiles(undefined, { a: '1' })).toBe(true);
  });
});
