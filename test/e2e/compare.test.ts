/** Two experiments are chosen, compared and taken away; a bad address gets a sentence. */
import { expect, test, type Page } from '@playwright/test';
import type { Comparison } from '../../src/analysis/comparison/comparison-result';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

const verdict = (page: Page) => page.getByRole('region', { name: 'Verdict' });

/** Counts of a walk between four states, those of the last one as given. */
const counts = (last: [number, number]) =>
  `from,to,count\na,b,120\na,c,80\na,d,60\na,,740\nb,a,200\nb,c,90\nb,,710\nc,a,100\nc,b,140\nc,d,50\nc,,710\nd,a,${last[0]}\nd,c,${last[1]}\nd,,400\n`;

test('two files against each other, and a bundled set beside them', async ({ page }) => {
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open();
  await page.getByText('Open data', { exact: true }).click();
  await page.getByRole('link', { name: 'Compare…' }).click();
  await expect(page.getByRole('button', { name: 'Compare' })).toBeDisabled();
  await page.locator('input[type=file]').setInputFiles([
    { name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from(counts([150, 70])) },
    { name: 'two.csv', mimeType: 'text/csv', buffer: Buffer.from(counts([400, 190])) },
  ]);
  await expect(page.getByRole('checkbox', { name: /two\.csv/ })).toBeChecked();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'potentials-differ');
  await expect(verdict(page)).toContainText('d (');
  const plot = page.getByRole('figure', { name: 'The two potentials, state by state' });
  await expect(plot.getByRole('img')).toHaveAccessibleName(/4 common states in two\.csv/);
  // By keyboard, point by point.
  await plot.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(plot.locator('.reading')).toContainText('in standard errors');
  const saved = JSON.parse(await laboratory.download('Comparison (')) as Comparison;
  expect(saved).toMatchObject({ kind: 'comparison', verdict: { code: 'potentials-differ' } });
  expect(saved.pairs[0]!.correlation.pearson.interval).not.toBeNull();
  const table = await laboratory.download('Save numbers (CSV)');
  expect(table.split('\r\n')[0]).toMatch(/^state,"V, one\.csv \(nats\)",standard error/);
  expect(table.trim().split('\r\n')).toHaveLength(5);

  // A third one: a table of pairs, and one of them to look at.
  await page.getByRole('checkbox', { name: /golden example/ }).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Table: all pairs' }).getByRole('row')).toHaveCount(
    4,
  );
  await page.getByLabel('The pair shown below').selectOption({ index: 1 });
  await expect(plot.getByRole('img')).toHaveAccessibleName(/golden example against one\.csv/);
  await expect(page).toHaveURL(/#\/compare\?with=four$/);
  expectSilence(noise);
});

test('two short walks of the pocket model, reached from one of them', async ({ page }) => {
  test.setTimeout(300_000);
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  for (const seed of [3, 4]) {
    await laboratory.open(`#/?engine=wllama&attempts=150&seed=${seed}`);
    await laboratory.startWalk();
    await laboratory.expectPhase('complete', 240_000);
  }
  await page.getByRole('link', { name: 'Compare with another…' }).click();
  const walks = page.getByRole('group', { name: 'Walks kept' }).getByRole('checkbox');
  await expect(walks).toHaveCount(2);
  await walks.nth(0).check();
  await walks.nth(1).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(verdict(page)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('rowheader', { name: 'common states' })).toBeVisible();
  await expect(page).toHaveURL(/with=[0-9a-f-]{36}&with=[0-9a-f-]{36}$/);
  // The address alone brings it back.
  const code = await verdict(page).getAttribute('data-verdict');
  await page.reload();
  await expect(verdict(page)).toHaveAttribute('data-verdict', code!, { timeout: 60_000 });
  expectSilence(noise);
});

test('an address with two sets compares them; one with nothing there says so', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/compare?with=claude-4&with=gemini-2.5-flash');
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'kernels-differ');
  await expect(verdict(page)).toContainText('one state in common');
  await laboratory.open('#/compare?with=four&with=%3Cimg%20src=x%3E');
  await expect(laboratory.alert).toContainText('There is nothing named <img src=x>');
  await expect(page.getByRole('checkbox', { name: /golden example/ })).toBeChecked();
  await expect(verdict(page)).toHaveCount(0);
});
