/** The `compare` command as a process: its streams, its exit status, its words. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/analysis/comparison/comparison-result';
import { root } from './helpers/graphs';

function run(...args: string[]) {
  return spawnSync(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'scripts/compare.ts'), ...args],
    { encoding: 'utf8', cwd: root },
  );
}

const [claude, gemini, four] = ['claude-4', 'gemini-2.5-flash', 'four'].map(
  (name) => `public/data/${name}.csv`,
) as [string, string, string];

describe('compare', { timeout: 60_000 }, () => {
  it('prints a comparison of all pairs and nothing else on standard output', () => {
    const { status, stdout } = run(
      claude,
      gemini,
      four,
      '--attempts-per-state',
      '4000',
      '--seed',
      '7',
      '--replicas',
      '0',
    );
    expect(status).toBe(0);
    const comparison = JSON.parse(stdout) as Comparison;
    expect(comparison).toMatchObject({
      equipoise: 1,
      kind: 'comparison',
      options: { attemptsPerState: 4000, seed: 7, replicas: 0 },
    });
    expect(comparison.experiments.map(({ name }) => name)).toEqual([
      'claude-4.csv',
      'gemini-2.5-flash.csv',
      'four.csv',
    ]);
    expect(comparison.pairs).toHaveLength(3);
    expect(comparison.overall?.common).toBe(0);
    expect(comparison.warnings?.[0]).toMatch(/given, not counted/);
    expect(comparison.verdict.text).not.toBe('');
  });

  it.each([
    ['one that is not there', 'nothing.csv', /no such file/],
    ['one that holds no transitions', 'package.json', /package\.json: /],
  ])('leaves with 1 and one sentence for a bad file: %s', (_, file, expected) => {
    const { status, stdout, stderr } = run(four, file);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(expected);
  });

  it.each([
    ['one file', [four]],
    ['an option of analyze alone', [four, four, '--target', 'a']],
    ['a bad number', [four, four, '--seed', 'x']],
  ])('leaves with 2 for %s', (_, args) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });
});
