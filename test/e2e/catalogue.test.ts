/**
 * A model of the catalogue, from the list to the log: nothing is fetched before a person asks for it, and
 * then its own files once. The hub is out of reach of the tests: the pocket model's files, which lie in
 * folders of the same layout, are given out in its place.
 */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

const MODEL = 'SmolLM2-135M-Instruct-q0f32-MLC';
const FOLDER = `https://huggingface.co/mlc-ai/${MODEL}/resolve/main/`;
const LIBRARIES = 'https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/main/';
const POCKET = new URL('../../dist/models/pocket/', import.meta.url);

/** Answers in place of the model's two hosts. @returns the addresses asked for, as they come in */
async function standIn(page: Page): Promise<string[]> {
  const asked: string[] = [];
  await page.context().route(/^https:/, async (route) => {
    const url = route.request().url();
    asked.push(url);
    let file = '';
    if (url.startsWith(FOLDER)) file = `webllm/resolve/main/${url.slice(FOLDER.length)}`;
    else if (url.startsWith(LIBRARIES)) file = 'webllm/pocket-webgpu.wasm';
    const body = await readFile(new URL(file, POCKET)).catch(() => 'not here');
    const status = body === 'not here' ? 404 : 200;
    await route.fulfill({ status, body, headers: { 'access-control-allow-origin': '*' } });
  });
  return asked;
}

test('is fetched when it is asked for, once, and walks', async ({ page }) => {
  test.setTimeout(240_000);
  const asked = await standIn(page);
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/models');
  const row = (id: string) => page.getByTestId('catalogue').locator(`[data-model="${id}"]`);
  await expect(row(MODEL)).toHaveAttribute('data-runs', 'true');
  // the tests' adapter has no 16-bit numbers: the model in them is shown, with the reason
  const half = row(MODEL.replace('q0f32', 'q0f16'));
  await expect(half).toHaveAttribute('data-runs', 'false');
  await expect(half).toContainText('SmolLM2 135M Instruct (unquantised f32) runs here');
  expect(asked).toEqual([]);

  await row(MODEL)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(row(MODEL)).toHaveAttribute('data-kept', 'kept');
  const names = asked.map((url) => url.replace(FOLDER, '').replace(/^.*\//, ''));
  expect(names.sort()).toEqual([
    'SmolLM2-135M-Instruct-q0f32_cs1k-webgpu.wasm',
    ...['mlc-chat-config.json', 'params_shard_0.bin', 'tensor-cache.json', 'tokenizer.json'],
  ]);

  await expect(page.getByTestId('status')).toContainText(/\b5 requests/);
  await laboratory.open(`#/?model=${MODEL}&attempts=40&seed=3`);
  await laboratory.startWalk();
  await laboratory.expectPhase('complete', 180_000);
  const log = (await laboratory.download('Log (.eq.jsonl)')).trim().split('\n');
  expect(log).toHaveLength(41);
  const { model } = JSON.parse(log[0]!).experiment;
  expect(model).toMatchObject({ engine: 'webllm', id: MODEL, format: 'chat' });
  const card = JSON.parse(await readFile(new URL('card.json', POCKET), 'utf8'));
  const given = Object.values<{ sha256: string }>(card.files).map(({ sha256 }) => sha256);
  const hashes = Object.values<string>(model.hashes);
  expect(hashes).toHaveLength(5);
  expect(given).toEqual(expect.arrayContaining(hashes));
  // the walk took what was kept
  expect(asked).toHaveLength(5);
  expectSilence({ ...noise, foreign: [] });
});
