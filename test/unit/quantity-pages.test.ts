/** The pages on quantities: whole, true to the code, linked from the page, and their pictures up to date. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PICTURES, svgOf } from '../../scripts/pictures';
import { ringOfForty } from '../../scripts/pictures/cycles';
import {
  pageMarkup,
  PICTURE_SIZE,
  QUANTITY_FOLDER,
  readPage,
  SECTIONS,
} from '../../scripts/quantity-pages';
import { analyse } from '../../src/analysis/analyse';
import { root } from './helpers/graphs';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const folder = join(root, QUANTITY_FOLDER);
const ids = readdirSync(folder)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => file.slice(0, -3));
const words = (text: string) => text.split(/\s+/).filter(Boolean).length;

/** Every file of the page's source that may ask for help. */
function sources(): string[] {
  const places = readdirSync(join(root, 'src/app'), { recursive: true, encoding: 'utf8' });
  return places
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .map((file) => read(`src/app/${file}`));
}

/** Pages that a row, a chart or a button of the page opens. */
const asked = new Set(
  sources().flatMap((text) =>
    [
      ...text.matchAll(/\bhelp(?:: |=)['"]([a-z-]+)['"]/g),
      ...text.matchAll(/<HelpButton\s+id="([a-z-]+)"/g),
    ].map((match) => match[1]!),
  ),
);

describe.each(ids)('%s', (id) => {
  const text = read(`${QUANTITY_FOLDER}/${id}.md`);
  const page = readPage(text);

  it('has a title, a sentence to repeat, and every section, in their order', () => {
    expect(page.title).not.toBe('');
    expect(words(page.sentence)).toBeGreaterThan(8);
    expect(words(page.sentence)).toBeLessThan(45);
    expect(Object.keys(page.sections)).toEqual([...SECTIONS]);
    for (const [name, section] of Object.entries(page.sections)) expect(section, name).not.toBe('');
    expect(words(text)).toBeLessThan(420);
  });

  it('says how sure it is, and where it stands in a result', () => {
    const place = page.sections['Unit and interval']!.replace(/\s+/g, ' ');
    expect(place).toMatch(/interval|95%|error/);
    expect(place).toMatch(/In (the result|a comparison file):|computed from the result/);
    const shapes =
      read('src/analysis/result.ts') + read('src/analysis/comparison/comparison-result.ts');
    const keys = place
      .slice(place.search(/In (the result|a comparison file):|computed from the result/))
      .split('Golden')[0]!;
    for (const [, path] of keys.matchAll(/`([\w.]+)`/g))
      for (const key of path!.split('.').filter((part) => /^[a-zA-Z]\w+$/.test(part)))
        expect(shapes, path).toMatch(new RegExp(`\\b${key}\\b`));
  });

  it('cites its sources', () => {
    const cited = page.sections['Sources']!.split('\n').filter((line) => line.startsWith('- '));
    expect(cited.length).toBeGreaterThan(0);
    for (const line of cited) {
      expect(line, 'a year').toMatch(/\b(18|19|20)\d\d\b/);
      const link = /\[(10\.\d{4,9}\/[^\]]+)\]\(https:\/\/doi\.org\/([^)]+)\)$/.exec(line);
      if (link) expect(decodeURIComponent(link[2]!)).toBe(link[1]);
      else expect(line).not.toMatch(/10\.\d{4,}/);
    }
  });

  it('names the tests that hold it', () => {
    const files = [...page.sections['Held by']!.matchAll(/`(test\/[\w./-]+)`/g)].map((m) => m[1]!);
    expect(files.some((file) => file.endsWith('.test.ts'))).toBe(true);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('has its picture, described in the same words', () => {
    expect(page.picture?.file).toBe(`pictures/${id}.svg`);
    const svg = read(`${QUANTITY_FOLDER}/pictures/${id}.svg`);
    expect(/<title id="title">([^<]+)<\/title>/.exec(svg)?.[1]).toBe(page.picture?.alt);
  });

  it('is opened by a number or a chart of the page, and listed', () => {
    expect([...asked]).toContain(id);
    expect(read(`${QUANTITY_FOLDER}/README.md`)).toContain(`](${id}.md)`);
  });

  it('leads to pages that are there', () => {
    expect(page.links.filter((other) => !ids.includes(other))).toEqual([]);
  });
});

it('every number and chart has its page', () => {
  expect(asked.size).toBeGreaterThan(25);
  expect([...asked].filter((id) => !ids.includes(id))).toEqual([]);
});

describe('the pictures', { timeout: 120_000 }, () => {
  it('are one a page', () => {
    const files = readdirSync(join(folder, 'pictures')).map((file) => file.replace('.svg', ''));
    expect(files).toEqual(expect.arrayContaining(ids));
    expect(files.length).toBe(PICTURES.length);
  });

  it.each(PICTURES.map((draw) => [draw.name, draw] as const))(
    '%s is what scripts/quantity-pictures.ts draws',
    (_, draw) => {
      const picture = draw();
      const drawn = svgOf(picture);
      expect(read(`${QUANTITY_FOLDER}/pictures/${picture.name}.svg`)).toBe(drawn);
      expect(drawn.length).toBeLessThan(12_000);
      expect(drawn).toContain(`viewBox="0 0 ${PICTURE_SIZE.width} ${PICTURE_SIZE.height}"`);
      expect(drawn).not.toMatch(/<style|<script|NaN|undefined|var\(|currentColor/);
    },
  );

  it('tell the truth of the driven ring: a high r, and no balance', () => {
    const { tests } = analyse(ringOfForty(), { replicas: 0 });
    expect(tests.pairs.r).toBeGreaterThan(0.96);
    expect(tests.balance.pAsymptotic).toBeLessThan(1e-100);
  });
});

describe('a page as a component', () => {
  it('keeps links to other pages inside, and opens the web in a new tab', () => {
    const markup = pageMarkup('# A\n\n[tau](tau.md) [all](README.md) [x](https://doi.org/10.1/x)');
    expect(markup).toContain('<h2 id="help-title">A</h2>');
    expect(markup).toContain('<a href="#/help/tau">tau</a>');
    expect(markup).toContain('<a href="#/help">all</a>');
    expect(markup).toContain(
      '<a href="https://doi.org/10.1/x" target="_blank" rel="noopener noreferrer">x</a>',
    );
  });

  it('makes text of links that lead elsewhere, and of braces', () => {
    const markup = pageMarkup('# A\n\n[the method](../method.md#x) `{#if x}` {@html y}');
    expect(markup).toContain('the method');
    expect(markup).not.toMatch(/method\.md|[{}]/);
  });

  it('imports its picture', () => {
    const markup = pageMarkup('# A\n\n![What "is" seen](pictures/a.svg)');
    expect(markup).toContain("import picture0 from './pictures/a.svg?url';");
    expect(markup).toContain('<img src={picture0} alt="What &quot;is&quot; seen"');
  });

  it('takes no HTML and no script', () => {
    expect(() => pageMarkup('# A\n\n<script>x</script>')).toThrow(/without HTML/);
    expect(() => pageMarkup('# A\n\na <b onclick="x">b</b>')).toThrow(/without HTML/);
    expect(pageMarkup('# A\n\n[x](javascript:alert)')).not.toContain('javascript:');
  });
});
