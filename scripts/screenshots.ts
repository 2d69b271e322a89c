/**
 * Pictures of every place of the built page, wide and narrow, light and dark, into `screenshots/`.
 * `npx tsx scripts/screenshots.ts [PART OF A NAME …]`; `readme` makes the README's picture instead.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { browserLaunchOptions } from './browser.mjs';
import { serve } from './static-server.mjs';

const root = new URL('../', import.meta.url);
const out = fileURLToPath(new URL('screenshots/', root));

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

async function settled(page: Page): Promise<void> {
  await page
    .locator('[data-verdict]:not([data-verdict="waiting"])')
    .waitFor({ timeout: 60_000 })
    .catch(() => console.error('no verdict in time'));
  await page.waitForTimeout(1500);
}

const PLACES: Record<string, (page: Page, url: string) => Promise<void>> = {
  first: async (page, url) => {
    await page.goto(`${url}#/`);
    await settled(page);
  },
  'set-up': async (page, url) => {
    await page.goto(`${url}#/`);
    await settled(page);
    await page.getByText('Choose the agent').click();
    await page.getByText('Open data', { exact: true }).click();
  },
  unbounded: async (page, url) => {
    await page.goto(`${url}#/data/claude-4`);
    await settled(page);
  },
  compare: async (page, url) => {
    // The bundled walk, and one like it in which some words lead to others more often.
    const csv = readFileSync(fileURLToPath(new URL('public/data/pocket-food.csv', root)), 'utf8');
    const more = (_: string, pair: string, count: string) => `${pair}${4 * Number(count)}`;
    const changed = csv.replace(/^([a-c]\w*,[n-z]\w*,)(\d+)$/gm, more);
    await page.goto(`${url}#/compare`);
    await page.getByRole('checkbox', { name: /pocket model/ }).check();
    await page.locator('input[type=file]').setInputFiles({
      name: 'another walk.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(changed),
    });
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await settled(page);
  },
  watch: async (page, url) => {
    await page.goto(`${url}#/?engine=wllama&attempts=20000&seed=4`);
    await page.getByRole('button', { name: 'Start a walk' }).click();
    await page.waitForTimeout(15_000);
  },
  read: async (page, url) => {
    await page.goto(`${url}#/?engine=wllama&attempts=3000&seed=4`);
    await page.getByRole('button', { name: 'Start a walk' }).click();
    await page.locator('[data-phase="complete"]').waitFor({ timeout: 240_000 });
    await settled(page);
  },
};

mkdirSync(out, { recursive: true });
const wanted = process.argv.slice(2);
const server = await serve({ root: fileURLToPath(new URL('dist/', root)) });
const browser = await chromium.launch(browserLaunchOptions());
for (const [size, viewport] of Object.entries(SIZES))
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [place, visit] of Object.entries(PLACES)) {
      const name = `${place}-${size}-${colorScheme}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()))
          console.error(`${name}: ${message.text()}`);
      });
      await visit(page, server.url);
      await page.screenshot({ path: `${out}${name}.png`, fullPage: place !== 'watch' });
      console.log(name);
      await context.close();
    }
if (wanted.includes('readme')) {
  // The picture of the README: the first screen as it meets the eye.
  const page = await browser.newPage({ viewport: { width: 1280, height: 1060 } });
  await PLACES['first']!(page, server.url);
  await page.screenshot({ path: fileURLToPath(new URL('docs/images/first-screen.png', root)) });
  await page.close();
}
await browser.close();
await server.close();
