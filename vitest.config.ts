import { dirname, resolve } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserLaunchOptions } from './scripts/browser.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of SmolLM2's GGUF file; empty where there is none. */
    smollm2: string;
    /** Attempts of its longer walk. */
    smollm2Attempts: number;
  }
}

/** A GGUF file of a real instruct model, where a person has one: test/gpu/smollm2.test.ts. */
const smollm2 = process.env['SMOLLM2_GGUF'] ? resolve(process.env['SMOLLM2_GGUF']) : '';

// `unit` runs in Node; `gpu` runs on real WebGPU in a real browser (a software adapter will do).
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'node' } },
      {
        // No page here: an address that does not exist is an error, not index.html.
        appType: 'custom',
        server: { fs: { allow: ['.', ...(smollm2 ? [dirname(smollm2)] : [])] } },
        optimizeDeps: {
          entries: ['test/gpu/**/*.test.ts'],
          include: ['@mlc-ai/web-llm', '@wllama/wllama', 'hash-wasm', 'idb'],
        },
        test: {
          name: 'gpu',
          provide: {
            smollm2: smollm2 && `/@fs${smollm2}`,
            smollm2Attempts: Number(process.env['SMOLLM2_ATTEMPTS'] ?? 200),
          },
          include: ['test/gpu/**/*.test.ts'],
          globalSetup: ['test/helpers/file-server.setup.ts'],
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
