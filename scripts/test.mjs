// `npm test`: every stage, whatever became of the one before, and one line of counts at the end.
// Plain Node, so that it runs on a fresh clone. `npm test -- unit gpu` runs some stages only.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installBrowser } from './install-browser.mjs';
import { installPackages } from './packages.mjs';
import { countsOfPlaywright, countsOfVitest } from './test-counts.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
/** All stages together end before this many minutes. */
const BUDGET = 55;
const began = Date.now();

/**
 * One command of a stage. Without `report` it counts as one test; with it, as what its report says.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} bin the package's own JavaScript file under node_modules
 * @property {string[]} words
 * @property {number} minutes its limit
 * @property {{ file: string, read: (report: unknown) => Counts }} [report]
 * @property {boolean} [browser] it needs one
 * @property {string} [removes] a folder that must not be left from an earlier run
 * @typedef {import('./test-counts.mjs').Counts} Counts
 */

const VITEST = 'vitest/vitest.mjs';
const VITE = 'vite/bin/vite.js';

/** @param {'unit' | 'gpu'} project @param {number} minutes @returns {Step} */
const vitest = (project, minutes) => ({
  name: project,
  bin: VITEST,
  words:
    `run --project ${project} --reporter=default --reporter=json --outputFile.json=reports/${project}.json`.split(
      ' ',
    ),
  minutes,
  report: { file: `reports/${project}.json`, read: countsOfVitest },
});

/** @type {Record<string, Step[]>} */
const STAGES = {
  lint: [
    { name: 'eslint', bin: 'eslint/bin/eslint.js', words: ['.'], minutes: 5 },
    { name: 'prettier', bin: 'prettier/bin/prettier.cjs', words: ['--check', '.'], minutes: 3 },
    {
      name: 'rooms',
      bin: 'dependency-cruiser/bin/dependency-cruise.mjs',
      words: ['src', '--config', '.dependency-cruiser.cjs'],
      minutes: 3,
    },
  ],
  types: [
    {
      name: 'svelte-check',
      bin: 'svelte-check/bin/svelte-check',
      words: ['--tsconfig', './tsconfig.json', '--fail-on-warnings'],
      minutes: 5,
    },
    { name: 'tsc', bin: 'typescript/bin/tsc', words: ['-p', 'tsconfig.node.json'], minutes: 5 },
  ],
  unit: [vitest('unit', 15)],
  gpu: [{ ...vitest('gpu', 15), browser: true }],
  build: [
    {
      name: 'build',
      bin: VITE,
      words: ['build', '--logLevel', 'warn'],
      minutes: 5,
      removes: 'dist', // after a failed build, no older page may be tested
    },
  ],
  e2e: [
    {
      name: 'e2e',
      bin: '@playwright/test/cli.js',
      words: ['test'],
      minutes: 25,
      report: { file: 'reports/e2e.json', read: countsOfPlaywright },
      browser: true,
    },
  ],
};

/** Ends the step that is running. */
let endStep = () => {};
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interrupted = true;
    endStep();
  });

/** Time that a step has to close its browsers and servers before it is killed, in milliseconds. */
const GRACE = 10_000;

/**
 * Runs a command with nothing on its standard input; ends it, with all it started, at its limit.
 * @param {string[]} words of Node
 * @param {number} milliseconds
 * @returns {Promise<number | null>} its exit status; null where it was ended
 */
function runNode(words, milliseconds) {
  return new Promise((done) => {
    const child = spawn(process.execPath, words, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    let ended = false;
    /** @param {NodeJS.Signals} signal */
    const send = (signal) => {
      ended = true;
      try {
        if (process.platform === 'win32') child.kill();
        else process.kill(-(child.pid ?? 0), signal);
      } catch {
        // it ended by itself
      }
    };
    /** @type {NodeJS.Timeout | undefined} */
    let last;
    endStep = () => {
      send('SIGINT'); // Playwright closes what it opened
      last = setTimeout(() => send('SIGKILL'), GRACE);
    };
    const timer = setTimeout(endStep, milliseconds);
    const finish = (/** @type {number | null} */ status) => {
      clearTimeout(timer);
      clearTimeout(last);
      endStep = () => {};
      done(ended ? null : status);
    };
    child.on('error', () => finish(null));
    child.on('exit', finish);
  });
}

/**
 * @param {Step} step
 * @returns {Promise<Counts & { note?: string }>}
 */
async function runStep(step) {
  const failed = { passed: 0, failed: 1, skipped: 0 };
  const left = BUDGET * 60_000 - (Date.now() - began);
  if (left < 5000) return { ...failed, note: `no time left of ${BUDGET} minutes` };
  const bin = `${root}node_modules/${step.bin}`;
  if (!existsSync(bin)) return { ...failed, note: 'its package is not installed' };
  const { report, removes } = step;
  if (removes) rmSync(root + removes, { recursive: true, force: true });
  if (report) rmSync(root + report.file, { force: true });
  const limit = Math.min(step.minutes * 60_000, left);
  const status = await runNode([bin, ...step.words], limit);
  if (interrupted) return { ...failed, note: 'interrupted' };
  if (status === null)
    return { ...failed, note: `ended after ${Math.round(limit / 60_000)} minutes` };
  if (!report) return status === 0 ? { ...failed, passed: 1, failed: 0 } : failed;
  if (!existsSync(root + report.file)) return { ...failed, note: 'it produced no report' };
  const counts = report.read(JSON.parse(readFileSync(root + report.file, 'utf8')));
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, note: 'it ran no test' };
  if (status !== 0 && counts.failed === 0)
    return { ...counts, failed: 1, note: `no test failed, yet it exited with ${status}` };
  return counts;
}

/** @param {Counts} counts */
const line = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;

function wantedStages() {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const unknown = positionals.filter((name) => !(name in STAGES));
  if (unknown.length > 0) {
    console.error(`Stages are ${Object.keys(STAGES).join(', ')}; not ${unknown.join(', ')}.`);
    process.exit(2);
  }
  if (positionals.length === 0) return Object.keys(STAGES);
  return Object.keys(STAGES).filter((name) => positionals.includes(name));
}

const stages = wantedStages();
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];
mkdirSync(`${root}reports`, { recursive: true });
if (!installPackages()) total.failed++;
else {
  const steps = stages.flatMap((stage) => STAGES[stage] ?? []);
  if (steps.some((step) => step.browser) && installBrowser() === undefined) total.failed++;
  for (const step of steps) {
    console.log(`\n== ${step.name}`);
    const start = Date.now();
    const { note, ...counts } = await runStep(step);
    if (interrupted) process.exit(130);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    const seconds = ((Date.now() - start) / 1000).toFixed(0).padStart(4);
    summary.push(`${step.name.padEnd(13)}${seconds} s  ${line(counts)}${note ? `: ${note}` : ''}`);
  }
}
console.log(`\n${summary.join('\n')}\n`);
console.log(line(total));
process.exit(total.failed > 0 ? 1 : 0);
