/** The documents stay true: their links lead somewhere, the files and commands they name are there. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...readdirSync(join(ROOT, 'docs/quantities'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/quantities/${file}`),
];

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((m) => m[1]!);

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): string[] {
  return matches(read(page), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('links to files and headings that are there', () => {
    const lost = matches(text, /\]\(([^)\s]+)\)/g).filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchors(target).includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it('names files that are there', () => {
    const place =
      /`((?:src|test|scripts|shaders|bench|public|docs|\.github)\/[\w./-]*|\.?[\w-]+\.config\.\w+)`/g;
    const lost = matches(text, place).filter(
      (file) => !/NAME/.test(file) && !existsSync(join(ROOT, file)),
    );
    expect(lost).toEqual([]);
  });

  it('names commands that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = matches(text, /npm run (?:--silent )?([\w:-]+)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
