/** The endpoint engine: what it refuses to send, what it asks, what it makes of every kind of answer. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readAddress, readKey } from '../../src/models/endpoint/address';
import { readAnswer, sumOfLogs } from '../../src/models/endpoint/answer';
import { leaveOut, requestBody } from '../../src/models/endpoint/body';
import { loadEndpoint } from '../../src/models/endpoint/load-endpoint';
import { listModels } from '../../src/models/endpoint/models';
import { Patience } from '../../src/models/endpoint/patience';
import type { Reply } from '../../src/models/endpoint/request';
import type { EndpointAddress } from '../../src/models/language-model';
import { openAIServer, type OpenAIServerOptions, type Trouble } from '../helpers/openai-server';

const TABLE = {
  Hi: [
    [' there', 0.25],
    [' you two', 0.75],
  ] as [string, number][],
};
const KEY = 'sk-0123456789abcdef-secret';
const QUICK = { firstWait: 1, longestWait: 4 };
const OPTIONS = { maxTokens: 8, temperature: 1, topP: 1, seed: 77, stop: ['\n'] };
const never = new AbortController().signal;

beforeAll(() =>
  vi.stubGlobal('self', { location: { protocol: 'http:', origin: 'http://page.test' } }),
);
afterAll(() => vi.unstubAllGlobals());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(options: Partial<OpenAIServerOptions> = {}) {
  const server = await openAIServer({ answers: { table: TABLE }, ...options });
  closers.push(server.close);
  return server;
}

/** A server that does one thing. */
async function plain(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closers.push(
    () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function load(url: string, more: Partial<EndpointAddress> = {}, signal = never) {
  const endpoint = { url, model: 'pocket', api: 'completions', key: null, parallel: 4, ...more };
  return loadEndpoint(
    { id: 'endpoint', format: 'plain', hashes: {}, endpoint: endpoint as EndpointAddress },
    () => undefined,
    signal,
    { patience: QUICK },
  );
}

async function loaded(url: string, more: Partial<EndpointAddress> = {}) {
  const outcome = await load(url, more);
  if (!outcome.ok) throw new Error(outcome.fault.detail);
  return outcome.value;
}

describe('an address', () => {
  it.each([
    ['http://localhost:8080/v1', 'http://localhost:8080/v1'],
    [' https://api.example.org/v1/ ', 'https://api.example.org/v1'],
    ['http://localhost:8080/v1/chat/completions', 'http://localhost:8080/v1'],
    ['http://127.0.0.1:11434/v1/models', 'http://127.0.0.1:11434/v1'],
    ['https://example.org/openai/v1beta', 'https://example.org/openai/v1beta'],
  ])('%s is read as %s', (typed, url) => {
    expect(readAddress(typed, { protocol: 'https:' })).toEqual({ ok: true, value: url });
  });

  it.each([
    ['localhost', 'no address'],
    ['ftp://example.org/v1', 'neither with http'],
    ['http://localhost:8080', 'try http://localhost:8080/v1'],
    ['http://user:hunter22@localhost:8080/v1', 'a name or a password'],
    ['https://example.org/v1?key=hunter22', 'with ? or #'],
    ['http://example.org/v1', 'by https only'],
  ])('%s is refused: %s', (typed, why) => {
    const outcome = readAddress(typed, { protocol: 'https:' });
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'bad-address' } });
    const said = JSON.stringify(outcome);
    expect(said).toContain(why);
    expect(said).not.toContain('hunter22');
  });

  it('may be http where the page is', () => {
    expect(readAddress('http://example.org/v1', { protocol: 'http:' }).ok).toBe(true);
  });

  it('goes with a key that a header can carry', () => {
    expect(readKey('  ')).toEqual({ ok: true, value: null });
    expect(readKey(` ${KEY}\n`)).toEqual({ ok: true, value: KEY });
    for (const bad of ['a b', 'ключ', 'a\nb']) {
      const outcome = readKey(bad);
      expect(outcome).toMatchObject({ ok: false, fault: { code: 'bad-address' } });
      expect(JSON.stringify(outcome)).not.toContain(bad);
    }
  });
});

describe('a connection', () => {
  it('says what server and model it is, and how many may be asked at once', async () => {
    const server = await start();
    const model = await loaded(server.url, { parallel: 32 });
    expect(model.info).toMatchObject({
      engine: 'endpoint',
      id: 'endpoint',
      backend: 'remote',
      adapter: new URL(server.url).origin,
      format: 'plain',
    });
    // a browser opens no more connections over HTTP/1.1
    expect(model.can).toMatchObject({ distribution: false, batch: true, parallel: 6 });
    expect(server.requests).toEqual(['GET /v1/models', 'POST /v1/completions']);
  });

  it('refuses a model that the server does not offer, and names those it does', async () => {
    const server = await start({ models: ['alpha', 'beta:latest'] });
    expect(await load(server.url)).toMatchObject({
      fault: { code: 'refused', detail: 'it has no model pocket; it offers alpha, beta:latest' },
    });
    expect(await load(server.url, { model: '' })).toMatchObject({
      fault: { code: 'refused', detail: 'no model is named; it offers alpha, beta:latest' },
    });
  });

  it('lists models, and does without a list', async () => {
    const server = await start({ models: ['a', 'b'], key: KEY });
    const listed = await listModels({ url: `${server.url}/`, key: KEY }, never);
    expect(listed).toMatchObject({ ok: true, value: { url: server.url } });
    const bare = await plain((request, response) => {
      if (request.method === 'GET') response.writeHead(404).end('not here');
      else response.end(JSON.stringify({ choices: [{ text: ' x', finish_reason: 'length' }] }));
    });
    expect((await load(bare)).ok).toBe(true);
  });

  it('tells a wrong key from a missing one', async () => {
    const server = await start({ key: KEY });
    expect(await load(server.url)).toMatchObject({
      fault: { code: 'refused', detail: expect.stringContaining('wants a key (401)') },
    });
    expect(await load(server.url, { key: 'another' })).toMatchObject({
      fault: { code: 'refused', detail: expect.stringContaining('does not take this key') },
    });
    expect((await load(server.url, { key: KEY })).ok).toBe(true);
  });

  it('says what to do where nothing comes back', async () => {
    const gone = await start();
    await gone.close();
    const outcome = await load(gone.url);
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'unreachable' } });
    const said = JSON.stringify(outcome);
    for (const hint of ['OLLAMA_ORIGINS=http://page.test', '--allowed-origins', 'llama-server'])
      expect(said).toContain(hint);
  });

  it('follows no redirect: prompts go where a person said', async () => {
    const other = await start();
    const server = await start({ trouble: () => ({ kind: 'redirect', to: other.url }) });
    expect(await load(server.url)).toMatchObject({ fault: { code: 'refused' } });
    expect(other.requests).toEqual([]);
  });

  it('stops at once where it is cancelled', async () => {
    const server = await start({ trouble: () => ({ kind: 'hang' }) });
    const stop = new AbortController();
    const outcome = load(server.url, {}, stop.signal);
    await vi.waitFor(() => expect(server.asked.length).toBe(1));
    stop.abort();
    expect(await outcome).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  });
});

describe('a request', () => {
  it('asks for the whole distribution, with a seed of ours', () => {
    const body = requestBody(
      { api: 'chat', model: 'm' },
      'Hi',
      { ...OPTIONS, seed: -1 },
      new Set(),
    );
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      ...{ max_tokens: 8, temperature: 1, top_p: 1, seed: 2 ** 31 - 1, stop: ['\n'] },
      ...{ logprobs: true, top_logprobs: 1, top_k: -1, min_p: 0, repetition_penalty: 1 },
      stream: false,
    });
  });

  it('leaves out what a server does not know, and nothing that changes what is drawn', () => {
    const none = new Set<never>();
    expect(leaveOut("unrecognized argument 'top_k'", OPTIONS, none)).toEqual(['top_k']);
    expect(leaveOut('Extra inputs are not permitted', OPTIONS, none)).toEqual([
      ...['top_k', 'min_p', 'repetition_penalty'],
    ]);
    expect(leaveOut("'logprobs' is not supported", OPTIONS, none)).toEqual([
      ...['logprobs', 'top_logprobs'],
    ]);
    expect(leaveOut('temperature is not supported', OPTIONS, none)).toEqual(['temperature']);
    expect(leaveOut('temperature', { ...OPTIONS, temperature: 0.7 }, none)).toEqual([]);
    expect(leaveOut('the prompt is no good', OPTIONS, none)).toEqual([]);
  });

  it('is made again without what was refused, once for the whole visit', async () => {
    let bodies: Record<string, unknown>[] = [];
    const url = await plain(async (request, response) => {
      if (request.method === 'GET') return void response.end('{"data":[{"id":"pocket"}]}');
      let text = '';
      for await (const part of request) text += part;
      const body = JSON.parse(text) as Record<string, unknown>;
      bodies.push(body);
      const strange = ['top_k', 'min_p', 'repetition_penalty'].find((name) => name in body);
      if (strange)
        return void response
          .writeHead(400)
          .end(`{"error":{"message":"Unrecognized request argument supplied: ${strange}"}}`);
      response.end(JSON.stringify({ choices: [{ text: ' x', finish_reason: 'stop' }] }));
    });
    const model = await loaded(url);
    expect(bodies.length).toBe(4);
    expect(model.info.precision).toContain('takes no top_k, min_p, repetition_penalty');
    bodies = [];
    expect((await model.complete('Hi', OPTIONS)).ok).toBe(true);
    expect(bodies.length).toBe(1);
  });

  it('gives the answer with its chance and its cost, in both forms', async () => {
    const server = await start();
    for (const api of ['completions', 'chat'] as const) {
      const model = await loaded(server.url, { api });
      const outcome = await model.complete('Hi', OPTIONS);
      if (!outcome.ok) throw new Error(outcome.fault.detail);
      const { text, logProbability, finish, passes } = outcome.value;
      expect(finish).toBe('stop');
      expect(Math.exp(logProbability!)).toBeCloseTo(text === ' there' ? 0.25 : 0.75, 12);
      expect(passes).toBe(text === ' there' ? 2 : 3);
      const cut = await model.complete('Hi', { ...OPTIONS, maxTokens: 1 });
      expect(cut).toMatchObject({ ok: true, value: { finish: 'length' } });
    }
  });
});

describe('an answer', () => {
  const wanted = { api: 'chat', maxTokens: 8, stop: ['\n'] } as const;
  const chat = (content: unknown, finish_reason: unknown = 'stop', more = {}) => ({
    choices: [{ message: { role: 'assistant', content }, finish_reason, ...more }],
  });

  it.each([
    ['an error with status 200', { error: { message: 'overloaded' } }],
    ['no choices', { choices: [] }],
    ['no text', chat(null)],
    ['a number', chat(7)],
    ['a withheld answer', chat('x', 'content_filter')],
    ['a call of a tool', chat(null, 'tool_calls')],
    ['nothing', null],
    ['a list', []],
  ])('that is %s is a fault, never an empty text', (_, value) => {
    expect(readAnswer(value, wanted)).toMatchObject({ ok: false, fault: { code: 'bad-answer' } });
  });

  it('may be empty, cut by the limit, or silent at the limit where the model thinks first', () => {
    expect(readAnswer(chat(''), wanted)).toMatchObject({ value: { text: '', finish: 'stop' } });
    expect(readAnswer(chat('a', 'length'), wanted)).toMatchObject({ value: { finish: 'length' } });
    expect(readAnswer(chat(null, 'length'), wanted)).toMatchObject({
      value: { text: '', finish: 'length' },
    });
  });

  it('ends before a stop string that the server did not heed', () => {
    const more = { logprobs: { content: [{ logprob: -1 }, { logprob: -2 }] } };
    expect(readAnswer(chat('star\nmore', 'length', more), wanted)).toMatchObject({
      value: { text: 'star', finish: 'stop', logProbability: null },
    });
  });

  it('has a chance only where every token has one', () => {
    expect(sumOfLogs({ token_logprobs: [-1, -0.5] })).toBeCloseTo(-1.5, 12);
    expect(sumOfLogs({ content: [{ logprob: -1 }, { logprob: 1e-9 }] })).toBeCloseTo(-1, 12);
    for (const bad of [null, NaN, -9999, '1', 3, undefined])
      expect(sumOfLogs({ token_logprobs: [-1, bad] })).toBeNull();
    for (const none of [null, undefined, {}, { content: [] }, { token_logprobs: [] }, 'x'])
      expect(sumOfLogs(none)).toBeNull();
  });
});

describe('patience', () => {
  const status = (code: number, wait: number | null = null): Reply => ({
    ...{ kind: 'status', status: code, said: 'no', wait },
  });
  const insist = (replies: Reply[], settings = {}) => {
    const patience = new Patience({ ...QUICK, ...settings });
    let made = 0;
    const outcome = patience.insist(
      async () => replies[Math.min(made++, replies.length - 1)]!,
      () => ({ code: 'refused', detail: '' }),
      never,
    );
    return outcome.then((value) => ({ value, made }));
  };

  it('asks again after 429, 5xx, silence and delay, and not after a refusal', async () => {
    const answer: Reply = { kind: 'json', value: 1 };
    const silent: Reply = { kind: 'silent', said: 'x' };
    const four = [status(429), status(503), silent, { kind: 'late' } as const, answer];
    expect(await insist(four)).toEqual({ value: { ok: true, value: 1 }, made: 5 });
    expect(await insist([status(401), answer])).toMatchObject({ made: 1, value: { ok: false } });
  });

  it('ends: as busy, as unreachable, as a bad answer', async () => {
    expect(await insist([status(500)])).toMatchObject({
      made: 6,
      value: { fault: { code: 'busy' } },
    });
    expect(await insist([{ kind: 'late' }])).toMatchObject({ value: { fault: { code: 'busy' } } });
    expect(await insist([{ kind: 'silent', said: 'x' }])).toMatchObject({
      value: { fault: { code: 'unreachable' } },
    });
    expect(await insist([{ kind: 'garbled', said: '<html>' }])).toMatchObject({
      ...{ made: 3, value: { fault: { code: 'bad-answer', detail: '<html>' } } },
    });
  });

  it('does not give up on a server that answers others', async () => {
    const patience = new Patience({ ...QUICK, tries: 9 });
    const others = () =>
      patience.insist(
        async () => ({ kind: 'json', value: 0 }),
        () => ({ code: 'busy', detail: '' }),
        never,
      );
    let made = 0;
    await patience.insist(
      async () => {
        made++;
        await others();
        return status(429);
      },
      () => ({ code: 'refused', detail: '' }),
      never,
    );
    expect(made).toBe(9);
  });

  it('waits as long as it is told, but not for ever', async () => {
    const begun = performance.now();
    await insist([status(429, 150), { kind: 'json', value: 0 }]);
    expect(performance.now() - begun).toBeGreaterThan(140);
    const outcome = await insist([status(429, 3_600_000)]);
    expect(outcome).toMatchObject({ made: 1, value: { fault: { code: 'busy' } } });
    expect(JSON.stringify(outcome)).toContain('asks to wait 3600 s');
  });
});

describe('the key', () => {
  it('is in one header and nowhere else', async () => {
    const printed = ['log', 'warn', 'error', 'info', 'debug'].map((name) =>
      vi.spyOn(console, name as 'log'),
    );
    const troubles: (Trouble | null)[] = [
      null,
      { kind: 'status', status: 403 },
      { kind: 'body', text: `<p>${KEY}</p>` },
      { kind: 'body', text: `{"choices":"${KEY}"}` },
      { kind: 'body', text: `{"error":{"message":"Incorrect API key provided: ${KEY}"}}` },
      {
        kind: 'body',
        text: JSON.stringify({ choices: [{ text: ` ${KEY}`, finish_reason: 'stop' }] }),
      },
    ];
    for (const trouble of troubles) {
      const server = await start({ key: KEY, trouble: (n) => (n === 0 ? null : trouble) });
      const model = await loaded(server.url, { key: KEY });
      const said: unknown[] = [model.info, model.can, await model.complete('Hi', OPTIONS)];
      said.push(await load(server.url, { key: `${KEY}x` })); // repeated by the server in its refusal
      expect(JSON.stringify(said)).not.toContain(KEY);
      expect(JSON.stringify([server.requests, server.asked])).not.toContain(KEY);
    }
    for (const spy of printed) {
      expect(JSON.stringify(spy.mock.calls)).not.toContain(KEY);
      spy.mockRestore();
    }
  });
});
