/** The models on a phone: everything within its width, unfolded too. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

test('the models are no wider than the phone, forms and a found model included', async ({
  page,
}) => {
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  await new LaboratoryPage(page).open('#/models');
  await expect(page.getByTestId('found')).toBeVisible();
  for (const fold of await page.locator('summary:visible').all()) await fold.tap();
  await page.getByLabel('on this disk').tap();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.getByLabel('Search').fill('SmolLM2 360M');
  const row = page.getByTestId('catalogue').locator('[data-runs=true]').first();
  await row.scrollIntoViewIfNeeded();
  await expect(row.getByRole('button', { name: /^Use/ })).toBeInViewport();
  expect(await overflow()).toBeLessThanOrEqual(0);
});
