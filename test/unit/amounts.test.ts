/** Waits and paces read well at every scale, and never say more than is known. */
import { describe, expect, it } from 'vitest';
import { downloadText, parametersText, waitText } from '../../src/app/models/amounts';

describe('amounts', () => {
  it.each([
    [3, 'a few seconds'],
    [42, '40 seconds'],
    [100, '2 minutes'],
    [5400, '1.5 hours'],
    [Infinity, 'unknown'],
  ])('%d s: %s', (seconds, text) => expect(waitText(seconds)).toBe(text));

  it.each([
    [1_516_960, '1.5 M'],
    [134_500_000, '135 M'],
    [1_236_000_000, '1.2 B'],
    [70_600_000_000, '71 B'],
  ])('%d parameters: %s', (count, text) => expect(parametersText(count)).toBe(text));

  it('a download says what is known, and nothing else', () => {
    expect(downloadText({ done: 5e6, total: null, perSecond: null })).toBe('5.0 MB');
    expect(downloadText({ done: 5e6, total: 20e6, perSecond: null })).toBe('5.0 MB of 20.0 MB');
    expect(downloadText({ done: 5e6, total: 20e6, perSecond: 0 })).toBe('5.0 MB of 20.0 MB');
    expect(downloadText({ done: 5e6, total: 305e6, perSecond: 2e6 })).toBe(
      '5.0 MB of 305.0 MB, 2.0 MB a second, 3 minutes left',
    );
    expect(downloadText({ done: 20e6, total: 20e6, perSecond: 2e6 })).toBe(
      '20.0 MB of 20.0 MB, 2.0 MB a second',
    );
  });
});
