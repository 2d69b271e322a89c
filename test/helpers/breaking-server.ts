/** A file server on a port of its own that breaks off, corrupts, crawls or forgets, as it is told. */
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import type { Answered, Mischief } from './mischief';

const PIECE = 65_536;

/**
 * Serves `root` under `/SITE/…`, a site for each test. `PUT /control/SITE` sets its mischief (JSON) and
 * forgets its requests; `GET /control/SITE` answers with the requests since.
 * @returns its address, with a slash at its end
 */
export async function serveBreaking(
  root: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const sites = new Map<string, { mischief: Mischief; answered: Answered[] }>();
  const siteOf = (name: string) => {
    const known = sites.get(name) ?? { mischief: {}, answered: [] };
    sites.set(name, known);
    return known;
  };

  async function control(request: IncomingMessage, response: ServerResponse, name: string) {
    response.setHeader('access-control-allow-methods', 'GET, PUT');
    if (request.method === 'PUT') {
      let text = '';
      for await (const part of request) text += part;
      sites.set(name, { mischief: JSON.parse(text) as Mischief, answered: [] });
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(siteOf(name).answered));
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    site: string,
    path: string,
  ) {
    const { mischief, answered } = siteOf(site);
    const hits = (rule?: { match: string }) => rule !== undefined && path.includes(rule.match);
    if (mischief.down) return void response.destroy();
    if (mischief.noCors) response.removeHeader('access-control-allow-origin');
    const entry: Answered = { path, range: request.headers.range ?? null, status: 200, bytes: 0 };
    answered.push(entry);
    const body = await bodyOf(join(root, normalize(`/${path}`)), mischief, hits);
    if (!body) {
      entry.status = response.statusCode = 404;
      return void response.end();
    }
    let start = 0;
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    if (range && !mischief.noRanges) {
      start = Number(range[1]);
      entry.status = response.statusCode = start < body.length ? 206 : 416;
      if (start >= body.length) return void response.end();
      response.setHeader('content-range', `bytes ${start}-${body.length - 1}/${body.length}`);
    }
    if (!mischief.noVersion)
      response.setHeader('last-modified', mischief.version ?? 'Tue, 01 Sep 2026 12:00:00 GMT');
    response.setHeader('content-length', body.length - start);
    const end = hits(mischief.breakAfter) ? start + mischief.breakAfter!.bytes : body.length;
    for (let at = start; at < Math.min(end, body.length); at += PIECE) {
      const piece = body.subarray(at, Math.min(at + PIECE, end, body.length));
      if (response.destroyed) return;
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        response.write(piece, () => {
          response.off('close', resolve);
          resolve();
        });
      });
      entry.bytes += piece.length;
      if (mischief.pauseMs) await new Promise((resolve) => setTimeout(resolve, mischief.pauseMs));
    }
    if (end < body.length) {
      // what was written is to arrive before the connection goes
      await new Promise((resolve) => setTimeout(resolve, 100));
      return void response.destroy();
    }
    response.end();
  }

  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-store');
    if (request.method === 'OPTIONS') {
      // A preflight is allowed to the controls only: a file that needs one is a file most servers refuse.
      const allowed = request.url?.startsWith('/control/');
      if (allowed) response.setHeader('access-control-allow-methods', 'GET, PUT');
      return void response.writeHead(allowed ? 204 : 405).end();
    }
    const [, site = '', ...rest] = decodeURIComponent(
      new URL(request.url!, 'http://a').pathname,
    ).split('/');
    const done =
      site === 'control'
        ? control(request, response, rest[0] ?? '')
        : answer(request, response, site, rest.join('/'));
    done.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A file as the mischief has it; null where there is none. */
async function bodyOf(
  path: string,
  mischief: Mischief,
  hits: (rule?: { match: string }) => boolean,
): Promise<Buffer | null> {
  const { truncate, corrupt, patch, replace } = mischief;
  if (hits(replace)) return Buffer.from(replace!.text);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  let body = readFileSync(path);
  if (hits(patch)) {
    const at = body.indexOf(patch!.from, 0, 'latin1');
    if (at < 0 || patch!.from.length !== patch!.to.length) throw new Error('nothing to patch');
    body.write(patch!.to, at, 'latin1');
  }
  if (hits(corrupt)) body[corrupt!.at]! ^= 0xff;
  if (hits(truncate)) body = body.subarray(0, truncate!.bytes);
  return body;
}
