/** The lint rules of the house are alive: each fails on a planted line. */
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint({ cwd: resolve(import.meta.dirname, '../..') });

async function rulesBroken(filePath: string, text: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(text, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

describe('eslint', { timeout: 60_000 }, () => {
  it.each([
    ['src/app/planted.ts', 'export const f = (t: string): unknown => eval(t);', 'no-eval'],
    ['src/app/planted.ts', 'export const f = (t: string) => new Function(t);', 'no-new-func'],
    ['src/app/planted.ts', "setTimeout('f()', 1);", 'no-implied-eval'],
    ['src/app/planted.ts', 'export const f = (t: any) => t;', '@typescript-eslint/no-explicit-any'],
    [
      'src/app/Planted.svelte',
      '<script lang="ts">\n  let { t }: { t: string } = $props();\n</script>\n\n{@html t}\n',
      'svelte/no-at-html-tags',
    ],
    ['src/analysis/planted.ts', 'export const f = async () => 1;', 'no-restricted-syntax'],
    ['src/analysis/planted.ts', "export const f = () => import('./x');", 'no-restricted-syntax'],
    [
      'src/analysis/planted.ts',
      'export const f = () => Math.random();',
      'no-restricted-properties',
    ],
    ['src/analysis/planted.ts', 'export const f = () => document.title;', 'no-restricted-globals'],
    ['src/agents/planted.ts', "export const f = () => fetch('x');", 'no-restricted-globals'],
  ])('in %s finds %s', async (file, text, rule) => {
    expect(await rulesBroken(file, `${text}\n`)).toContain(rule);
  });

  it('lets other rooms await and ask the browser', async () => {
    const text = 'export const f = async () => (await fetch(document.baseURI)).ok;\n';
    expect(await rulesBroken('src/app/planted.ts', text)).toEqual([]);
    expect(await rulesBroken('src/analysis/planted.ts', 'export const f = Math.sqrt;\n')).toEqual(
      [],
    );
  });
});
