/** WCAG 2.2 AA by axe, in both themes, with everything unfolded. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing in ${colorScheme}: first screen, unbounded data, a walk`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    const laboratory = new LaboratoryPage(page);
    const violations = async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      const found = await new AxeBuilder({ page }).withTags(tags).analyze();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    };
    for (const address of ['#/', '#/data/claude-4']) {
      await laboratory.open(address);
      await laboratory.verdictCode();
      await laboratory.comeToTheNumbers();
      for (const fold of await page.locator('summary:visible').all()) await fold.click();
      expect(await violations()).toEqual([]);
    }
    await laboratory.open('#/?engine=wllama&attempts=2000');
    await laboratory.startWalk();
    await laboratory.waitForAttempts(40);
    expect(await violations()).toEqual([]);
    await context.close();
  });
