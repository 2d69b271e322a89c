/** The pages of docs/quantities: read for the tests, made into components of the page by the build. */
import { Marked, type Tokens } from 'marked';
import type { PreprocessorGroup } from 'svelte/compiler';

/** Where the pages are, seen from the root of the repository. */
export const QUANTITY_FOLDER = 'docs/quantities';

/** Width and height of every picture, in CSS pixels. */
export const PICTURE_SIZE = { width: 480, height: 320 } as const;

/** The headings of a page, in their order. */
export const SECTIONS = [
  'Definition',
  'Unit and interval',
  'When to trust it',
  'How it misleads',
  'Sources',
  'Held by',
] as const;

export interface QuantityPage {
  title: string;
  /** The sentence that a person can repeat. */
  sentence: string;
  picture: { alt: string; file: string } | null;
  sections: Record<string, string>;
  /** Other pages of the folder that it links to. */
  links: string[];
}

/** The parts of a page's Markdown. */
export function readPage(text: string): QuantityPage {
  const picture = /^!\[([^\]]+)\]\(([^)]+)\)$/m.exec(text);
  const [head = '', ...rest] = text.split(/^## /m);
  const sections = rest.map((part) => {
    const end = part.indexOf('\n');
    return [part.slice(0, end).trim(), part.slice(end).trim()] as const;
  });
  return {
    title: /^# (.+)$/m.exec(head)?.[1] ?? '',
    sentence: (head.match(/^> .+$/gm) ?? []).map((line) => line.slice(2)).join(' '),
    picture: picture ? { alt: picture[1]!, file: picture[2]! } : null,
    sections: Object.fromEntries(sections),
    links: [...text.matchAll(/\]\(([a-z-]+)\.md\)/g)].map((match) => match[1]!),
  };
}

/** Text as it stands in an attribute. */
function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replace(/[{}]/g, (brace) => `&#${brace.charCodeAt(0)};`);
}

/** The address of a link inside the page, or null where it leads out of the pages. */
function address(href: string): { to: string; outside: boolean } | null {
  if (/^https:\/\//.test(href)) return { to: href, outside: true };
  const page = /^([\w-]+)\.md$/.exec(href)?.[1];
  if (!page) return null;
  return { to: page === 'README' ? '#/help' : `#/help/${page}`, outside: false };
}

/**
 * A Svelte component of a page: headings one level down, the first one naming the dialog; links to
 * other pages stay inside, those to the web open a new tab, all others become plain text.
 */
export function pageMarkup(text: string): string {
  const imports: string[] = [];
  const images: string[] = [];
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const id = depth === 1 ? ' id="help-title"' : '';
        const inner = this.parser.parseInline(tokens);
        return `<h${depth + 1}${id}>${inner}</h${depth + 1}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens);
        const found = address(href);
        if (!found) return inner;
        const away = found.outside ? ' target="_blank" rel="noopener noreferrer"' : '';
        return `<a href="${attribute(found.to)}"${away}>${inner}</a>`;
      },
      image({ href, text: alt }: Tokens.Image) {
        const name = `picture${imports.length}`;
        imports.push(`import ${name} from './${href}?url';`);
        const { width, height } = PICTURE_SIZE;
        images.push(
          `<img src={${name}} alt="${attribute(alt)}" width="${width}" height="${height}" />`,
        );
        return `@@${images.length - 1}@@`;
      },
      html() {
        throw new Error('The pages on quantities are Markdown without HTML.');
      },
    },
  });
  const html = marked
    .parse(text, { async: false })
    .replace(/[{}]/g, (brace) => `&#${brace.charCodeAt(0)};`)
    .replace(/@@(\d+)@@/g, (_, index: string) => images[Number(index)]!);
  return `<script>\n${imports.join('\n')}\n</script>\n\n${html}`;
}

/** What the build does with a Markdown file that is imported. */
export function quantityPages(): PreprocessorGroup {
  return {
    name: 'quantity-pages',
    markup: ({ content, filename }) =>
      filename?.endsWith('.md') ? { code: pageMarkup(content) } : undefined,
  };
}
