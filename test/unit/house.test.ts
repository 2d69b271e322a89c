/** What is committed holds no address of a registry and no path of the machine it was written on. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const read = (file: string) => readFileSync(join(ROOT, file), 'latin1');

/** Every file that git knows; nothing where this is no clone. */
function trackedFiles(): string[] {
  if (!existsSync(join(ROOT, '.git'))) return [];
  return execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

describe('the lock file', () => {
  it('names packages by version and hash, without an address to fetch them from', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { resolved?: string; integrity?: string }>;
    };
    const names = Object.keys(packages).filter((name) => name !== '');
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => packages[name]?.resolved !== undefined)).toEqual([]);
    expect(names.filter((name) => packages[name]?.integrity === undefined)).toEqual([]);
  });

  it('stays so: .npmrc asks for it and names no registry', () => {
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
    expect(read('.npmrc')).not.toMatch(/registry\s*=|https?:/);
  });

  it('pins every package of package.json to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });
});

describe('tracked files', () => {
  it.skipIf(trackedFiles().length === 0)('hold no absolute path of one machine', () => {
    const paths = /(?<![\w.)\]-])\/(?:work|root|home\/[a-z]+)\//;
    expect(paths.test(['see ', 'root', 'x'].join('/'))).toBe(true);
    const found = trackedFiles().flatMap((file) => {
      const line = read(file)
        .split('\n')
        .findIndex((text) => paths.test(text));
      return line < 0 ? [] : [`${file}:${line + 1}`];
    });
    expect(found).toEqual([]);
  });

  it.skipIf(trackedFiles().length === 0)('are none of those that are made', () => {
    const made = /(^|\/)(node_modules|dist|reports|test-results|__pycache__)\//;
    expect(trackedFiles().filter((file) => made.test(file))).toEqual([]);
  });
});
