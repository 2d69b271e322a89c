/** The first visit on a phone: everything within its width, the same way to a verdict. */
import { expect, test } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

test('nothing is wider than the phone, before, during and after a walk', async ({ page }) => {
  test.setTimeout(240_000);
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  await laboratory.open('#/?attempts=600');
  await laboratory.verdictCode();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.getByText('Choose the agent, the model, the sampling').tap();
  await page.getByText('Open data', { exact: true }).tap();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await laboratory.startWalk();
  await laboratory.waitForAttempts(50);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await laboratory.expectPhase('complete');
  await laboratory.verdictCode();
  expect(await overflow()).toBeLessThanOrEqual(0);
  expectSilence(noise);
});
