/** Where the browser offers no storage the page says so, starts nothing, and still shows data. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

test('without IndexedDB a walk is refused with a sentence, and data are still shown', async ({
  page,
}) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('storage is off', 'SecurityError');
    };
  });
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=wllama&attempts=50');
  expect(await laboratory.verdictCode()).toBe('rejected');
  await laboratory.startWalk();
  await expect(laboratory.alert).toContainText('no storage');
  await expect(laboratory.alert).toContainText('storage is off');
  await expect(page.getByRole('button', { name: 'Start a walk' })).toBeEnabled();
});
