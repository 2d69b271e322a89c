/** Features of words: by hand, and where there are none. */
import { expect, it } from 'vitest';
import { nameFeatures, withFeatures } from '../../../src/analysis/potential/name-features';

const three = nameFeatures(['ATTITUDE', 'tea', 'Zz'])!;

it('counts letters, adds their places, and takes the share of vowels', () => {
  expect(three).toEqual({
    names: ['letters', 'alphabet sum', 'share of vowels'],
    states: ['ATTITUDE', 'tea', 'Zz'],
    // ATTITUDE adds to 100, as the words of the published agent do.
    values: Float64Array.from([8, 100, 0.5, 3, 26, 2 / 3, 2, 52, 0]),
  });
});

it('leaves out what does not vary', () => {
  expect(nameFeatures(['ab', 'ba'])).toBeNull();
  expect(nameFeatures(['ab', 'cd'])!.names).toEqual(['alphabet sum', 'share of vowels']);
});

it.each([[['a', 'b c']], [['a', 'x1']], [['a', 'é']], [['a', '']], [['a', '__proto__']]])(
  'offers nothing for %j',
  (states) => expect(nameFeatures(states)).toBeNull(),
);

it('keeps the features that are chosen', () => {
  expect(withFeatures(three, ['share of vowels', 'letters', 'other'])).toEqual({
    names: ['letters', 'share of vowels'],
    states: three.states,
    values: Float64Array.from([8, 0.5, 3, 2 / 3, 2, 0]),
  });
});
