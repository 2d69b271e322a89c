// `npm start`: installs, builds, serves the built page and opens it. Plain Node, so that it runs on a
// fresh clone.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPackages } from './packages.mjs';
import { serve } from './static-server.mjs';

const HELP = `npm start -- [--no-open] [--port N] [--base /folder/] [--isolated]

  --no-open   do not open a browser
  --port N    the port to serve on (4173, or a free one where it is taken)
  --base F    serve the page under this folder, as a shared host would
  --isolated  send COOP and COEP headers, so that the CPU engine may use threads`;

const root = new URL('../', import.meta.url);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'no-open': { type: 'boolean', default: false },
        port: { type: 'string', default: '4173' },
        base: { type: 'string', default: '/' },
        isolated: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error(`--port must be a whole number from 0 to 65535, not ${values.port}`);
    return { ...values, port };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

function build() {
  console.log('Building the page …');
  const vite = fileURLToPath(new URL('node_modules/vite/bin/vite.js', root));
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return status === 0;
}

/**
 * The usual port, or a free one where it is taken.
 * @param {import('./static-server.mjs').ServeOptions} options
 */
async function serveSomewhere(options) {
  try {
    return await serve(options);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    console.log(`Port ${options.port} is taken: another one will do.`);
    return serve({ ...options, port: 0 });
  }
}

/** True where there is a screen to open a browser on. */
function hasScreen() {
  if (process.env.CI) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {string} url */
function openBrowser(url) {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(command ?? '', words, { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No browser could be opened: open the address yourself.'));
  child.unref();
}

const options = readOptions();
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
if (!installPackages()) process.exit(1);
if (!build()) {
  console.error('The build failed: see above.');
  process.exit(1);
}
const server = await serveSomewhere({
  root: fileURLToPath(new URL('dist', root)),
  port: options.port,
  base: options.base,
  isolated: options.isolated,
});
console.log(`\n  Equipoise is at  ${server.url}\n\n  Ctrl-C ends it.\n`);
if (!options['no-open'] && hasScreen()) openBrowser(server.url);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void server.close().then(() => process.exit(0)));
