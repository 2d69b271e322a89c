/** The test of balance can be stopped, says so, and can be run again. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

test('a stopped test is no verdict, and the counts stay on the page', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/data/pocket-food');
  await expect(laboratory.verdict).toContainText('simulated experiments');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(laboratory.verdict).toContainText('The test was stopped');
  await expect(page.getByRole('img', { name: /^48 states/ })).toBeVisible();
  await page.getByRole('button', { name: 'Test again' }).click();
  expect(await laboratory.verdictCode()).toBe('rejected');
});
