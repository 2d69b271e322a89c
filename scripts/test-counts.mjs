// Counts of passed, failed and skipped tests, read from the reports of the two test runners.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {unknown} report vitest's `--reporter=json`
 * @returns {Counts} a file that failed before its first test counts as one failed test
 */
export function countsOfVitest(report) {
  const { testResults = [] } =
    /** @type {{ testResults?: { status: string, assertionResults: { status: string }[] }[] }} */ (
      report
    );
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of testResults) {
    let failed = 0;
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed++;
      else if (test.status === 'failed') failed++;
      else counts.skipped++;
    }
    counts.failed += status === 'failed' ? Math.max(1, failed) : failed;
  }
  return counts;
}

/**
 * @param {unknown} report Playwright's JSON reporter
 * @returns {Counts} a test that passed only when tried again counts as failed
 */
export function countsOfPlaywright(report) {
  const { stats = {}, errors = [] } =
    /** @type {{ stats?: Record<string, number>, errors?: unknown[] }} */ (report);
  return {
    passed: stats.expected ?? 0,
    failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0) + errors.length,
    skipped: stats.skipped ?? 0,
  };
}
