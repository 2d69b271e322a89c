/** Where the walk gets to, about states that a person chooses. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

test('the golden committors of four, and a forbidden state', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/data/four');
  await laboratory.verdictCode();
  const part = page.getByRole('region', { name: 'Predictions' });
  const choose = async (label: string, name: string) => {
    await part.getByLabel(label, { exact: true }).fill(name);
    await part.getByLabel(label, { exact: true }).press('Enter');
  };
  // the two must differ at every moment
  await choose('Source', 'b');
  await choose('Target', 'd');
  await choose('Source', 'c');
  const row = (name: string) =>
    part.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await expect(row('a')).toContainText('34%');
  await expect(row('b')).toContainText('23%');
  await expect(part.getByRole('columnheader', { name: 'chance of d before c' })).toBeVisible();

  await choose('Forbidden', 'nowhere');
  await expect(part.getByText('There is no state of this name.')).toBeVisible();
  await choose('Forbidden', 'b');
  await expect(part.getByRole('columnheader', { name: 'chance ever to enter b' })).toBeVisible();
  await expect(row('a')).toContainText('100%');

  const result = JSON.parse(await laboratory.download('Result (.eq.json)'));
  expect(result.options).toMatchObject({ target: ['d'], source: ['c'], forbidden: ['b'] });
  expect(result.dynamics.committor.chances.a).toBeCloseTo(0.338521, 6);
  expect(result.dynamics.committor.chances.b).toBeCloseTo(0.233463, 6);
});
