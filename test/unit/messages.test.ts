/** Every code that a model may answer has its sentence and a way on; none leaks into the next. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fault, reasonText, waysOn } from '../../src/app/messages';

/** The codes as the contract spells them: read from its source, as types are gone at run time. */
const contract = readFileSync('src/models/language-model.ts', 'utf8');
const union = /export interface ModelFault \{\s*code:([^;]*);/.exec(contract)?.[1] ?? '';
const CODES = [...union.matchAll(/'([a-z0-9-]+)'/g)].map((match) => match[1]!);

describe('the sentence of a fault', () => {
  it('is read from the whole contract', () => {
    expect(CODES).toContain('device-lost');
    expect(CODES.length).toBeGreaterThanOrEqual(17);
  });

  it.each(CODES)('%s: says what it is, what to do, and what the engine said', (code) => {
    const bare = fault(code).message;
    expect(bare).toMatch(/^[A-Z].+\.$/);
    expect(bare).not.toContain('()');
    expect(bare).not.toContain(' .');
    // two sentences at least, or one with a colon: what happened and what now
    expect(bare.split(/[.:;] /).length).toBeGreaterThan(1);
    if (!['no-webgpu', 'cancelled'].includes(code))
      expect(fault(code, 'out of <b>paper</b>.').message).toContain('(out of <b>paper</b>)');
  });

  it.each(CODES)('%s: offers a button', (code) => {
    expect(waysOn(code).length).toBeGreaterThan(0);
  });

  it('of a lost device offers to load again, of a damaged file to fetch it anew', () => {
    expect(waysOn('device-lost')).toContain('again');
    expect(waysOn('integrity')).toContain('fresh');
    expect(waysOn('no-webgpu')).toContain('wllama');
    expect(waysOn('quota')).toContain('models');
  });

  it('of an unknown code is the detail, and offers nothing', () => {
    expect(fault('toString', 'as it came')).toEqual({ code: 'toString', message: 'as it came' });
    expect(waysOn('constructor')).toEqual([]);
  });
});

describe('the reason of a rejection', () => {
  it('has words for answers that never end and for none', () => {
    expect(reasonText('no-end')).toBe('the answer did not end');
    expect(reasonText('empty')).toBe('no answer');
    expect(reasonText('as-an-agent-says')).toBe('as-an-agent-says');
  });
});
