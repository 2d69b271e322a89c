// Installs the packages of the lock file, when they are not there already. Plain Node: it runs first.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }> | null}
 */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, root), 'utf8')).packages;
  } catch {
    return null;
  }
}

/** True where `node_modules` holds every package of the lock file in its version. */
export function packagesUpToDate() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json'); // npm writes it last
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' ||
      present[path]?.version === version ||
      (optional === true && present[path] === undefined),
  );
}

/**
 * `npm ci`, skipped where nothing has changed.
 * @returns {boolean} false where it failed; what npm said is on standard error
 */
export function installPackages() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Equipoise needs Node 20.19 or newer; this is ${process.versions.node}.`);
    return false;
  }
  if (packagesUpToDate()) return true;
  console.log('Installing the packages of package-lock.json (about a minute the first time) …');
  const { status } = runNpm(['ci', '--no-audit', '--no-fund']);
  if (status !== 0) console.error('npm ci failed: see above. Is the package registry reachable?');
  return status === 0;
}

/**
 * Runs npm, the one that runs us where there is one.
 * @param {string[]} words
 */
function runNpm(words) {
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return spawnSync(command, [...first, ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
}
