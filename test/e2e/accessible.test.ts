/** WCAG 2.2 AA by axe, in both themes, with everything unfolded. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

async function violationsOf(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing in ${colorScheme}: a comparison of three`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    const laboratory = new LaboratoryPage(page);
    await laboratory.open('#/compare?with=four');
    expect(await violationsOf(page)).toEqual([]);
    const files = ['public/data/four.csv', 'public/data/claude-4.csv'];
    await page.locator('input[type=file]').setInputFiles(files);
    await expect(page.getByRole('checkbox', { name: /claude-4\.csv/ })).toBeChecked();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await expect(page.getByRole('figure')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    expect(await violationsOf(page)).toEqual([]);
    await context.close();
  });

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing in ${colorScheme}: the models, unfolded, with what is wrong`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await new LaboratoryPage(page).open('#/models');
    await expect(page.getByTestId('found')).toBeVisible();
    for (const fold of await page.locator('summary:visible').all()) await fold.click();
    const own = page.getByTestId('own');
    await own.getByRole('button', { name: 'Add this file' }).click();
    await expect(own.getByRole('alert')).toBeVisible();
    const server = page.getByTestId('endpoint');
    await server.getByLabel('Address').fill('http://127.0.0.1:9/v1');
    await server.getByRole('button', { name: 'Connect' }).click();
    await expect(server.getByRole('alert')).toContainText('could not be reached');
    // long lists are drawn as one comes to them, and axe reads what is drawn
    await page.getByLabel('Search').fill('0.5b');
    await page.getByTestId('found').scrollIntoViewIfNeeded();
    expect(await violationsOf(page)).toEqual([]);
    await context.close();
  });

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing in ${colorScheme}: first screen, unbounded data, a walk`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    const laboratory = new LaboratoryPage(page);
    for (const address of ['#/', '#/data/claude-4']) {
      await laboratory.open(address);
      await laboratory.verdictCode();
      await laboratory.comeToTheNumbers();
      for (const fold of await page.locator('summary:visible').all()) await fold.click();
      await expect(page.getByLabel(/file of features/)).toBeVisible();
      expect(await violationsOf(page)).toEqual([]);
    }
    await laboratory.open('#/?engine=wllama&attempts=2000');
    await laboratory.startWalk();
    await laboratory.waitForAttempts(40);
    expect(await violationsOf(page)).toEqual([]);
    await context.close();
  });
