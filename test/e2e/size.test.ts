/** The first load is small: what the page fetches before an engine is needed. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

test('under 200 KB of JavaScript (gzip) before an engine is needed, workers included', async ({
  page,
}) => {
  const scripts = new Map<string, number>();
  page.context().on('response', async (response) => {
    if (!/javascript/.test(response.headers()['content-type'] ?? '')) return;
    scripts.set(response.url(), gzipSync(await response.body(), { level: 9 }).length);
  });
  const laboratory = new LaboratoryPage(page);
  await laboratory.open();
  await laboratory.verdictCode();
  const names = [...scripts.keys()].map((url) => url.split('/').pop());
  expect(names.some((name) => name?.startsWith('analysis.worker'))).toBe(true);
  expect(names.some((name) => /webllm|wllama|model\.worker/.test(name ?? ''))).toBe(false);
  const total = () => [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
  const told = (what: string) =>
    console.info(`${what}: ${(total() / 1000).toFixed(0)} KB of JavaScript (gzip)`);
  told('first load');
  expect(total()).toBeLessThan(200_000);
  // What lies further down is fetched when a person comes near it.
  await page.getByRole('heading', { name: /^Transition matrix/ }).scrollIntoViewIfNeeded();
  await expect(page.getByRole('img', { name: /Transition matrix of/ })).toBeVisible();
  await page.getByRole('heading', { name: 'Every number' }).scrollIntoViewIfNeeded();
  await expect(page.getByRole('table', { name: 'The counts' })).toBeVisible();
  told('with charts and the table of numbers');
  expect(total()).toBeLessThan(300_000);
});
