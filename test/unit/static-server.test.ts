/** The static host: right types, ranges, caching, nothing outside its folder, any sub-folder. */
import { request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Server, type ServeOptions } from '../../scripts/static-server.mjs';

let folder = '';
let root = '';
const open: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'equipoise-host-'));
  root = join(folder, 'site');
  mkdirSync(join(root, 'assets'), { recursive: true });
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(folder, 'secret.txt'), 'not for you');
  writeFileSync(
    join(root, 'index.html'),
    `<meta\n http-equiv="Content-Security-Policy"\n content="default-src 'none'; script-src 'self'"\n/>hello`,
  );
  writeFileSync(join(root, 'docs/index.html'), 'docs');
  writeFileSync(join(root, 'assets/app-Ab12_-Cd.js'), 'export {};');
  writeFileSync(join(root, 'digits.bin'), '0123456789');
  writeFileSync(join(root, 'empty.txt'), '');
  writeFileSync(join(root, 'a name é.txt'), 'named');
  for (const name of ['m.wasm', 'm.mjs', 'm.json', 'm.gguf', 'm.webmanifest', 'm.odd'])
    writeFileSync(join(root, name), '{}');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
});

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(options: Omit<ServeOptions, 'root'> = {}): Promise<Server> {
  const server = await serve({ root, ...options });
  open.push(server);
  return server;
}

/** A request whose path is sent as it is: fetch would tidy up the dots. */
function raw(server: Server, path: string): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', fail);
    asked.end();
  });
}

describe('what is served', () => {
  it.each([
    ['', 'text/html; charset=utf-8'],
    ['m.wasm', 'application/wasm'],
    ['m.mjs', 'text/javascript; charset=utf-8'],
    ['m.json', 'application/json; charset=utf-8'],
    ['m.gguf', 'application/octet-stream'],
    ['m.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['m.odd', 'application/octet-stream'],
    ['a%20name%20%C3%A9.txt', 'text/plain; charset=utf-8'],
    ['empty.txt', 'text/plain; charset=utf-8'],
  ])('%s as %s', async (path, type) => {
    const response = await fetch((await start()).url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('a folder as its index.html, after a redirect to the slash', async () => {
    const { url } = await start();
    const response = await fetch(`${url}docs`);
    expect(response.url).toBe(`${url}docs/`);
    expect(await response.text()).toBe('docs');
  });

  it('the head alone for HEAD, and nothing for other methods', async () => {
    const { url } = await start();
    const head = await fetch(`${url}digits.bin`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('10');
    expect(await head.text()).toBe('');
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

describe('what is not served', () => {
  it.each([
    '/nothing.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/docs/../../secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/%00',
    '/%zz',
    '/link.txt',
    '/assets',
    '/assets/',
    '/index.html/',
  ])('%s', async (path) => {
    const { status, text } = await raw(await start(), path);
    expect(path === '/assets' ? [301, 404] : [404]).toContain(status);
    expect(text).not.toContain('not for you');
  });
});

describe('ranges', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('%s', async (range, text, content) => {
    const response = await fetch(`${(await start()).url}digits.bin`, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(content);
    expect(await response.text()).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=-0'])('refuses %s', async (range) => {
    const response = await fetch(`${(await start()).url}digits.bin`, { headers: { range } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */10');
  });

  it.each(['bytes=3-1', 'bytes=0-1,4-5', 'lines=0-1', 'bytes=-'])(
    'answers %s with the whole file',
    async (range) => {
      const response = await fetch(`${(await start()).url}digits.bin`, { headers: { range } });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('0123456789');
    },
  );

  it('answers with the whole file where it has changed since', async () => {
    const headers = { range: 'bytes=0-3', 'if-range': '"another"' };
    const response = await fetch(`${(await start()).url}digits.bin`, { headers });
    expect(response.status).toBe(200);
  });
});

describe('headers', () => {
  it('keep what is named after its content for ever, and ask again for the rest', async () => {
    const { url } = await start();
    const asset = await fetch(`${url}assets/app-Ab12_-Cd.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const page = await fetch(url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const etag = page.headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('are those of a plain static host unless asked', async () => {
    const { headers } = await fetch((await start()).url);
    for (const name of ['cross-origin-opener-policy', 'content-security-policy'])
      expect(headers.get(name)).toBeNull();
  });

  it('isolate the page, repeat its policy and carry more where asked', async () => {
    const { url } = await start({ isolated: true, policy: true, headers: { 'X-Test': 'yes' } });
    const { headers } = await fetch(url);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; script-src 'self'");
    expect(headers.get('x-test')).toBe('yes');
  });
});

describe('a sub-folder', () => {
  it.each(['/some/sub/folder/', 'some/sub/folder', '/some/sub/folder'])('%s', async (base) => {
    const server = await start({ base });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/some/sub/folder/`);
    expect(await (await fetch(`${server.url}digits.bin`)).text()).toBe('0123456789');
    expect((await fetch(server.url.slice(0, -1))).url).toBe(server.url);
    for (const path of ['/', '/digits.bin', '/some/digits.bin'])
      expect((await raw(server, path)).status).toBe(404);
  });
});

describe('a port', () => {
  it('that is taken is an error, and is free again after close', async () => {
    const first = await start();
    await expect(serve({ root, port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    const second = await start({ port: first.port });
    expect(second.port).toBe(first.port);
  });
});
