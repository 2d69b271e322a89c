/** The built page works from any sub-folder of a static host, under its own strict policy. */
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { serve } from '../../scripts/static-server.mjs';
import { expectSilence, LaboratoryPage, listen } from './helpers/laboratory-page';

test('a walk in a sub-folder, with the policy sent as a header to workers too', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const root = fileURLToPath(new URL('../../dist', import.meta.url));
  const server = await serve({ root, base: '/people/somebody/equipoise/', policy: true });
  try {
    const noise = listen(page);
    for (const engine of ['wllama', 'webllm']) {
      await page.goto(`${server.url}#/?engine=${engine}&attempts=20`);
      const laboratory = new LaboratoryPage(page);
      await laboratory.startWalk();
      await laboratory.expectPhase('complete');
      await laboratory.verdictCode();
    }
    await expect(page.getByTestId('status')).toContainText('0 requests to other sites');
    expectSilence(noise);
  } finally {
    await server.close();
  }
});
