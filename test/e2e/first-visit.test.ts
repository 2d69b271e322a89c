/** A first visit: an example on screen, one button, a real walk, a tested potential. */
import { expect, test } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

test('from the click to a chart of one’s own data in under 60 s, then to a verdict', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open();
  await expect(page.getByRole('region', { name: 'The landscape' })).toContainText(/example/i);
  expect(await laboratory.verdictCode()).toBeTruthy();
  await expect(page.getByTestId('status')).toContainText('0 requests to other sites');

  const clicked = Date.now();
  await laboratory.startWalk();
  await expect(page.getByTestId('component')).not.toHaveText('0', { timeout: 60_000 });
  expect(Date.now() - clicked).toBeLessThan(60_000);
  await expect(page).toHaveURL(/#\/run\//);

  await laboratory.expectPhase('complete', 240_000);
  expect(await laboratory.counter('attempts')).toBe(5000);
  expect(await laboratory.counter('accepted')).toBeGreaterThan(0.85 * 5000);
  expect(await laboratory.counter('component')).toBeGreaterThanOrEqual(40);
  expect(await laboratory.counter('both-ways')).toBeGreaterThanOrEqual(100);
  expect(['rejected', 'not-rejected']).toContain(await laboratory.verdictCode());
  await expect(page.getByTestId('status')).toContainText('0 requests to other sites');
  expectSilence(noise);
});
