/** Without WebGPU the same page gives the same result on the CPU, and says so. */
import { expect, test } from '@playwright/test';
import { LaboratoryPage } from './helpers/laboratory-page';

interface ShownResult {
  backend: { kind: string };
  potential: { V: Record<string, number>; converged: boolean };
  tests: { balance: { X2: number; p: number } };
}

async function resultOf(laboratory: LaboratoryPage): Promise<ShownResult> {
  await laboratory.verdictCode();
  return JSON.parse(await laboratory.download('Result (.eq.json)')) as ShownResult;
}

test('the CPU and WebGPU give the same result to what float32 allows', async ({
  page,
  browser,
}) => {
  const withGpu = new LaboratoryPage(page);
  await withGpu.open('#/data/four');
  await expect(page.getByTestId('status')).toContainText('Estimates: WebGPU');
  const a = await resultOf(withGpu);
  expect(a.backend).toMatchObject({ kind: 'webgpu', selfTest: 'passed' });

  const context = await browser.newContext();
  const bare = await context.newPage();
  // A browser without WebGPU: the page and its workers see none.
  await bare.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });
  });
  await bare.route(/analysis\.worker.*\.js/, async (route) => {
    const response = await route.fetch();
    const hidden =
      "Object.defineProperty(WorkerNavigator.prototype, 'gpu', { get: () => undefined });";
    await route.fulfill({ response, body: hidden + (await response.text()) });
  });
  const withoutGpu = new LaboratoryPage(bare);
  await withoutGpu.open('#/data/four');
  await expect(bare.getByTestId('status')).toContainText('has no WebGPU');
  await expect(bare.getByTestId('status')).toContainText('Estimates: CPU');
  const b = await resultOf(withoutGpu);
  expect(b.backend.kind).toBe('cpu');
  await context.close();

  for (const [name, value] of Object.entries(b.potential.V))
    expect(Math.abs(a.potential.V[name]! - value)).toBeLessThan(1e-4);
  expect(a.tests.balance.X2).toBeCloseTo(b.tests.balance.X2, 3);
  expect(a.tests.balance.p).toBeCloseTo(b.tests.balance.p, 4);
  expect(b.tests.balance.X2).toBeCloseTo(9.942699, 5);
});

test('the address can ask for the CPU', async ({ page }) => {
  const laboratory = new LaboratoryPage(page);
  await laboratory.open('#/data/four', '?backend=cpu');
  await expect(page.getByTestId('status')).toContainText('Estimates: CPU');
  expect((await resultOf(laboratory)).backend.kind).toBe('cpu');
});
