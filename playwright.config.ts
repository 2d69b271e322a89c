import { defineConfig } from '@playwright/test';
import { browserLaunchOptions } from './scripts/browser.mjs';

// The built page in a real browser, one file a promise. `dist/` has to be there: `npm run build`.
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.test.ts',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'reports/e2e.json' }]],
  use: {
    // the port of the server below, taken from what it prints
    baseURL: `http://127.0.0.1:${process.env.EQUIPOISE_PORT ?? 4173}/`,
    browserName: 'chromium',
    headless: false, // see browserLaunchOptions
    launchOptions: browserLaunchOptions(),
    trace: 'off',
  },
  projects: [
    {
      name: 'desktop',
      testIgnore: '**/*.phone.test.ts',
      use: { viewport: { width: 1440, height: 900 } },
    },
    {
      name: 'phone',
      testMatch: '**/*.phone.test.ts',
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, deviceScaleFactor: 2 },
    },
  ],
  webServer: {
    command: 'node scripts/static-server.mjs --root dist',
    wait: { stdout: /\(port (?<equipoise_port>\d+)\)/ },
  },
});
