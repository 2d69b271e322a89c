/** Nothing accepted is ever lost: pause, reload, a killed tab, two tabs. */
import { expect, test } from '@playwright/test';
import { killPage, LaboratoryPage } from './helpers/laboratory-page';

const WALK = '#/?engine=wllama&attempts=900&seed=5';

/** Attempts count from 0 without gaps. */
function expectWhole(attempts: { i: number }[]): void {
  expect(attempts.map(({ i }) => i)).toEqual(Array.from({ length: attempts.length }, (_, i) => i));
}

test('a reload in the middle of a walk loses nothing, and the walk goes on by itself', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open(WALK);
  await laboratory.startWalk();
  await laboratory.waitForAttempts(100);
  const shown = await laboratory.counter('attempts');
  await page.reload();
  await laboratory.waitForAttempts(shown + 50);
  const stored = await laboratory.storedAttempts();
  expect(stored.length).toBeGreaterThanOrEqual(shown + 50);
  expectWhole(stored);
  await laboratory.expectPhase('complete', 240_000);
  const whole = await laboratory.storedAttempts();
  expect(whole).toHaveLength(900);
  expectWhole(whole);
});

test('a killed tab loses nothing; the same walk, never stopped, is the same log', async ({
  browser,
}) => {
  test.setTimeout(400_000);
  const context = await browser.newContext();
  const first = new LaboratoryPage(await context.newPage());
  await first.open(WALK);
  await first.startWalk();
  await first.waitForAttempts(200);
  const address = first.page.url();
  const shown = await first.counter('attempts');
  await killPage(browser, first.page);

  const second = new LaboratoryPage(await context.newPage());
  await second.page.goto(address);
  await second.waitForAttempts(shown);
  await second.expectPhase('complete', 240_000);
  const broken = await second.storedAttempts();
  await context.close();
  expectWhole(broken);

  const other = await browser.newContext();
  const third = new LaboratoryPage(await other.newPage());
  await third.open(WALK);
  await third.startWalk();
  await third.expectPhase('complete', 240_000);
  const unbroken = await third.storedAttempts();
  await other.close();
  const essence = (log: typeof broken) =>
    log.map(({ i, from, to, reject }) => ({ i, from, to, reject }));
  expect(essence(broken)).toEqual(essence(unbroken));
});

test('pause, go on, stop here', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=wllama&attempts=100000');
  await laboratory.startWalk();
  await laboratory.waitForAttempts(30);
  await page.getByRole('button', { name: 'Pause' }).click();
  await laboratory.expectPhase('paused');
  const paused = await laboratory.counter('attempts');
  await page.waitForTimeout(1000);
  expect(await laboratory.counter('attempts')).toBe(paused);
  await page.getByRole('button', { name: 'Go on' }).click();
  await laboratory.waitForAttempts(paused + 30);
  await page.getByRole('button', { name: 'Stop here' }).click();
  await laboratory.expectPhase('complete');
  await page.reload();
  await laboratory.expectPhase('complete');
  expect((await laboratory.storedAttempts()).length).toBeGreaterThanOrEqual(paused + 30);
});

test('the load can be cancelled, and the walk started again', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=webllm&attempts=5');
  await laboratory.startWalk();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(laboratory.alert).toContainText('cancelled');
  await laboratory.startWalk();
  await laboratory.expectPhase('complete');
});

test('one tab writes: the other says that the walk is under way elsewhere', async ({ context }) => {
  const first = new LaboratoryPage(await context.newPage());
  await first.open('#/?engine=wllama&attempts=100000');
  await first.startWalk();
  await first.waitForAttempts(30);
  const second = new LaboratoryPage(await context.newPage());
  await second.page.goto(first.page.url());
  await expect(second.alert).toContainText('another tab', { timeout: 60_000 });
  await first.waitForAttempts((await first.counter('attempts')) + 30);
  expectWhole(await first.storedAttempts());
});
