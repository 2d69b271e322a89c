/** The graphics device is lost in the middle of a run: one press loads the model again, and no attempt is lost. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

/** Keeps hold of the device that the engine makes, so that the test can take it away. */
const HOLD = `
const ask = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (...all) {
  return (self.heldDevice = await ask.apply(this, all));
};
`;

test('a lost device is a sentence with one button, and the walk goes on from the log', async ({
  page,
}) => {
  test.setTimeout(400_000);
  await page.route(/model\.worker.*\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: HOLD + (await response.text()) });
  });
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=webllm&attempts=90&seed=11');
  await laboratory.startWalk();
  await laboratory.waitForAttempts(8, 240_000);
  const worker = page.workers().find((candidate) => candidate.url().includes('model.worker'));
  expect(worker).toBeDefined();
  await worker!.evaluate(() => (self as unknown as { heldDevice: GPUDevice }).heldDevice.destroy());

  await expect(laboratory.alert).toContainText('The graphics device was lost');
  await expect(laboratory.alert).toHaveAttribute('data-code', 'device-lost');
  await laboratory.expectPhase('paused');
  const before = await laboratory.storedAttempts();
  expect(before.length).toBeGreaterThanOrEqual(8);
  await laboratory.alert.getByRole('button', { name: 'Load again and go on' }).click();
  await laboratory.expectPhase('complete', 240_000);
  await expect(laboratory.alert).toHaveCount(0);

  const after = await laboratory.storedAttempts();
  expect(after.map(({ i }) => i)).toEqual(Array.from({ length: 90 }, (_, i) => i));
  expect(after.slice(0, before.length)).toEqual(before);
  // what was lost with the device is asked anew, and nothing of it was counted as an answer
  for (const { to, reject } of after)
    expect((to === undefined) !== (reject === undefined)).toBe(true);
});
