/** What explains the heights: features of the words themselves, or of a file that a person chooses. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

async function unfold(page: Page, address: string): Promise<Locator> {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open(address);
  await laboratory.verdictCode();
  const part = page.locator('details').filter({ hasText: 'What explains the heights' });
  await part.locator('summary').click();
  await expect(part.getByLabel(/file of features/)).toBeVisible();
  return part;
}

const rowOf = (part: Locator, name: string) => part.getByRole('row').filter({ hasText: name });

test('the letters of the words of food explain nothing that chance would not', async ({ page }) => {
  const noise = listen(page);
  const part = await unfold(page, '#/data/pocket-food');
  const explain = part.getByRole('button', { name: 'Explain the heights' });
  await explain.click();
  // Held to statsmodels by test/unit/analysis/parametric-result.test.ts.
  await expect(rowOf(part, 'letters')).toContainText(/0\.0838\s*−0\.11 to 0\.278/);
  await expect(rowOf(part, 'alphabet sum')).toBeVisible();
  await expect(rowOf(part, 'share of vowels')).toBeVisible();
  await expect(part).toContainText('R² = 3.8% of the variance of the heights of 48 states');
  await expect(part).toContainText('whose interval holds 0 explains nothing');
  await expect(part).toContainText(/Missed most[^]*fruit −1\.15, egg −1\.12/);

  await part.getByLabel('share of vowels').uncheck();
  await explain.click();
  await expect(rowOf(part, 'share of vowels')).toHaveCount(0);
  await expect(rowOf(part, 'letters')).toBeVisible();
  const result = JSON.parse(await new LaboratoryPage(page).download('Result (.eq.json)'));
  expect(result.parametric.features).toEqual(['letters', 'alphabet sum']);
  expect(result.parametric.ndf).toBe(45);

  await part.getByRole('button', { name: /What is/ }).click();
  await expect(page.getByRole('dialog')).toContainText('Features: what explains the heights');
  expectSilence(noise);
});

test('a file of features: refused with its line, read with a warning, kept by the next analysis', async ({
  page,
}) => {
  const part = await unfold(page, '#/data/four');
  const give = (text: string) =>
    part
      .getByLabel(/file of features/)
      .setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await give('state,size\na,1\nb,big\n');
  await expect(part).toContainText(
    'mine.csv: Line 3, column 2: expected a finite number, found "big".',
  );
  await give('state,size\na,1\nb,1\nc,1\nd,1\n');
  await expect(part).toContainText('The feature "size" does not vary.');
  await give('state,size\na,1\nb,2\nc,4\nd,3\nnowhere,5\n');
  await expect(part).toContainText('One row of the features names no state of these counts');
  await expect(part).not.toContainText('expected a finite number');
  const row = rowOf(part, 'size');
  await expect(row).toBeVisible();
  const before = await row.innerText();

  await page.getByText('How the counts are analysed').click();
  await page.getByLabel('Action', { exact: true }).selectOption('exp');
  const laboratory = new LaboratoryPage(page);
  await expect
    .poll(async () => JSON.parse(await laboratory.download('Result (.eq.json)')).options.action)
    .toBe('exp');
  await expect(row).toBeVisible();
  expect(await row.innerText()).toBe(before);
});
