// A browser for the tests: the system's Chromium, or Playwright's, installed where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { browserExecutable } from './browser.mjs';

const root = new URL('../', import.meta.url);

/** The browser that the tests would use, or undefined. Needs the packages to be installed. */
function presentBrowser() {
  const own = browserExecutable();
  if (own !== undefined) return existsSync(own) ? own : undefined;
  const { chromium } = createRequire(import.meta.url)('playwright');
  const downloaded = chromium.executablePath();
  return existsSync(downloaded) ? downloaded : undefined;
}

/**
 * @param {string} command
 * @param {string[]} words
 */
function run(command, words) {
  console.log(`> ${command} ${words.join(' ')}`);
  const { status } = spawnSync(command, words, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 10 * 60_000,
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/**
 * Finds a browser, and installs one where there is none: Debian's as root, else Playwright's.
 * @returns {string | undefined} its path; undefined, after a sentence, where there is none
 */
export function installBrowser() {
  let browser = presentBrowser();
  if (browser !== undefined) return browser;
  if (process.env.EQUIPOISE_BROWSER) {
    console.error(`EQUIPOISE_BROWSER names ${process.env.EQUIPOISE_BROWSER}, which is not there.`);
    return undefined;
  }
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium']);
    browser = presentBrowser();
  }
  if (browser === undefined) {
    run('npx', ['playwright', 'install', 'chromium']);
    browser = presentBrowser();
  }
  if (browser === undefined)
    console.error(
      'There is no Chromium and none could be installed: set EQUIPOISE_BROWSER to one.',
    );
  return browser;
}
