/** The `analyze` command as a process: its streams, its exit status, its words. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/analysis/result';
import { root } from './helpers/graphs';

const folder = mkdtempSync(join(tmpdir(), 'equipoise-analyze-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'scripts/analyze.ts'), ...args],
    { encoding: 'utf8', cwd: root },
  );
  return { status, stdout, stderr };
}

function written(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('analyze', { timeout: 60_000 }, () => {
  it('prints a result and nothing else on standard output', () => {
    const { status, stdout, stderr } = run('public/data/four.csv');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    const result = JSON.parse(stdout) as Result;
    expect(result).toMatchObject({ equipoise: 1, kind: 'result' });
    expect(result.backend).toEqual({ kind: 'cpu', precision: 'float64', selfTest: 'not run' });
    expect(result.tests.balance.X2).toBeCloseTo(9.942699, 6);
    expect(result.tests).not.toHaveProperty('assumptions');
  });

  it('takes its options, tells files by content, gives the same bytes twice', () => {
    const csv = written('no-extension', readFileSync(join(root, 'public/data/claude-4.csv')));
    const args = [csv, '--normalisation', 'accepted', '--attempts-per-state', '4000'];
    const once = run(...args, '--action', 'exp', '--replicas', '5', '--seed', '3');
    const result = JSON.parse(once.stdout) as Result;
    expect(result.options).toMatchObject({
      normalisation: 'accepted',
      attemptsPerState: 4000,
      action: 'exp',
      replicas: 5,
      seed: 3,
    });
    expect(result.potential.V['PERSONAL']).toBeCloseTo(Math.log(86 / 66), 6);
    expect(run(...args, '--action', 'exp', '--replicas', '5', '--seed', '3').stdout).toBe(
      once.stdout,
    );
  });

  it('keeps a state named __proto__ in every record, and warns on standard error', () => {
    const log = written(
      'x.csv',
      [
        '{"equipoise":1,"kind":"log","id":"x","created":"y","experiment":{}}',
        '{"i":0,"t":0,"from":"__proto__","to":"constructor"}',
        '{"i":1,"t":0,"from":"constructor","to":"__proto__"}',
        '{"i":2,"t":0,"from":"constructor","to":"__pro',
      ].join('\n'),
    );
    const { status, stdout, stderr } = run(log);
    expect(status).toBe(0);
    expect(stderr).toMatch(/Line 4.*cut short/);
    const { potential, reversible, tests } = JSON.parse(stdout) as Result;
    expect(tests.assumptions?.halves.ndf).toBe(0);
    for (const record of [potential.V, potential.component, reversible!.V, reversible!.pi])
      expect(Object.keys(record)).toEqual(['__proto__', 'constructor']);
  });

  it('analyses an exact kernel, at a temperature where one is asked for', () => {
    const kernel = written(
      'kernel',
      'from,to,probability\na,b,0.12\na,c,0.08\nb,a,0.2\nb,c,0.09\nc,a,0.1\nc,b,0.14\n',
    );
    const plain = JSON.parse(run(kernel).stdout) as Result;
    expect(plain.options.normalisation).toBe('exact');
    expect(plain.tests.balance.p).toBeNull();
    const cold = JSON.parse(run(kernel, '--temperature', '0.5').stdout) as Result;
    // One cycle: its affinity doubles, and tau with it where the misfit is small.
    const ratio = cold.tests.balance.tau! / plain.tests.balance.tau!;
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.2);
    expect(run(kernel, '--temperature', '0').status).toBe(2);
  });

  it('takes a target, a source and forbidden states, which can be several', () => {
    const { status, stdout } = run(
      ...['public/data/four.csv', '--replicas', '0', '--target', 'd', '--source', 'c'],
      ...['--forbid', 'b', '--forbid', 'd'],
    );
    expect(status).toBe(0);
    const { dynamics, options } = JSON.parse(stdout) as Result;
    expect(options).toMatchObject({ target: ['d'], source: ['c'], forbidden: ['b', 'd'] });
    expect(dynamics!.firstPassage!.target).toEqual(['d']);
    expect(dynamics!.committor!.chances['a']).toBeCloseTo(0.338521, 6);
    expect(dynamics!.forbidden!.states).toEqual(['b', 'd']);
  });

  it.each(['--target', '--source', '--forbid'])(
    'leaves with 1 for an unknown state of %s',
    (option) => {
      const { status, stdout, stderr } = run(
        'public/data/four.csv',
        option,
        'a',
        option,
        '__proto__',
      );
      expect(status).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toBe('public/data/four.csv: there is no state "__proto__".\n');
    },
  );

  it('explains the heights by the features of a second file, and warns of rows it cannot use', () => {
    const features = written('features', 'state,size\na,1\nb,2\nnowhere,9\nd,3\nc,4\n');
    const args = ['public/data/four.csv', '--replicas', '0'];
    const { status, stdout, stderr } = run(...args, '--features', features);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    const { parametric, warnings } = JSON.parse(stdout) as Result;
    expect(parametric).toMatchObject({ features: ['size'], states: 4, unknown: 1, ndf: 2 });
    expect(parametric!.weights[0]!.interval).toHaveLength(2);
    expect(warnings).toEqual([expect.stringMatching(/^One row of the features names no state/)]);
    expect(JSON.parse(run(...args).stdout)).not.toHaveProperty('parametric');
  });

  it.each([
    ['are not there', join(folder, 'nothing'), /no such file/],
    ['are counts', 'public/data/four.csv', /Line 1: expected the header state,NAME1/],
    ['have an empty cell', written('hole', 'state,size\na,\n'), /Line 2, column 2: .*nothing/],
  ])('leaves with 1 and one sentence for features that %s', (_, file, expected) => {
    const { status, stdout, stderr } = run('public/data/four.csv', '--features', file);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(expected);
  });

  it.each([
    ['a file that is not there', join(folder, 'nothing'), /no such file/],
    ['a folder', folder, /could not be read/],
    ['an empty file', written('empty', ''), /empty/],
    ['a bad count', written('bad', 'from,to,count\na,b,-3\n'), /Line 2, column 3/],
    ['bytes that are no UTF-8', written('latin', Uint8Array.from([0x61, 0xff, 0x2c])), /UTF-8/],
  ])('leaves with 1 and one sentence for %s', (_, file, expected) => {
    const { status, stdout, stderr } = run(file);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(expected);
  });

  it.each([
    ['no file', []],
    ['two files', ['a', 'b']],
    ['an unknown option', ['a', '--frobnicate']],
    ['an unknown normalisation', ['a', '--normalisation', 'exact']],
    ['an unknown action', ['a', '--action', 'cosh']],
    ['attempts of 0', ['a', '--attempts-per-state', '0']],
    ['attempts in words', ['a', '--attempts-per-state', 'many']],
    ['negative replicas', ['a', '--replicas=-1']],
    ['half a seed', ['a', '--seed', '0.5']],
    ['a missing value', ['a', '--seed']],
  ])('leaves with 2 for %s', (_, args) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });
});
