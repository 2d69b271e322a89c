import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSetUp, parseRoute, printRoute, readNumber } from '../../src/app/router';

describe('routes', () => {
  it('print and parse are inverse', () => {
    const setUp = {
      ...defaultSetUp('word-sum'),
      engine: 'webllm' as const,
      attempts: 123,
      seed: 9,
      temperature: 0.7,
      source: 'chain' as const,
    };
    for (const route of [
      { screen: 'home', setUp: defaultSetUp() } as const,
      { screen: 'home', setUp } as const,
      { screen: 'data', id: 'claude-4' } as const,
      { screen: 'run', id: '7d1f0b2e-0000-4000-8000-000000000000' } as const,
      { screen: 'compare' as const, with: [] },
      { screen: 'compare' as const, with: ['four', '7d1f0b2e-0000-4000-8000-000000000000'] },
      { screen: 'help', id: 'tau' } as const,
      { screen: 'help', id: 'index' } as const,
      { screen: 'models' } as const,
      { screen: 'home', setUp: { ...defaultSetUp(), model: 'Qwen3-0.6B-q4f16_1-MLC' } } as const,
      { screen: 'reset' } as const,
    ])
      expect(parseRoute(printRoute(route))).toEqual(route);
  });

  it('takes nothing unchecked from an address', () => {
    const route = parseRoute(
      '#/?agent=nothing&topic=__proto__&engine=evil&attempts=-5&model=../../x&seed=1e9&temperature=NaN&source=x',
    );
    expect(route).toEqual({ screen: 'home', setUp: defaultSetUp() });
    expect(parseRoute('#/run/../../etc')).toEqual({ screen: 'home', setUp: defaultSetUp() });
    expect(parseRoute('#/data/<img src=x>').screen).toBe('home');
    const many = parseRoute(`#/compare?${'with=a&with=b&'.repeat(9)}with=${'c'.repeat(65)}&with=`);
    expect(many).toEqual({ screen: 'compare', with: ['a', 'b'] });
  });

  it('never throws and never leaves its limits', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const route = parseRoute(text);
        if (route.screen === 'home') expect(route.setUp.attempts).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('reads numbers strictly', () => {
    const limits = { min: 0, max: 10 };
    expect(readNumber('7', limits, true)).toBe(7);
    expect(readNumber('7.5', limits, false)).toBe(7.5);
    for (const bad of ['', ' ', '7.5', '0x5', '1e1', '11', '-1', 'seven', null])
      expect(readNumber(bad, limits, true)).toBeNull();
  });
});
