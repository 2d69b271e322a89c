/** Bad input: one clear sentence, nothing lost; names of states are text, never markup. */
import { expect, test } from '@playwright/test';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

for (const [what, name, text, sentence] of [
  ['an empty file', 'empty.csv', '', /empty/i],
  ['a malformed CSV', 'bad.csv', 'from,to,count\na,b,1\na,b\n', /line 3/i],
  ['a negative count', 'negative.csv', 'from,to,count\na,b,-4\n', /line 2.*-4|-4.*line 2/i],
  ['a count that is not whole', 'half.csv', 'from,to,count\na,b,1.5\n', /line 2/i],
  ['another JSON', 'other.json', '{"hello": 1}', /expected|not/i],
  ['a broken log', 'broken.eq.jsonl', '{"equipoise":1,"kind":"log"}\nnonsense\n{}\n', /line/i],
] as const)
  test(`${what}: a sentence that says where, and the page keeps what it had`, async ({ page }) => {
    const laboratory = new LaboratoryPage(page);
    await laboratory.open();
    const before = await laboratory.verdictCode();
    await laboratory.openFile(name, text);
    await expect(laboratory.alert).toContainText(name);
    await expect(laboratory.alert).toContainText(sentence);
    expect(await laboratory.verdictCode()).toBe(before);
    await laboratory.alert.getByRole('button', { name: 'Close' }).click();
    await expect(laboratory.alert).toHaveCount(0);
  });

test('a state named like markup or like a prototype is text', async ({ page }) => {
  const noise = listen(page);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const laboratory = new LaboratoryPage(page);
  await laboratory.open();
  const evil = '<img src=x onerror=alert(1)>';
  const names = [evil, '__proto__', 'constructor', '"quoted, with comma"'];
  const quote = (s: string) => `"${s.replaceAll('"', '""')}"`;
  const rows = names.flatMap((f, i) =>
    names.filter((g) => g !== f).map((g, j) => `${quote(f)},${quote(g)},${30 + 7 * i + 3 * j}`),
  );
  await laboratory.openFile('names.csv', `from,to,count\n${rows.join('\n')}\n`);
  await expect(page.getByRole('heading', { name: 'names.csv' })).toBeVisible();
  await laboratory.verdictCode();
  expect(await page.locator('img').count()).toBe(0);
  const result = await laboratory.download('Result (.eq.json)');
  const V = /"V": \{[^}]*\}/.exec(result)![0];
  for (const name of names) expect(V).toContain(JSON.stringify(name));
  const counts = await laboratory.download('Counts (.csv)');
  expect(counts).toContain(evil);
  expect(dialogs).toEqual([]);
  expectSilence(noise);
});

test('a log that says little of its experiment is shown, though it cannot go on', async ({
  page,
}) => {
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open();
  const lines = ['{"equipoise":1,"kind":"log","id":"../x","created":"now","experiment":{}}'];
  for (let i = 0; i < 300; i++)
    lines.push(JSON.stringify({ i, t: i, from: 'abc'[i % 3], to: 'abc'[(i + 1 + (i % 2)) % 3] }));
  await laboratory.openFile('little.eq.jsonl', lines.join('\n'));
  await expect(page.getByRole('heading', { name: 'little.eq.jsonl' })).toBeVisible();
  await laboratory.verdictCode();
  await expect(laboratory.walk).toHaveCount(0);
  expectSilence(noise);
});

test('an exported log opens again with the same result to the last digit', async ({ page }) => {
  test.setTimeout(240_000);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/?engine=wllama&attempts=400&seed=2', '?backend=cpu');
  await laboratory.startWalk();
  await laboratory.expectPhase('complete');
  await laboratory.verdictCode();
  const log = await laboratory.download('Log (.eq.jsonl)');
  const result = await laboratory.download('Result (.eq.json)');
  await page.evaluate(() => indexedDB.deleteDatabase('equipoise'));
  await laboratory.open('#/', '?backend=cpu&again');
  await laboratory.openFile('again.eq.jsonl', log);
  await laboratory.expectPhase('complete');
  await laboratory.verdictCode();
  expect(JSON.parse(await laboratory.download('Result (.eq.json)'))).toEqual(JSON.parse(result));
});
