/** The type checkers are alive: with the settings of the house they see the errors of test/canary/. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs one of the packages' own commands; both streams as one text. */
function run(bin: string, ...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules', bin), ...words],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

describe('a deliberate type error', { timeout: 120_000 }, () => {
  it.each(['test/canary/tsconfig.json', 'test/canary/tsconfig.node.json'])(
    'is seen by tsc with %s',
    (settings) => {
      const { status, output } = run('typescript/bin/tsc', '-p', settings);
      expect(output).toMatch(/deliberate-error\.ts\(2,14\): error TS2322/);
      expect(status).not.toBe(0);
    },
  );

  it('is seen by svelte-check, in TypeScript and in a component', () => {
    const { status, output } = run(
      'svelte-check/bin/svelte-check',
      ...['--workspace', 'test/canary', '--tsconfig', './tsconfig.json'],
      ...['--output', 'machine', '--fail-on-warnings'],
    );
    expect(output).toMatch(/ERROR "deliberate-error\.ts" 2:14/);
    expect(output).toMatch(/ERROR "DeliberateError\.svelte" 4:9/);
    expect(status).not.toBe(0);
  });
});
