/** `npm start` builds, serves the page, prints its address, moves on from a taken port, ends on Ctrl-C. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';

test('the printed address shows the page, and Ctrl-C ends it', async ({ page }) => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port: taken } = other.address() as AddressInfo;
  const start = spawn(process.execPath, ['scripts/start.mjs', '--no-open', '--port', `${taken}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => start.on('exit', done));
  let said = '';
  start.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    await expect.poll(() => said, { timeout: 90_000 }).toContain('Ctrl-C ends it');
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0] ?? '';
    expect(said).toContain(`Port ${taken} is taken`);
    await page.goto(address);
    await expect(page.getByRole('button', { name: 'Start a walk' })).toBeVisible();
    start.kill('SIGINT');
    expect(await ended).toBe(0);
    await expect(page.request.get(address)).rejects.toThrow('ECONNREFUSED');
  } finally {
    start.kill('SIGKILL');
    other.close();
  }
});
