/** The counts that `npm test` ends with: no failure of a runner is ever read as a pass. */
import { describe, expect, it } from 'vitest';
import { countsOfPlaywright, countsOfVitest } from '../../scripts/test-counts.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((one) => ({ status: one })),
});

describe('a report of vitest', () => {
  it('counts each test', () => {
    const testResults = [
      file('passed', 'passed', 'passed', 'skipped'),
      file('failed', 'passed', 'failed', 'failed', 'todo'),
    ];
    expect(countsOfVitest({ testResults })).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('counts a file that failed before its first test, or after its last', () => {
    const testResults = [file('failed'), file('failed', 'passed', 'passed')];
    expect(countsOfVitest({ testResults })).toEqual({ passed: 2, failed: 2, skipped: 0 });
  });

  it('counts nothing in an empty one', () => {
    expect(countsOfVitest({})).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

describe('a report of Playwright', () => {
  it('counts each test, and a flaky one as failed', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 2, skipped: 3 };
    expect(countsOfPlaywright({ stats, errors: [] })).toEqual({
      passed: 5,
      failed: 3,
      skipped: 3,
    });
  });

  it('counts errors outside tests', () => {
    const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    expect(countsOfPlaywright({ stats, errors: [{ message: 'no server' }] }).failed).toBe(1);
    expect(countsOfPlaywright({})).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});
