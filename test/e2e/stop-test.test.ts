/** The test of balance can be stopped, says so, and can be run again. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

/** Few counts on 410 states, round two rings at once: its replicas take seconds. */
function manyStates(): string {
  const states = 410;
  const lines = ['from,to,count'];
  for (let f = 0; f < states; f++) {
    for (const step of [1, 7]) {
      const g = (f + step) % states;
      lines.push(`s${f},s${g},${2 + ((f * step) % 3)}`, `s${g},s${f},${2 + ((f + step) % 4)}`);
    }
  }
  return lines.join('\n');
}

test('a stopped test is no verdict, and the counts stay on the page', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open();
  await laboratory.openFile('many.csv', manyStates());
  await expect(laboratory.verdict).toContainText('simulated experiments');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(laboratory.verdict).toContainText('The test was stopped');
  await expect(page.getByRole('img', { name: /^410 states/ })).toBeVisible();
  await laboratory.open('#/data/pocket-food');
  await expect(laboratory.verdict).toHaveAttribute('data-verdict', 'rejected', { timeout: 60_000 });
  await laboratory.openFile('many.csv', manyStates());
  await expect(laboratory.verdict).toContainText('simulated experiments');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Test again' }).click();
  // The replicas run in workers of their own by now.
  await expect(laboratory.verdict).toContainText(/[1-9]\d* of 1000 simulated experiments/);
  // Six counts a pair on long cycles: balance is not rejected, and no power is claimed.
  await expect(laboratory.verdict).toHaveAttribute('data-verdict', 'too-few-counts');
  await expect(laboratory.verdict).toContainText('not rejected');
});
