import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserLaunchOptions } from './scripts/browser.mjs';

// `unit` runs in Node; `gpu` runs on real WebGPU in a real browser (a software adapter will do).
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'node' } },
      {
        // No page here: an address that does not exist is an error, not index.html.
        appType: 'custom',
        optimizeDeps: {
          entries: ['test/gpu/**/*.test.ts'],
          include: ['@mlc-ai/web-llm', '@wllama/wllama', 'hash-wasm', 'idb'],
        },
        test: {
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: browserLaunchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
