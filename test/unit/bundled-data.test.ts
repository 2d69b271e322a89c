/** The bundled data sets: every file is listed, reads, and says where it is from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundled, root } from './helpers/graphs';

const folder = join(root, 'public/data');
const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Record<
  string,
  string | number | null
>[];

it('lists every file of the folder once', () => {
  const files = readdirSync(folder).filter((file) => file !== 'index.json');
  expect(index.map(({ file }) => file).sort()).toEqual(files.sort());
  expect(new Set(index.map(({ id }) => id)).size).toBe(index.length);
});

it.each(index)('$id reads and has a title, a source and a licence note', (entry) => {
  for (const key of ['id', 'title', 'file', 'description', 'source', 'licence'])
    expect(String(entry[key] ?? '').length, key).toBeGreaterThan(1);
  const per = entry['attemptsPerState'];
  expect(per === null || (typeof per === 'number' && per > 0)).toBe(true);
  expect(bundled(String(entry['file'])).names.length).toBeGreaterThan(3);
});

it('the published tables add up to the sums of method.md, section 8', () => {
  const total = (file: string) => bundled(file).count.reduce((sum, one) => sum + one, 0);
  expect(total('claude-4.csv')).toBe(15742);
  expect(total('gemini-2.5-flash.csv')).toBe(8069);
});
