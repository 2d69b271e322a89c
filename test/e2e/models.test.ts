/** The place of the models: the list with reasons, search and filters, a GGUF from disk that walks, kept and deleted. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

const GGUF = readFileSync('public/models/pocket/gguf/pocket-f16.gguf');

const catalogue = (page: Page) => page.getByTestId('catalogue');
const rows = (page: Page) => catalogue(page).locator('[data-model]');

/** How many models the list says it shows; the list is read whole before. */
async function found(page: Page): Promise<number> {
  return Number((await page.getByTestId('found').innerText()).match(/\d+/)![0]);
}

/** The list begins short; a person asks for the rest. */
async function showAll(page: Page): Promise<void> {
  await catalogue(page)
    .getByRole('button', { name: /^Show all \d+$/ })
    .click();
}

test('lists the catalogue with what each model takes, and why it does not run here', async ({
  page,
}) => {
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/');
  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible();
  await expect(page.getByTestId('machine')).toContainText(/swiftshader[^.]*without 16-bit floats/i);
  await expect(page.getByTestId('machine')).toContainText(/used.*free/);
  await expect(page.getByTestId('proposed')).toContainText('Pocket model');
  await expect(page.getByTestId('proposed')).toContainText('adapter is software');

  const all = await found(page);
  expect(all).toBeGreaterThan(100);
  expect(await rows(page).count()).toBeLessThan(all);
  await showAll(page);
  await expect(rows(page)).toHaveCount(all);
  const small = catalogue(page).locator('[data-model="SmolLM2-360M-Instruct-q4f16_1-MLC"]');
  await expect(small).toHaveAttribute('data-runs', 'false');
  await expect(small).toContainText('shader-f16');
  await expect(small).toContainText('SmolLM2 360M Instruct (4-bit f32) runs here');
  await expect(small.getByRole('button', { name: /^Use/ })).toHaveCount(0);
  const other = catalogue(page).locator('[data-model="SmolLM2-360M-Instruct-q4f32_1-MLC"]');
  for (const words of [
    /download\s+\d+(\.\d)? MB\s+estimated/,
    /memory\s+\d/,
    /context\s+4,096 tokens/,
  ])
    await expect(other).toContainText(words);
  await expect(other.getByRole('link', { name: 'Apache 2.0' })).toHaveAttribute('href', /^https:/);
  expectSilence(noise);
});

test('search and filters narrow the list, and nothing found says how to go back', async ({
  page,
}) => {
  await new LaboratoryPage(page).open('#/models');
  await expect(rows(page).first()).toBeVisible();
  const all = await found(page);
  await page.getByLabel('Search').fill('qwen3 0.6');
  await expect.poll(() => found(page)).toBeLessThan(10);
  expect(await found(page)).toBeGreaterThan(0);
  for (const name of await rows(page).getByRole('heading').allInnerTexts())
    expect(name).toContain('Qwen3');

  await page.getByLabel('Only what runs here').check();
  await expect(rows(page).and(page.locator('[data-runs=false]'))).toHaveCount(0);
  await page.getByLabel('Search').fill('');
  await page.getByLabel('Precision').selectOption('f16');
  await expect(page.getByText('No model matches.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all of them' }).click();
  await expect.poll(() => found(page)).toBe(all);

  await page.getByLabel('Licence').selectOption({ label: 'Apache 2.0' });
  const apache = await found(page);
  await showAll(page);
  expect(apache).toBeLessThan(all);
  await expect(rows(page).getByRole('link', { name: 'Apache 2.0' })).toHaveCount(apache);
  await page.getByLabel('Download', { exact: true }).selectOption('up to 500 MB');
  expect(await found(page)).toBeLessThan(apache);
});

test('Use takes the model, and words that suit it, into a set-up whose address says so', async ({
  page,
}) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?attempts=77');
  await page.getByText('Choose the agent, the model, the sampling').click();
  await page.getByRole('link', { name: 'More models…' }).click();
  const id = 'SmolLM2-360M-Instruct-q4f32_1-MLC';
  await catalogue(page)
    .locator(`[data-model="${id}"]`)
    .getByRole('button', { name: /^Use/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`model=${id}`));
  await expect(page).toHaveURL(/wording=instruction/);
  await expect(page).toHaveURL(/attempts=77/);
  await page.getByText('Choose the agent, the model, the sampling').click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(id);
  await expect(page.getByLabel('Engine')).toBeDisabled();
  await page.getByLabel('Wording').selectOption('question');
  await page.getByRole('button', { name: /^Use the wording/ }).click();
  await expect(page.getByLabel('Wording')).toHaveValue('instruction');
});

test('a GGUF file from disk is added, walks, and is gone when it is deleted', async ({ page }) => {
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/models');
  const own = page.getByTestId('own');
  await own.getByText('Add a GGUF file').click();
  const form = own.getByRole('form', { name: 'Add a GGUF file' });

  await form.getByLabel('Or a file from disk').setInputFiles({
    ...{ name: 'letter.gguf', mimeType: 'application/octet-stream' },
    buffer: Buffer.from('Dear reader, this is no model.'),
  });
  await form.getByRole('button', { name: 'Add this file' }).click();
  await expect(form.getByRole('alert')).toContainText('letter.gguf');

  await form.getByLabel('Or a file from disk').setInputFiles({
    ...{ name: 'mine.gguf', mimeType: 'application/octet-stream', buffer: GGUF },
  });
  await form.getByLabel('Name (optional)').fill('Mine');
  await form.getByLabel('How it is asked').selectOption('it continues the prompt');
  await form.getByLabel(/Keep a copy/).check();
  await form.getByRole('button', { name: 'Add this file' }).click();
  await expect(own.getByRole('button', { name: 'Use Mine' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId('kept')).toContainText('Mine');

  await own.getByRole('button', { name: 'Use Mine' }).click();
  await expect(page).toHaveURL(/model=own-mine-/);
  await laboratory.startWalk();
  await laboratory.waitForAttempts(30);
  await expect(page.getByTestId('status')).toContainText('0 requests to other sites');
  await expect(page.getByTestId('passes')).toHaveText(/^\d/);
  await page.getByRole('button', { name: 'Stop here' }).click();
  await laboratory.expectPhase('complete');
  const { experiment } = JSON.parse((await laboratory.download('Log (.eq.jsonl)')).split('\n')[0]!);
  expect(experiment.model).toMatchObject({ engine: 'wllama', format: 'plain' });
  expect(Object.values(experiment.model.hashes)[0]).toMatch(/^[0-9a-f]{64}$/);
  const { hash } = new URL(page.url());

  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
  await own.getByRole('button', { name: 'Delete Mine' }).click();
  await own.getByRole('button', { name: 'Delete it and its files' }).click();
  await expect(own.getByRole('button', { name: 'Use Mine' })).toHaveCount(0);
  await expect(page.getByTestId('kept')).not.toContainText('Mine');
  expect(hash).toMatch(/^#\/run\//);
  expectSilence(noise);
});

test('a walk of a model that is no longer there says so, and leads to the models', async ({
  page,
}) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?model=own-gone-abc123&attempts=50');
  await laboratory.startWalk();
  await expect(laboratory.alert).toContainText('own-gone-abc123');
  await expect(laboratory.alert).toContainText('not known to this browser');
  await laboratory.alert.getByRole('button', { name: 'Open models' }).click();
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible();
});

test('without WebGPU every listed model says so, and the pocket model is offered on wllama', async ({
  page,
}) => {
  const hidden = "Object.defineProperty(%.prototype, 'gpu', { get: () => undefined });";
  await page.addInitScript({ content: hidden.replace('%', 'Navigator') });
  await page.route(/model\.worker.*\.js/, async (route) => {
    const response = await route.fetch();
    const body = hidden.replace('%', 'WorkerNavigator') + (await response.text());
    await route.fulfill({ response, body });
  });
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/models');
  await expect(page.getByTestId('machine')).toContainText('has no WebGPU');
  const all = await found(page);
  await showAll(page);
  await expect(rows(page).and(page.locator('[data-runs=false]'))).toHaveCount(all);
  await page.getByTestId('proposed').getByRole('button', { name: 'Use Pocket model' }).click();

  await laboratory.open('#/?engine=webllm&attempts=60');
  await laboratory.startWalk();
  await expect(laboratory.alert).toHaveAttribute('data-code', 'no-webgpu');
  await laboratory.alert.getByRole('button', { name: 'Choose wllama' }).click();
  await laboratory.expectPhase('complete');
  await expect(page.getByTestId('status')).toContainText('wllama');
});
