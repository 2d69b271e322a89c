/** Runs a module of the bench in a page of a headless browser, served by Vite. */

/**
 * @param script address of a module that exports `run(given)`
 * @param include packages that it needs and Vite does not find before the page asks for them
 * @returns what `run` returns
 */
export async function runInPage<Given, Value>(
  script: string,
  given: Given,
  include: string[] = [],
): Promise<Value> {
  const { chromium } = await import('@playwright/test');
  const { createServer } = await import('vite');
  const { browserLaunchOptions } = await import('../../scripts/browser.mjs');
  const server = await createServer({
    appType: 'custom',
    logLevel: 'silent',
    server: { port: 0, watch: null, hmr: false },
    optimizeDeps: { include },
  });
  const browser = await chromium.launch(browserLaunchOptions());
  try {
    await server.listen();
    const page = await browser.newPage();
    const body = '<!doctype html><title>bench</title>';
    await page.route('**/blank', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(`${server.resolvedUrls!.local[0]}blank`);
    return (await page.evaluate(
      async ([module, argument]) => (await import(module)).run(argument),
      [script, given] as [string, Given],
    )) as Value;
  } finally {
    await browser.close();
    await server.close();
  }
}
