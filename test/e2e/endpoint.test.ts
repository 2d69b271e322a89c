/** A walk on a server through the page: it says where prompts go, loses nothing, and keeps the key to itself. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { stream } from '../../src/models/draw';
import { wholeSeed } from '../../src/models/endpoint/body';
import { openAIServer, type AnswerTable, type OpenAIServer } from '../helpers/openai-server';
import { LaboratoryPage, listen } from './helpers/laboratory-page';

const TABLE = JSON.parse(
  readFileSync('test/fixtures/pocket/food-answers.json', 'utf8'),
) as AnswerTable;
const KEY = 'sk-e2e-0123456789abcdef';
const ATTEMPTS = 60;
const SEED = 6;

let server: OpenAIServer;
test.afterEach(() => server.close());

const form = (page: Page) => page.getByTestId('endpoint');

async function connect(page: Page, key: string | null, url = server.url): Promise<void> {
  await form(page).getByLabel('Address').fill(url);
  if (key) await form(page).getByLabel('Key', { exact: true }).fill(key);
  await form(page).getByRole('button', { name: 'Connect' }).click();
}

async function use(page: Page, parallel: number): Promise<void> {
  await form(page).getByLabel('Model').selectOption('pocket');
  await form(page).getByLabel('Kind of API').selectOption('completions');
  await form(page).getByLabel('Requests at once').fill(String(parallel));
  await form(page).getByRole('button', { name: 'Use this model' }).click();
}

/** The seed that attempt i of a uniform walk gives its server. */
function seedOf(i: number): number {
  const uniform = stream(SEED, i);
  uniform(); // chose the source
  return wholeSeed(Math.floor(uniform() * 2 ** 32) | 0);
}

/** Requests that the server had, but for the browser's own questions whether it may ask. */
const requests = () => server.requests.filter((line) => !line.startsWith('OPTIONS')).length;

/** All that the browser keeps of the page, as text. */
function keptText(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const ask = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const kept: unknown[] = [location.href, { ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) {
      const db = await ask(indexedDB.open(name!));
      for (const store of db.objectStoreNames)
        kept.push(await ask(db.transaction(store).objectStore(store).getAll()));
      db.close();
    }
    return JSON.stringify(kept);
  });
}

test('half of the requests fail and one hangs: nothing is lost, all is counted, the key stays', async ({
  page,
}) => {
  test.setTimeout(240_000);
  let refuses = false;
  server = await openAIServer({
    answers: { table: TABLE },
    key: KEY,
    // the first answers wait for one another, so that as many are under way as the browser makes
    delay: (n) => (n > 0 && n <= 6 ? 500 : (n * 7) % 23),
    trouble: (n) => {
      if (n === 45) return { kind: 'hang' };
      if (refuses) return { kind: 'status', status: 403 };
      if (n > 0 && n % 2 === 0)
        return n % 4 === 0
          ? { kind: 'status', status: 429, retryAfter: '0' }
          : { kind: 'status', status: 500 };
      return null;
    },
  });
  const noise = listen(page);
  const laboratory = new LaboratoryPage(page);
  await laboratory.open(`#/?attempts=${ATTEMPTS}&seed=${SEED}`);
  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
  await connect(page, KEY);
  await use(page, 32);
  const { origin } = new URL(server.url);
  await expect(page.getByTestId('leaves')).toContainText(`will leave this browser, to ${origin}`);
  await laboratory.startWalk();
  await expect(page.getByTestId('leaves')).toContainText(
    `Prompts leave this browser, to ${origin}`,
  );

  // One that hangs holds up what is recorded; a pause drops it, and it is asked anew.
  await expect.poll(() => server.asked.length, { timeout: 60_000 }).toBeGreaterThan(45);
  await page.getByRole('button', { name: 'Pause' }).click();
  await laboratory.expectPhase('paused');
  refuses = true;
  await page.getByRole('button', { name: 'Go on' }).first().click();
  // A refusal in the middle of the walk is a sentence with a way on, and no attempt.
  await expect(laboratory.alert).toContainText('does not take this key');
  refuses = false;
  await laboratory.alert.getByRole('button').first().click();
  await laboratory.expectPhase('complete');

  const log = await laboratory.storedAttempts();
  expect(log.map(({ i }) => i)).toEqual(Array.from({ length: ATTEMPTS }, (_, i) => i));
  // each attempt is what was served to it: more than once only what a stop had dropped
  for (const { i, from, to, reject } of log) {
    const answers = server.served.filter(({ seed }) => seed === seedOf(i));
    expect(answers.length, `answers to attempt ${i}`).toBeGreaterThan(0);
    for (const { prompt, text } of answers) {
      expect(prompt).toBe(`Q: Name one food word related to ${from}.\nA:`);
      if (to === undefined) expect(reject).toBeTruthy();
      else expect(text.trim()).toBe(to);
    }
  }
  const seeds = new Set(server.served.map(({ seed }) => seed));
  // besides them: the first words of two loads, which have one seed
  expect(seeds.size).toBe(ATTEMPTS + 1);
  expect(server.mostAtOnce).toBe(6);

  // Measured in the browser: what arrived, and at most what a stop caught on its way.
  const privacy = page.getByTestId('privacy');
  const counted = Number((await privacy.locator('summary .number').first().innerText()).trim());
  expect(counted).toBeGreaterThanOrEqual(requests());
  expect(counted).toBeLessThanOrEqual(requests() + 6);
  await privacy.locator('summary').click();
  await expect(privacy.getByRole('row', { name: origin })).toContainText(String(counted));

  const exported = await laboratory.download('Log (.eq.jsonl)');
  expect(JSON.parse(exported.split('\n')[0]!).experiment.model).toMatchObject({
    engine: 'endpoint',
    adapter: origin,
    endpoint: { origin, model: 'pocket' },
  });
  for (const text of [exported, await keptText(page), await page.content(), noise.console.join()])
    expect(text).not.toContain(KEY);
});

test('a server that cannot be asked is told apart, each with what to do', async ({ page }) => {
  server = await openAIServer({ answers: { table: TABLE }, cors: false, key: KEY });
  await new LaboratoryPage(page).open('#/models');
  await connect(page, null);
  const alert = form(page).getByRole('alert');
  await expect(alert).toContainText('does not allow');
  await expect(alert).toContainText(`OLLAMA_ORIGINS=${new URL(page.url()).origin}`);

  const { url } = server;
  await server.close();
  await connect(page, null, url);
  await expect(alert).toContainText('nothing at');

  await connect(page, null, 'http://127.0.0.1:9/');
  await expect(alert).toContainText('/v1');

  server = await openAIServer({ answers: { table: TABLE }, key: KEY });
  await connect(page, null);
  await expect(alert).toContainText('it wants a key');
});
