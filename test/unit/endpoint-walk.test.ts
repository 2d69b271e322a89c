/**
 * A walk on a server with 32 requests at once, half of which fail and some of which hang: nothing is
 * lost and nothing is counted twice. The same against a real server, behind one that makes the trouble,
 * where EQUIPOISE_ENDPOINT names its address (and EQUIPOISE_ENDPOINT_MODEL, EQUIPOISE_ENDPOINT_KEY).
 */
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readAnswer } from '../../src/agents/agent';
import { wordWalk } from '../../src/agents/word-walk';
import { chi2Survival } from '../../src/analysis/statistics/special';
import { stream } from '../../src/models/draw';
import { wholeSeed } from '../../src/models/endpoint/body';
import { loadEndpoint } from '../../src/models/endpoint/load-endpoint';
import type { LanguageModel } from '../../src/models/language-model';
import { sample, type SamplingEnd, type SamplingSettings } from '../../src/sampling/sample';
import { WalkState } from '../../src/sampling/walk-state';
import type { Attempt } from '../../src/transitions/types';
import {
  openAIServer,
  type AnswerTable,
  type OpenAIServer,
  type OpenAIServerOptions,
  type Trouble,
} from '../helpers/openai-server';

const TABLE = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/pocket/food-answers.json'), 'utf8'),
) as AnswerTable;
const AT_ONCE = 32;
const PARAMETERS = { topic: 'food' };

const settings = (attempts: number): SamplingSettings => ({
  agent: wordWalk,
  parameters: PARAMETERS,
  temperature: 1,
  topP: 1,
  seed: 4,
  source: 'uniform',
  attempts,
});

/** Half of the requests fail, in every way that a server fails, and two of them hang. */
function trouble(seed: number): (n: number) => Trouble | null {
  return (n) => {
    const uniform = stream(seed, n);
    const u = uniform();
    // the first request is the model's first word, in the load
    if (n === 100 || n === 900) return { kind: 'hang' };
    if (u > 0.5 || n === 0) return null;
    if (u < 0.03) return { kind: 'drop' };
    if (u < 0.05) return { kind: 'break' };
    if (u < 0.06) return { kind: 'body', text: '<!doctype html><h1>Bad gateway</h1>' };
    if (u < 0.16) return { kind: 'status', status: 429, retryAfter: '0' };
    return { kind: 'status', status: [429, 500, 502, 503][Math.floor(uniform() * 4)]! };
  };
}

/** Milliseconds of an answer: the first 32 wait for one another, so that all are under way at once. */
const delay = (factor: number) => (n: number) => (n > 0 && n <= AT_ONCE ? 300 : (n * factor) % 11);

// The limit of time is long beside any stall of a busy machine: an answer that was served and came too
// late would be served again.
async function connect(server: OpenAIServer, more: { model?: string; timeLimit?: number } = {}) {
  const endpoint = {
    url: server.url,
    model: more.model ?? 'pocket',
    api: 'completions' as const,
    key: null,
    parallel: AT_ONCE,
    timeLimit: more.timeLimit ?? 3000,
  };
  const loaded = await loadEndpoint(
    { id: 'endpoint', format: 'plain', endpoint, hashes: {} },
    () => undefined,
    new AbortController().signal,
    { connections: AT_ONCE, patience: { firstWait: 4, longestWait: 40 } },
  );
  if (!loaded.ok) throw new Error(`${loaded.fault.code}: ${loaded.fault.detail}`);
  return loaded.value;
}

/** Samples to the end. @param pauses attempts at which the run is stopped and begun again */
async function walk(model: LanguageModel, attempts: number, pauses: number[] = []) {
  const log: Attempt[] = [];
  let end: SamplingEnd;
  let passes = 0;
  do {
    const stop = new AbortController();
    const state = new WalkState(wordWalk.initialStates(PARAMETERS), log);
    end = await sample(
      model,
      settings(attempts),
      state,
      {
        append: async (batch) => void log.push(...batch),
        counted: (_, cost) => {
          passes += cost ?? NaN;
          if (log.length >= (pauses[0] ?? Infinity)) {
            pauses.shift();
            stop.abort();
          }
        },
      },
      stop.signal,
    );
  } while (end.kind === 'stopped');
  return { log, end, passes };
}

/** The seed that attempt i of a uniform walk gives its server. */
function seedOf(i: number): number {
  const uniform = stream(settings(0).seed, i);
  uniform(); // chose the source
  return wholeSeed(Math.floor(uniform() * 2 ** 32) | 0);
}

/** Everything in the log was served to its own attempt, and nothing else of that attempt ever was. */
function expectServed(log: Attempt[], server: OpenAIServer, { once = true } = {}) {
  expect(log.map(({ i }) => i)).toEqual(log.map((_, k) => k));
  const bySeed = groupBy(server.served, ({ seed }) => seed);
  for (const attempt of log) {
    const served = bySeed.get(seedOf(attempt.i)) ?? [];
    if (once) expect(served.length, `answers to attempt ${attempt.i}`).toBe(1);
    for (const { prompt, text, finish } of served) {
      expect(prompt).toBe(wordWalk.prompt(attempt.from, PARAMETERS));
      const read = readAnswer(wordWalk, PARAMETERS, attempt.from, {
        text,
        finish: finish === 'length' ? 'length' : 'stop',
      });
      expect(read.ok ? { to: read.state } : { reject: read.reason }).toEqual(
        attempt.to === undefined ? { reject: attempt.reject } : { to: attempt.to },
      );
    }
  }
  // besides the log: the first word of the load
  if (once) expect(server.served.length).toBe(log.length + 1);
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** Pearson's p of the counts against the table, row by row; the rarest targets of a row are one cell. */
function fit(log: Attempt[]): { p: number; ndf: number } {
  let X2 = 0;
  let ndf = 0;
  for (const [from, attempts] of groupBy(log, ({ from }) => from)) {
    const targetOf = (to: string | undefined) => to ?? 'rejected';
    const chances = new Map<string, number>();
    for (const [text, p] of TABLE[wordWalk.prompt(from, PARAMETERS)]!) {
      const read = wordWalk.parse(text, from, PARAMETERS);
      const to = targetOf(read.ok ? read.state : undefined);
      chances.set(to, (chances.get(to) ?? 0) + p);
    }
    const seen = groupBy(attempts, ({ to }) => targetOf(to));
    const cells: { expected: number; seen: number }[] = [];
    let open = { expected: 0, seen: 0 };
    for (const [to, p] of [...chances].sort((a, b) => a[1] - b[1])) {
      open.expected += p * attempts.length;
      open.seen += seen.get(to)?.length ?? 0;
      if (open.expected < 5) continue;
      cells.push(open);
      open = { expected: 0, seen: 0 };
    }
    if (cells.length > 0) {
      cells[0]!.expected += open.expected;
      cells[0]!.seen += open.seen;
    }
    for (const { expected, seen } of cells) X2 += (seen - expected) ** 2 / expected;
    ndf += Math.max(0, cells.length - 1);
  }
  return { p: chi2Survival(X2, ndf), ndf };
}

const essence = (log: Attempt[]) =>
  log.map(({ i, from, to, reject, text, p }) => ({ i, from, to, reject, text, p }));

const servers: OpenAIServer[] = [];
async function start(options: OpenAIServerOptions): Promise<OpenAIServer> {
  const server = await openAIServer(options);
  servers.push(server);
  return server;
}

beforeAll(() => {
  // every request listens to the run's signal, and 32 are under way
  setMaxListeners(4 * AT_ONCE);
  vi.stubGlobal('self', { location: { protocol: 'http:', origin: 'http://page.test' } });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await Promise.all(servers.map((server) => server.close()));
});

describe('a walk on a server, 32 requests at once', () => {
  let calm: Attempt[] = [];

  it('counts what the table says where all goes well', { timeout: 60_000 }, async () => {
    const server = await start({ answers: { table: TABLE }, delay: delay(7) });
    const model = await connect(server);
    const { log, end, passes } = await walk(model, 1500);
    calm = log;
    expect(end).toEqual({ kind: 'complete' });
    expectServed(log, server);
    expect(server.mostAtOnce).toBe(AT_ONCE);
    expect(passes).toBeGreaterThanOrEqual(2 * log.length - 100); // a word and its end
    const { p, ndf } = fit(log);
    expect(ndf).toBeGreaterThan(100);
    expect(p).toBeGreaterThan(0.01);
    await model.close();
  });

  it('loses nothing and counts nothing twice where half fails', { timeout: 60_000 }, async () => {
    const server = await start({
      answers: { table: TABLE },
      delay: delay(5),
      trouble: trouble(8),
    });
    const model = await connect(server);
    const { log, end } = await walk(model, 1500);
    expect(end).toEqual({ kind: 'complete' });
    expectServed(log, server);
    expect(server.mostAtOnce).toBe(AT_ONCE);
    expect(server.asked.length).toBeGreaterThan(1.8 * log.length);
    // neither the failures nor the order of arrival show in the log
    expect(essence(log)).toEqual(essence(calm));
    await model.close();
  });

  it('is the same walk however often it is stopped', { timeout: 60_000 }, async () => {
    const server = await start({
      answers: { table: TABLE },
      delay: delay(3),
      trouble: trouble(15),
    });
    const model = await connect(server);
    const { log, end } = await walk(model, 1000, [100, 101, 400, 777]);
    expect(end).toEqual({ kind: 'complete' });
    // what was under way at a stop is asked again
    expectServed(log, server, { once: false });
    expect(server.served.length).toBeGreaterThan(log.length + 5);
    expect(essence(log)).toEqual(essence(calm).slice(0, 1000));
    await model.close();
  });

  it('ends with the fault of one attempt after what precedes it', { timeout: 60_000 }, async () => {
    const bad = seedOf(700);
    const server = await start({
      answers: { table: TABLE },
      delay: delay(5),
      trouble: (_, body) => (body.seed === bad ? { kind: 'body', text: '{"choices":[]}' } : null),
    });
    const model = await connect(server);
    const { log, end } = await walk(model, 1500);
    expect(end).toMatchObject({ kind: 'model-fault', fault: { code: 'bad-answer' } });
    expect(log.length).toBe(700);
    expect(essence(log)).toEqual(essence(calm).slice(0, 700));
    await model.close();
  });
});

const real = process.env.EQUIPOISE_ENDPOINT;

describe.runIf(real)(`a walk on the real server that EQUIPOISE_ENDPOINT names`, () => {
  const name = process.env.EQUIPOISE_ENDPOINT_MODEL ?? 'pocket';
  const key = process.env.EQUIPOISE_ENDPOINT_KEY ?? null;

  it('loses nothing and counts nothing twice where half fails', { timeout: 600_000 }, async () => {
    const server = await start({
      answers: { upstream: { url: real!, key } },
      models: [name],
      trouble: trouble(23),
    });
    const model = await connect(server, { model: name, timeLimit: 20_000 });
    const begun = performance.now();
    const { log, end } = await walk(model, 1500);
    const seconds = (performance.now() - begun) / 1000;
    expect(end).toEqual({ kind: 'complete' });
    expectServed(log, server);
    expect(server.mostAtOnce).toBe(AT_ONCE);
    const accepted = log.filter(({ to }) => to !== undefined).length;
    const report = {
      ...{ attempts: log.length, accepted, requests: server.asked.length, seconds },
      ...{ withProbability: log.filter(({ p }) => p !== undefined).length },
      ...(name === 'pocket' && fit(log)),
    };
    console.log(JSON.stringify(report));
    if (name === 'pocket') expect(fit(log).p).toBeGreaterThan(0.001);
    await model.close();
  });
});
