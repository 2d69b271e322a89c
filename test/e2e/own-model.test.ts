/**
 * A model of one's own through the page, from a file server that breaks off, crawls, corrupts and dies:
 * resumed, cancelled, refused, deleted, used without a connection, and whole again after a killed page.
 */
import { expect, test, type Page } from '@playwright/test';
import { serveBreaking } from '../helpers/breaking-server';
import type { Answered, Mischief } from '../helpers/mischief';
import { killPage, LaboratoryPage } from './helpers/laboratory-page';

const SHARD = 'params_shard_0.bin';
const SHARD_BYTES = 7_045_120;
const GGUF_BYTES = 3_076_000;

/** The file server of one test, with the pocket model as somebody's own. */
class Server {
  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<Server> {
    const { url, close } = await serveBreaking('public/models/pocket');
    return new Server(url, close);
  }

  get folder(): string {
    return `${this.url}m/webllm/resolve/main/`;
  }

  get library(): string {
    return `${this.url}m/webllm/pocket-webgpu.wasm`;
  }

  get gguf(): string {
    return `${this.url}m/gguf/pocket-f16.gguf`;
  }

  async mischief(mischief: Mischief): Promise<void> {
    await fetch(`${this.url}control/m`, { method: 'PUT', body: JSON.stringify(mischief) });
  }

  async requests(match = ''): Promise<Answered[]> {
    const answered = (await (await fetch(`${this.url}control/m`)).json()) as Answered[];
    return answered.filter(({ path }) => path.includes(match));
  }
}

const withServer = test.extend<{ server: Server }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright wants the braces
  server: async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.close();
  },
});

const own = (page: Page) => page.getByTestId('own');
const kept = (page: Page) => page.getByTestId('kept');

/** Adds the GGUF file by its address, and takes it into the set-up. */
async function addGguf(page: Page, server: Server, sha256 = ''): Promise<void> {
  await new LaboratoryPage(page).open('#/models');
  await own(page).getByText('Add a GGUF file').click();
  const form = own(page).getByRole('form', { name: 'Add a GGUF file' });
  await form.getByLabel('Address of the file').fill(server.gguf);
  await form.getByLabel('How it is asked').selectOption('it continues the prompt');
  await form.getByLabel('Name (optional)').fill('Mine');
  await form.getByLabel('SHA-256 (optional)').fill(sha256);
  await form.getByRole('button', { name: 'Add this file' }).click();
  await own(page).getByRole('button', { name: 'Use Mine' }).click();
  await expect(page).toHaveURL(/model=own-mine-/);
}

/** What the list of kept models says of it. */
async function keptText(page: Page): Promise<string> {
  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
  await expect(kept(page)).toBeVisible();
  return kept(page).innerText();
}

/** One request: for what was not here yet, to the byte. */
function expectRest(requests: Answered[], size: number, atLeast: number): void {
  expect(requests).toHaveLength(1);
  const { status, range, bytes } = requests[0]!;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]);
  expect(start).toBeGreaterThanOrEqual(atLeast);
  expect({ status, bytes }).toEqual({ status: 206, bytes: size - start });
}

async function walkSome(laboratory: LaboratoryPage): Promise<void> {
  await laboratory.waitForAttempts(10);
  await laboratory.page.getByRole('button', { name: 'Stop here' }).click();
  await laboratory.expectPhase('complete');
}

withServer(
  'a WebLLM model by its address: broken off, resumed, walks, without a connection, deleted',
  async ({ page, server }) => {
    test.setTimeout(300_000);
    const laboratory = new LaboratoryPage(page);
    await laboratory.open('#/models');
    await own(page).getByText('Add a WebLLM model').click();
    const form = own(page).getByRole('form', { name: 'Add a WebLLM model' });
    await form.getByLabel('Address of the folder').fill(`${server.url}m/`);
    await form.getByLabel('Address of the library').fill(server.library);
    await form.getByRole('button', { name: 'Add this model' }).click();
    await expect(form.getByRole('alert')).toContainText('404 for mlc-chat-config.json');
    await form.getByLabel('Address of the folder').fill(server.folder);
    await form.getByLabel('How it is asked').selectOption('it continues the prompt');
    await form.getByLabel('Name (optional)').fill('Mine');
    await form.getByRole('button', { name: 'Add this model' }).click();
    await own(page).getByRole('button', { name: 'Use Mine' }).click();
    await expect(page).toHaveURL(/model=own-mine-/);
    const setUp = new URL(page.url()).hash;

    await server.mischief({ breakAfter: { match: SHARD, bytes: 3_000_000 } });
    await laboratory.startWalk();
    await expect(laboratory.alert).toContainText(SHARD, { timeout: 60_000 });
    await expect(laboratory.alert).toContainText('what arrived is kept');
    await server.mischief({ pauseMs: 20 });
    await laboratory.alert.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByTestId('loading')).toContainText('resumed');
    await expect(page.getByTestId('loading')).toContainText(/MB of \d+\.\d MB, .* a second/);
    await walkSome(laboratory);
    expectRest(await server.requests(SHARD), SHARD_BYTES, 1_000_000);
    const header = JSON.parse((await laboratory.download('Log (.eq.jsonl)')).split('\n')[0]!);
    const { model } = header.experiment;
    expect(model).toMatchObject({ engine: 'webllm', format: 'plain' });
    expect(Object.keys(model.hashes).sort()).toEqual([
      'mlc-chat-config.json',
      'params_shard_0.bin',
      'pocket-webgpu.wasm',
      'tensor-cache.json',
      'tokenizer.json',
    ]);
    // measured, and said to whom
    await expect(page.getByTestId('status')).toContainText(/[1-9]\d* requests? to/);

    await server.close();
    await page.reload();
    await laboratory.expectPhase('complete');
    await laboratory.open(setUp);
    await laboratory.startWalk();
    await walkSome(laboratory);

    await keptText(page);
    await kept(page).getByRole('button', { name: 'Delete Mine' }).click();
    await expect(kept(page)).not.toContainText('Mine');
    await laboratory.open(setUp);
    await page.reload();
    await laboratory.startWalk();
    await expect(laboratory.alert).toContainText('could not be reached');
    await page.context().setOffline(true);
    await laboratory.alert.getByRole('button', { name: 'Try again' }).click();
    await expect(laboratory.alert).toContainText('There is no connection');
  },
);

withServer('a download that is cancelled is gone on with', async ({ page, server }) => {
  const laboratory = new LaboratoryPage(page);
  await addGguf(page, server);
  await server.mischief({ pauseMs: 60 });
  await laboratory.startWalk();
  await expect(page.getByTestId('loading')).toContainText(/1\.\d MB of 3\.1 MB/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(laboratory.alert).toContainText('cancelled');
  await server.mischief({});
  await laboratory.startWalk();
  await walkSome(laboratory);
  expectRest(await server.requests(), GGUF_BYTES, 1_000_000);
});

withServer(
  'a file with one byte wrong is refused and not kept; deleted and downloaded again it walks',
  async ({ page, server }) => {
    const laboratory = new LaboratoryPage(page);
    const card = await (await page.request.get('./models/pocket/card.json')).json();
    await addGguf(page, server, card.files['gguf/pocket-f16.gguf'].sha256);
    await server.mischief({ corrupt: { match: 'gguf', at: 2_222_222 } });
    await laboratory.startWalk();
    await expect(laboratory.alert).toContainText('damaged');
    await expect(laboratory.alert).toContainText('pocket-f16.gguf');
    expect(await keptText(page)).not.toContain('Mine');
    await page.goBack();
    await server.mischief({});
    await laboratory.startWalk();
    await walkSome(laboratory);
    expect(await server.requests()).toMatchObject([{ status: 200, bytes: GGUF_BYTES }]);
  },
);

withServer(
  'a page killed in mid-download leaves a download to go on with, and nothing that counts as whole',
  async ({ browser, server }) => {
    const context = await browser.newContext();
    const first = new LaboratoryPage(await context.newPage());
    await addGguf(first.page, server);
    const setUp = new URL(first.page.url()).hash;
    await server.mischief({ pauseMs: 60 });
    await first.startWalk();
    await expect(first.page.getByTestId('loading')).toContainText(/1\.\d MB of 3\.1 MB/);
    await killPage(browser, first.page);

    const second = new LaboratoryPage(await context.newPage());
    await second.open('#/models');
    await expect(kept(second.page)).toContainText(/Mine\s+[12]\.\d MB of .*not whole/);
    await second.open(setUp);
    await server.mischief({});
    await second.startWalk();
    await walkSome(second);
    expectRest(await server.requests(), GGUF_BYTES, 1_000_000);
    await second.page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
    await expect(kept(second.page)).toContainText(/Mine\s+3\.1 MB/);
    await expect(kept(second.page)).not.toContainText('not whole');
    await context.close();
  },
);
