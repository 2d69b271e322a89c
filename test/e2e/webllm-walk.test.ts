/** The main path: the pocket model through WebLLM on WebGPU, from the click to the log. */
import { expect, test } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

test('WebLLM walks on WebGPU, and its log says so', async ({ page }) => {
  test.setTimeout(300_000);
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=webllm&attempts=120&seed=3');
  await laboratory.startWalk();
  await laboratory.expectPhase('complete', 240_000);
  await laboratory.verdictCode();
  const log = (await laboratory.download('Log (.eq.jsonl)')).trim().split('\n');
  expect(log).toHaveLength(121);
  const header = JSON.parse(log[0]!);
  expect(header.experiment.model).toMatchObject({ engine: 'webllm', id: 'pocket' });
  expect(header.experiment.model.adapter).toMatch(/swiftshader/i);
  expect(Object.values(header.experiment.model.hashes).length).toBeGreaterThan(1);
  const attempts = log.slice(1).map((line) => JSON.parse(line));
  expect(attempts.filter(({ to }) => to !== undefined).length).toBeGreaterThan(0.75 * 120);
  expectSilence(noise);
});
