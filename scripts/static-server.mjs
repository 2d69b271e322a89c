// A static host in one file: what `npm start` and the end-to-end tests serve the built page with.
import { createReadStream, readFileSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** @type {Record<string, string>} */
const TYPES = {
  '.bin': 'application/octet-stream',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gguf': 'application/octet-stream',
  '.gif': 'image/gif',
  '.graphml': 'application/xml; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/x-ndjson; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.wgsl': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** The build names files in here after their content, so they may be kept for ever. */
const HASHED = /\/assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * @typedef {object} ServeOptions
 * @property {string} root the folder to serve
 * @property {number} [port] 0 (the default) asks the system for a free one
 * @property {string} [base] the sub-folder it appears under, `/` by default; outside it all is 404
 * @property {Record<string, string>} [headers] sent with every answer
 * @property {boolean} [isolated] COOP and COEP headers: the page may then use threads
 * @property {boolean} [policy] the Content-Security-Policy of `index.html` as a header too, so that
 *   workers get it as well
 *
 * @typedef {{ url: string, port: number, close: () => Promise<void> }} Server
 */

/**
 * Serves a folder on 127.0.0.1: GET and HEAD, byte ranges, ETags, nothing outside the folder.
 * @param {ServeOptions} options
 * @returns {Promise<Server>} `url` ends with a slash; rejects when the port is taken (`EADDRINUSE`)
 */
export async function serve({ root, port = 0, base = '/', headers = {}, isolated, policy }) {
  const folder = await realpath(resolve(root));
  const prefix = `/${base}/`.replace(/\/+/g, '/');
  const always = {
    'X-Content-Type-Options': 'nosniff',
    ...(isolated ? ISOLATED : {}),
    ...(policy ? { 'Content-Security-Policy': pagePolicy(join(folder, 'index.html')) } : {}),
    ...headers,
  };
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value);
    answer(folder, prefix, request, response).catch((error) => {
      console.error(`static server: ${request.url}: ${error.message}`);
      refuse(response, 500, 'the server failed to read this file');
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}${prefix}`,
    port: bound,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** What a cross-origin isolated page needs. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * The policy in the page's own meta tag.
 * @param {string} file
 */
export function pagePolicy(file) {
  const found = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
    readFileSync(file, 'utf8'),
  );
  if (!found?.[1]) throw new Error(`${file} has no Content-Security-Policy in a meta tag.`);
  return found[1].replace(/\s+/g, ' ').trim();
}

/**
 * @param {string} folder
 * @param {string} prefix
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, prefix, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'only GET and HEAD are answered here');
  }
  if (request.url && prefix === `${request.url}/`) {
    response.setHeader('Location', prefix);
    return refuse(response, 301, 'moved');
  }
  const path = pathInside(prefix, request.url ?? '/');
  if (path === null) return refuse(response, 404, 'not found');
  const found = await locate(folder, path);
  if (found === null) return refuse(response, 404, 'not found');
  if ('redirect' in found) {
    response.setHeader('Location', found.redirect);
    return refuse(response, 301, 'moved');
  }
  const { file, size, modified } = found;
  const etag = `"${size.toString(16)}-${Math.floor(modified).toString(16)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader(
    'Cache-Control',
    HASHED.test(`/${path}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) {
    response.statusCode = 304;
    return void response.end();
  }
  response.setHeader('Content-Type', TYPES[extname(file).toLowerCase()] ?? TYPES['.bin'] ?? '');
  const stale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
  const range = stale ? null : readRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    return refuse(response, 416, 'no such range');
  }
  const [start, end] = range ?? [0, size - 1];
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.statusCode = range ? 206 : 200;
  response.setHeader('Content-Length', Math.max(0, end - start + 1));
  if (request.method === 'HEAD' || size === 0) return void response.end();
  const stream = createReadStream(file, { start, end });
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

/**
 * The path below `prefix` that a request names, decoded; null where it names none.
 * @param {string} prefix
 * @param {string} url
 */
function pathInside(prefix, url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
  } catch {
    return null;
  }
  if (!path.startsWith(prefix) || /[\0\\]/.test(path)) return null;
  const parts = path.slice(prefix.length).split('/');
  if (
    parts.some((part, i) => part === '..' || part === '.' || (part === '' && i + 1 < parts.length))
  )
    return null;
  return parts.join('/');
}

/**
 * The file behind a path: a folder answers with its `index.html`, a link out of the root with nothing.
 * @param {string} folder
 * @param {string} path
 * @returns {Promise<{ file: string, size: number, modified: number } | { redirect: string } | null>}
 */
async function locate(folder, path) {
  try {
    let file = await realpath(join(folder, path));
    let status = await stat(file);
    if (status.isDirectory()) {
      if (path !== '' && !path.endsWith('/'))
        return { redirect: `./${encodeURIComponent(path.split('/').pop() ?? '')}/` };
      file = await realpath(join(file, 'index.html'));
      status = await stat(file);
    }
    if (!status.isFile() || !file.startsWith(folder + sep)) return null;
    return { file, size: status.size, modified: status.mtimeMs };
  } catch {
    return null;
  }
}

/**
 * One byte range; several at once, or nonsense, are answered with the whole file, as HTTP allows.
 * @param {string | undefined} header
 * @param {number} size
 * @returns {[number, number] | 'unsatisfiable' | null}
 */
function readRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const last = size - 1;
  if (match[1] === '') {
    const suffix = Number(match[2]);
    return suffix === 0 || size === 0 ? 'unsatisfiable' : [Math.max(0, size - suffix), last];
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? last : Math.min(Number(match[2]), last);
  if (match[2] !== '' && Number(match[2]) < start) return null;
  return start > last ? 'unsatisfiable' : [start, end];
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} sentence
 */
function refuse(response, status, sentence) {
  if (response.headersSent) return void response.destroy();
  response.statusCode = status;
  for (const name of ['ETag', 'Accept-Ranges', 'Content-Length']) response.removeHeader(name);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${sentence}\n`);
}

/** `node scripts/static-server.mjs [--root dist] [--port 0] [--base /x/] [--isolated] [--policy]` */
async function main() {
  const { values } = parseArgs({
    options: {
      root: { type: 'string', default: 'dist' },
      port: { type: 'string', default: '0' },
      base: { type: 'string', default: '/' },
      isolated: { type: 'boolean', default: false },
      policy: { type: 'boolean', default: false },
    },
  });
  const { root, base, isolated, policy } = values;
  const server = await serve({ root, base, isolated, policy, port: Number(values.port) });
  console.log(`Serving ${root} at ${server.url} (port ${server.port})`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
