/** The page's own help: beside every number a question mark that opens the page on its quantity. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

const four = async (page: Page) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/data/four', '?backend=cpu');
  expect(await laboratory.verdictCode()).toBe('rejected');
  await laboratory.comeToTheNumbers();
};
const dialog = (page: Page, name: RegExp | string) => page.getByRole('dialog', { name });
const question = (page: Page, name: string) =>
  page.getByRole('button', { name: `What is ${name}?`, exact: true });
/** The picture of the open page has arrived and is a picture. */
const drawn = (page: Page) =>
  expect
    .poll(() => page.locator('dialog img').evaluate((img: HTMLImageElement) => img.naturalWidth))
    .toBeGreaterThan(0);

test('a number opens its page by mouse; links lead on, Back leads back, Esc gives the focus back', async ({
  page,
}) => {
  const noise = listen(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await four(page);
  expect(asked.filter((url) => /\/(tau|pages)-/.test(url))).toEqual([]);

  await question(page, 'tau').click();
  await expect(dialog(page, 'tau: how far from balance')).toContainText('DerSimonian');
  await drawn(page);
  await expect(page).toHaveURL(/#\/help\/tau$/);
  const source = dialog(page, /tau/).getByRole('link', { name: '10.1016/0197-2456(86)90046-2' });
  await expect(source).toHaveAttribute('target', '_blank');
  await expect(source).toHaveAttribute('rel', /noopener/);

  await dialog(page, /tau/).getByRole('link', { name: 'X²' }).click();
  await expect(dialog(page, /the test of detailed balance/)).toBeVisible();
  await page.goBack();
  await expect(dialog(page, /tau/)).toBeVisible();

  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(question(page, 'tau')).toBeFocused();
  await expect(page).toHaveURL(/#\/data\/four$/);
  await expect(
    page.getByRole('heading', { name: 'Four states: the golden example' }),
  ).toBeVisible();
  expectSilence(noise);
});

test('a number opens its page by keyboard, and the focus stays inside', async ({ page }) => {
  await four(page);
  await question(page, 'p').focus();
  await page.keyboard.press('Enter');
  await expect(dialog(page, 'p: what chance alone would show')).toBeVisible();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    expect(
      await page.evaluate(() => {
        const at = document.activeElement;
        return at === document.body || at?.closest('dialog') !== null;
      }),
    ).toBe(true);
  }
  await page.getByRole('button', { name: 'Close the help' }).press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(question(page, 'p')).toBeFocused();
});

test('the verdict, the landscape and the charts have their pages', async ({ page }) => {
  await four(page);
  for (const [name, title] of [
    ['this verdict', /one sentence from the numbers/],
    ['the landscape', /the landscape by least action/],
    ['Transition matrix, ordered by potential', /from counts to chances/],
  ] as const) {
    await question(page, name).click();
    await expect(dialog(page, title)).toBeVisible();
    await page.getByRole('button', { name: 'Close the help' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

test('every page of the list opens, with its picture', async ({ page }) => {
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/help', '?backend=cpu');
  const list = dialog(page, 'The quantities').getByRole('listitem').getByRole('link');
  await expect(list.first()).toBeVisible();
  const addresses = await list.evaluateAll((links) => links.map((a) => a.getAttribute('href')!));
  expect(addresses.length).toBeGreaterThan(28);
  for (const address of addresses) {
    await page.evaluate((hash) => (location.hash = hash), address);
    await expect(page.getByRole('dialog').getByRole('heading', { name: 'Held by' })).toBeVisible();
    await expect(page.locator('dialog img')).toHaveAttribute(
      'src',
      new RegExp(`/${address.split('/').pop()}-[^/]*\\.svg$`),
    );
    await drawn(page);
  }
  expectSilence(noise);
});

test('an address opens its page over the first screen, and an unknown one says so', async ({
  page,
}) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/help/nothing');
  await expect(dialog(page, 'There is no page of that name')).toBeVisible();
  await laboratory.open('#/help/committor');
  await expect(dialog(page, /which of two places comes first/)).toBeVisible();
  await page.getByRole('button', { name: 'Close the help' }).click();
  await expect(page).toHaveURL(/#\/$/);
  await expect(page.getByRole('button', { name: 'Start a walk' })).toBeVisible();
});

test('on a phone the page takes the whole width, and nothing sticks out', async ({ browser }) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await four(page);
  await question(page, 'tau').tap();
  await expect(dialog(page, /tau/)).toBeVisible();
  await drawn(page);
  const box = await page.getByRole('dialog').evaluate((sheet) => ({
    left: sheet.getBoundingClientRect().left,
    right: innerWidth - sheet.getBoundingClientRect().right,
    over: sheet.scrollWidth - sheet.clientWidth,
  }));
  expect(box.left).toBe(0);
  expect(box.right).toBeLessThan(20); // a scrollbar, where there is one
  expect(box.over).toBe(0);
  await page.goBack();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over).toBe(0);
  await context.close();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing in the help in ${colorScheme}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await four(page);
    const violations = async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      const found = await new AxeBuilder({ page }).withTags(tags).analyze();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    };
    expect(await violations()).toEqual([]);
    for (const name of ['tau', 'r', 'largest cycle affinity']) {
      await question(page, name).click();
      await drawn(page);
      expect(await violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await context.close();
  });
