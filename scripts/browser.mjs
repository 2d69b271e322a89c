// Where the browser is, and the flags under which its headless form has WebGPU.
import { existsSync } from 'node:fs';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/**
 * The system's own Chromium where there is one; undefined means Playwright's download.
 * `EQUIPOISE_BROWSER` names another one.
 * @returns {string | undefined}
 */
export function browserExecutable() {
  const named = process.env.EQUIPOISE_BROWSER;
  if (named) return named;
  return CANDIDATES.find((path) => existsSync(path));
}

/**
 * Flags of headless Chromium with WebGPU. The software adapter is asked for unless
 * `EQUIPOISE_GPU=hardware`, so that results do not depend on the machine.
 * @returns {string[]}
 */
export function browserFlags() {
  const adapter =
    process.env.EQUIPOISE_GPU === 'hardware' ? [] : ['--use-webgpu-adapter=swiftshader'];
  return [
    '--headless=new',
    '--no-sandbox',
    '--enable-unsafe-webgpu',
    ...adapter,
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
}

/**
 * What Playwright's `launch` takes, in every place that starts the browser.
 * @returns {{ executablePath?: string, headless: boolean, args: string[] }}
 */
export function browserLaunchOptions() {
  const executablePath = browserExecutable();
  return {
    ...(executablePath ? { executablePath } : {}),
    headless: false, // the flags ask for the new headless mode, which has WebGPU
    args: browserFlags(),
  };
}
