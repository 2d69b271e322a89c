/** On a cross-origin isolated page the CPU engine takes threads, and files of other origins still come. */
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { serve } from '../../scripts/static-server.mjs';
import { serveBreaking } from '../helpers/breaking-server';
import { LaboratoryPage } from './helpers/laboratory-page';

test('a GGUF of another origin walks on threads where the page is isolated', async ({ page }) => {
  const root = fileURLToPath(new URL('../../dist', import.meta.url));
  const host = await serve({ root, isolated: true });
  const files = await serveBreaking('public/models/pocket');
  try {
    await page.goto(`${host.url}#/models`);
    const own = page.getByTestId('own');
    await own.getByText('Add a GGUF file').click();
    const form = own.getByRole('form', { name: 'Add a GGUF file' });
    await form.getByLabel('Address of the file').fill(`${files.url}m/gguf/pocket-f16.gguf`);
    await form.getByLabel('How it is asked').selectOption('it continues the prompt');
    await form.getByLabel('Name (optional)').fill('Mine');
    await form.getByRole('button', { name: 'Add this file' }).click();
    await own.getByRole('button', { name: 'Use Mine' }).click();
    const laboratory = new LaboratoryPage(page);
    await laboratory.startWalk();
    await laboratory.waitForAttempts(10);
    await page.getByRole('button', { name: 'Stop here' }).click();
    await laboratory.expectPhase('complete');
    const log = await laboratory.download('Log (.eq.jsonl)');
    const { adapter } = JSON.parse(log.split('\n')[0]!).experiment.model;
    const processors = await page.evaluate(() => navigator.hardwareConcurrency);
    expect(adapter).toMatch(processors >= 4 ? /\b\d+ threads$/ : /one thread$/);
  } finally {
    await Promise.all([host.close(), files.close()]);
  }
});
