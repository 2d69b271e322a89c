/** The kernel without sampling noise: read off the model behind a walk, stopped, shown, kept, heated. */
import { expect, test } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

const rows = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))
    .map(([from, to, value]) => [from!, to!, Number(value)] as const);

test('a walk’s kernel is read off its model, and agrees with the walk', async ({ page }) => {
  test.setTimeout(400_000);
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=wllama&attempts=500&seed=5');
  await laboratory.startWalk();
  await laboratory.expectPhase('complete', 200_000);
  await laboratory.verdictCode();
  const counts = rows(await laboratory.download('Counts (.csv)'));

  await page.getByText('The kernel without sampling noise').click();
  await page.getByLabel('Answers followed').selectOption({ label: 'above 1%: quick' });
  await page.getByRole('button', { name: 'Read it off the model' }).click();
  await expect(page.getByText(/of \d+ rows read/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop reading' }).click();
  await expect(page.getByRole('button', { name: 'Read it off the model' })).toBeEnabled();

  await page.getByRole('button', { name: 'Read it off the model' }).click();
  await expect(page.getByRole('heading', { name: /exact kernel/ })).toBeVisible({
    timeout: 180_000,
  });
  await expect(page.getByText(/has no sampling noise, so this is no test/)).toBeVisible();
  const exact = JSON.parse(await laboratory.download('Result (.eq.json)'));
  expect(exact.options.normalisation).toBe('exact');
  expect(exact.tests.balance.p).toBeNull();
  expect(exact.tests.balance.tau).toBeGreaterThan(0.1);

  const table = await laboratory.download('Kernel (.csv)');
  expect(table.split('\n')[0]!.trim()).toBe('from,to,probability');

  // The walk was drawn from these chances: every count lies where they say.
  const chance = new Map(rows(table).map(([from, to, T]) => [`${from} ${to}`, T]));
  const attempts = new Map<string, number>();
  for (const [from, , N] of counts) attempts.set(from, (attempts.get(from) ?? 0) + N);
  let compared = 0;
  for (const [from, to, N] of counts) {
    const T = chance.get(`${from} ${to}`) ?? 0;
    const expected = T * attempts.get(from)!;
    if (to === '' || expected < 3) continue; // rejections lie partly below the limit
    compared++;
    expect(Math.abs(N - expected)).toBeLessThan(5 * Math.sqrt(expected * (1 - T)) + 1);
  }
  expect(compared).toBeGreaterThan(5);

  await page.getByText('How the counts are analysed').click();
  const heat = page.getByLabel('Temperature, times the one it was read at');
  await heat.fill('hot');
  await heat.press('Enter');
  await expect(page.getByText('A number from 0.05 to 20.')).toBeVisible();
  await heat.fill('0.5');
  await heat.press('Enter');
  await expect(async () => {
    const cold = JSON.parse(await laboratory.download('Result (.eq.json)'));
    expect(cold.options.temperature).toBe(0.5);
    expect(cold.tests.balance.tau).toBeGreaterThan(exact.tests.balance.tau);
  }).toPass({ timeout: 20_000 });

  await page.getByRole('button', { name: 'Back to the counts' }).click();
  await expect(laboratory.verdict).toContainText(/with these counts|these transitions/i);
  await expect(page.getByRole('button', { name: 'Counts (.csv)' })).toBeVisible();
  expectSilence(noise);
});

test('a kernel table is opened like any other data', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/');
  await page.getByText('Open data', { exact: true }).click();
  await page.locator('input[type=file]').setInputFiles({
    name: 'kernel.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'from,to,probability\na,b,0.12\na,c,0.08\nb,a,0.2\nb,c,0.09\nc,a,0.1\nc,b,0.14\n',
    ),
  });
  await expect(page.getByText(/Detailed balance does not hold/)).toBeVisible();
  await expect(page.getByText(/Up to 8\d% of a row was not followed/)).toBeVisible();
});
