/** What the place of the models works out by itself: pasted hashes, words for instruct models, passes an attempt. */
import { describe, expect, it } from 'vitest';
import { addPasses } from '../../src/app/experiment/counters';
import { typedHashes } from '../../src/app/models/typed-hashes';
import { defaultSetUp } from '../../src/app/router';
import { suitedToInstruct } from '../../src/app/start/instruct';

const A = 'a'.repeat(64);
const B = 'B'.repeat(64);

describe('pasted hashes', () => {
  it('are read as sha256sum prints them, and name first', () => {
    expect(
      typedHashes(`${A}  resolve/main/tokenizer.json\n\n  ${B} *lib x.wasm \nparams.bin ${A}`),
    ).toEqual({ 'tokenizer.json': A, 'lib x.wasm': B, 'params.bin': A });
  });

  it('a line that is no such pair is kept under its own text, for its reader to refuse', () => {
    expect(typedHashes(`${A}`)).toEqual({ [A]: '?' });
    expect(typedHashes('file.bin abc')).toEqual({ 'file.bin': 'abc' });
    expect(typedHashes(' \n ')).toEqual({});
  });
});

describe('words for instruct models', () => {
  it('are offered where an agent has them and does not use them', () => {
    const walk = suitedToInstruct(defaultSetUp('word-walk'));
    expect(walk?.setUp.parameters['wording']).toBe('instruction');
    expect(walk?.setUp).toMatchObject({ agent: 'word-walk', attempts: 5000 });
    expect(suitedToInstruct(walk!.setUp)).toBeNull();
    expect(suitedToInstruct(defaultSetUp('word-sum'))?.setUp.parameters['wording']).toBe(
      'published',
    );
  });

  it('are not offered where an agent has but one wording', () => {
    expect(suitedToInstruct(defaultSetUp('closed-choice'))).toBeNull();
    expect(suitedToInstruct({ ...defaultSetUp(), agent: 'nobody' })).toBeNull();
  });
});

describe('forward passes an attempt', () => {
  it('add up, and are unknown from the first batch that nobody counted', () => {
    const two = addPasses(addPasses(null, 10, 4), 2, 4);
    expect(two).toEqual({ passes: 12, attempts: 8 });
    expect(addPasses(two, null, 4)).toBeNull();
  });
});
