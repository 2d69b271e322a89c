/** Every shader has its parts: host class, float64 twin, cases, and a test on each side. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shaderFiles, shaderText } from './helpers/shader-files';

const root = new URL('../..', import.meta.url).pathname;
const shaders = shaderFiles();

/** The files of src/analysis/ by name, whatever folder they are in. */
const twins = new Map(
  readdirSync(`${root}/src/analysis`, { recursive: true, encoding: 'utf8' }).map((path) => [
    basename(path, '.ts'),
    `src/analysis/${path}`,
  ]),
);

/** A family is a file of shaders/, or a folder of it: laplacian/ is one family of five kernels. */
const family = (path: string) => path.split('/')[1]!.replace(/\.wgsl$/, '');

/** What is missing of a family's parts. */
function missingParts(name: string): string[] {
  const parts = [
    `src/gpu/${name}.ts`,
    twins.get(name) ?? `src/analysis/${name}.ts`,
    `test/cases/${name}.ts`,
    `test/unit/kernels/${name}.test.ts`,
    `test/gpu/${name}.test.ts`,
  ];
  return parts.filter((path) => !existsSync(`${root}/${path}`));
}

test('there are shaders', () => {
  expect(shaders.length).toBeGreaterThan(0);
});

test('a family without parts is found out', () => {
  expect(missingParts('no-such-kernel')).toHaveLength(5);
});

describe.each(shaders)('%s', (path) => {
  const text = shaderText(path);
  const head = text.slice(0, text.indexOf('override'));

  test('has every part', () => {
    expect(missingParts(family(path))).toEqual([]);
  });

  test('has a head: formula, section, twin, precision, a line a binding', () => {
    expect(head).toMatch(/Formula/);
    expect(head).toContain(`Twin: ${twins.get(family(path))!}`);
    expect(head).toContain('Precision: float32');
    for (const [, name] of text.matchAll(/@binding\(\d+\) var<[^>]+> (\w+)/g)) {
      expect(head).toMatch(new RegExp(`^// ${name} `, 'm'));
    }
  });

  test('has an override for its workgroup size and no float atomics', () => {
    expect(text).toContain('override workgroup_size: u32 = 256u;');
    expect(text).not.toMatch(/@workgroup_size\((?!workgroup_size\))/);
    expect(text).not.toMatch(/atomic</);
    expect(text).not.toMatch(/enable f16/);
  });
});
