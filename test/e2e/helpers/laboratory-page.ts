/** The built page in the words of a person who uses it, and a watch on its console and requests. */
import { expect, type Browser, type Page } from '@playwright/test';

/** What a page must never do; checked by `expectSilence`. */
export interface Noise {
  console: string[];
  foreign: string[];
}

/** Listens from the start: call before the first `goto`. */
export function listen(page: Page): Noise {
  const noise: Noise = { console: [], foreign: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) noise.console.push(message.text());
  });
  page.on('pageerror', (error) => noise.console.push(error.stack ?? error.message));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') noise.foreign.push(request.url());
  });
  return noise;
}

/** No error, no warning of ours, no request to another origin. */
export function expectSilence(noise: Noise): void {
  expect(noise.console.filter((text) => !BROWSERS_OWN.some((own) => own.test(text)))).toEqual([]);
  expect(noise.foreign).toEqual([]);
}

/** What Chromium says by itself about a software adapter. */
const BROWSERS_OWN = [/powerPreference option is currently ignored/, /No available adapters/];

export class LaboratoryPage {
  constructor(readonly page: Page) {}

  async open(fragment = '#/', query = ''): Promise<void> {
    await this.page.goto(`./${query}${fragment}`);
    await expect(this.page.getByRole('link', { name: 'Equipoise' })).toBeVisible();
  }

  async startWalk(): Promise<void> {
    await this.page.getByRole('button', { name: 'Start a walk' }).click();
  }

  get walk() {
    return this.page.getByRole('region', { name: 'The walk', exact: true });
  }

  get verdict() {
    return this.page.getByRole('region', { name: 'Verdict' });
  }

  get alert() {
    return this.page.getByRole('alert');
  }

  async expectPhase(phase: string, timeout = 120_000): Promise<void> {
    await expect(this.walk).toHaveAttribute('data-phase', phase, { timeout });
  }

  /** A live counter, as shown. */
  async counter(name: 'attempts' | 'accepted' | 'rejected' | 'states' | 'both-ways' | 'component') {
    const text = await this.page.getByTestId(name).innerText();
    return Number(text.replace(/\D/g, ''));
  }

  async waitForAttempts(n: number, timeout = 120_000): Promise<void> {
    await expect
      .poll(
        async () =>
          (await this.page.getByTestId('attempts').count()) > 0 ? this.counter('attempts') : 0,
        { timeout },
      )
      .toBeGreaterThanOrEqual(n);
  }

  async openFile(name: string, text: string): Promise<void> {
    const input = this.page.locator('input[type=file]');
    if (!(await input.isVisible())) await this.page.getByText('Open data', { exact: true }).click();
    await input.setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  }

  /** The verdict's code once the test is through. */
  async verdictCode(timeout = 60_000): Promise<string | null> {
    await expect(this.verdict).not.toHaveAttribute('data-verdict', 'waiting', { timeout });
    return this.verdict.getAttribute('data-verdict');
  }

  /** Scrolls to the table of numbers, which is fetched when it is near. */
  async comeToTheNumbers(): Promise<void> {
    const numbers = this.page.getByRole('region', { name: 'Every number' });
    // Another subject may be on its way, and takes the place of the region.
    await expect(async () => {
      await numbers.scrollIntoViewIfNeeded({ timeout: 2000 });
      await expect(numbers.getByRole('table').first()).toBeVisible({ timeout: 2000 });
    }).toPass({ timeout: 20_000 });
  }

  /** Saves what a button of the page offers and returns its text. */
  async download(button: string): Promise<string> {
    const waiting = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: button }).click();
    const file = await waiting;
    const stream = await file.createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('utf8');
  }

  /** The log in the page's own store: what is durable. */
  async storedAttempts(): Promise<{ i: number; from: string; to?: string; reject?: string }[]> {
    return this.page.evaluate(async () => {
      const ask = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const db = await ask(indexedDB.open('equipoise'));
      const chunks = await ask(db.transaction('chunks').objectStore('chunks').getAll());
      db.close();
      return chunks.flatMap((chunk) => chunk.attempts);
    });
  }
}

/** Ends a page as when a person ends its process in the task manager, or memory runs out. */
export async function killPage(browser: Browser, page: Page): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const crashed = page.waitForEvent('crash');
  for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL');
  await crashed;
  await page.close();
}
