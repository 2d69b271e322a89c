/**
 * A small server of the OpenAI protocol on 127.0.0.1: models, completions, chat, logprobs, usage, CORS
 * with preflight. Its answers come from a table or from a real server behind it, and it makes trouble
 * where a test asks for it. It keeps what it served, so that a log can be held against that.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stream } from '../../src/models/draw';

/** Prompt -> answers with their chances, which add up to 1. */
export type AnswerTable = Record<string, [text: string, chance: number][]>;

/** What may happen to a request instead of an answer. */
export type Trouble =
  | { kind: 'status'; status: number; retryAfter?: string }
  /** It is never answered. */
  | { kind: 'hang' }
  /** The connection breaks before anything, or in the middle of the answer. */
  | { kind: 'drop' }
  | { kind: 'break' }
  /** A success with this body. */
  | { kind: 'body'; text: string; type?: string }
  /** It is sent on to another address. */
  | { kind: 'redirect'; to: string };

/** One answer that went out whole. */
export interface Served {
  seed: number;
  prompt: string;
  text: string;
  finish: string;
}

export interface OpenAIServerOptions {
  answers: { table: AnswerTable } | { upstream: { url: string; key: string | null } };
  models?: readonly string[];
  /** Asked of every request. */
  key?: string;
  /** Milliseconds that an answer takes. */
  delay?: (n: number) => number;
  /** What happens to request number n for an answer; GET /models is never disturbed. */
  trouble?: (n: number, body: Record<string, unknown>) => Trouble | null;
  /** False: no page of another origin may read an answer. */
  cors?: boolean;
}

export interface OpenAIServer {
  /** Up to and with `/v1`. */
  url: string;
  served: Served[];
  /** Bodies of all requests for an answer, in order. */
  asked: Record<string, unknown>[];
  /** Method and path of everything that came, preflights too. */
  requests: string[];
  /** Requests for an answer that were under way at once, at most. */
  mostAtOnce: number;
  close(): Promise<void>;
}

const PATHS = ['/v1/completions', '/v1/chat/completions'];

export async function openAIServer(options: OpenAIServerOptions): Promise<OpenAIServer> {
  const state = { served: [], asked: [], requests: [], mostAtOnce: 0 } as Pick<
    OpenAIServer,
    'served' | 'asked' | 'requests' | 'mostAtOnce'
  >;
  let underWay = 0;
  const server: Server = createServer((request, response) => {
    state.requests.push(`${request.method} ${request.url}`);
    if (options.cors !== false) allow(request, response);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (options.key && request.headers.authorization !== `Bearer ${options.key}`)
      return refuse(response, 401, `Incorrect API key: ${request.headers.authorization ?? 'none'}`);
    if (request.method === 'GET' && request.url === '/v1/models')
      return send(response, 200, {
        object: 'list',
        data: (options.models ?? ['pocket']).map((id) => ({ id, object: 'model' })),
      });
    if (request.method !== 'POST' || !PATHS.includes(request.url ?? ''))
      return refuse(response, 404, `no such path: ${request.url}`);
    state.mostAtOnce = Math.max(state.mostAtOnce, ++underWay);
    response.on('close', () => underWay--);
    answer(options, state, request, response).catch((error: Error) => {
      if (!response.headersSent) refuse(response, 400, error.message);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return Object.assign(state, { url, close });
}

async function answer(
  { answers, trouble, delay, models = ['pocket'] }: OpenAIServerOptions,
  state: Pick<OpenAIServer, 'served' | 'asked'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = JSON.parse(await text(request)) as Record<string, unknown>;
  const n = state.asked.push(body) - 1;
  await pause(delay?.(n) ?? 0);
  const happens = trouble?.(n, body) ?? null;
  if (happens && happens.kind !== 'break') return disturb(happens, response);
  const chat = request.url!.endsWith('/chat/completions');
  if (!models.includes(String(body.model)))
    return refuse(response, 404, `The model \`${body.model}\` does not exist`);
  const made =
    'table' in answers
      ? fromTable(answers.table, body, chat)
      : await fromUpstream(answers.upstream, body, chat);
  const whole = JSON.stringify(made);
  if (happens) {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': whole.length });
    response.write(whole.slice(0, whole.length / 2), () => response.destroy());
    return;
  }
  const choice = made.choices[0]!;
  response.on('finish', () =>
    state.served.push({
      seed: Number(body.seed),
      prompt: promptOf(body, chat),
      text: (chat ? choice.message?.content : choice.text) ?? '',
      finish: choice.finish_reason,
    }),
  );
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(whole);
}

interface Made {
  choices: { text?: string; message?: { content: string }; finish_reason: string }[];
}

function promptOf(body: Record<string, unknown>, chat: boolean): string {
  if (!chat) return String(body.prompt);
  const messages = body.messages as { role: string; content: string }[];
  return messages[messages.length - 1]!.content;
}

/** Draws an answer by the request's seed. A token is a word with the blank before it. */
function fromTable(table: AnswerTable, body: Record<string, unknown>, chat: boolean): Made {
  if (body.temperature !== 1 || body.top_p !== 1)
    throw new Error('this server has its chances at temperature 1 and top_p 1 only');
  const prompt = promptOf(body, chat);
  const rows = table[prompt] ?? [[' nothing', 1]];
  let left = stream(Number(body.seed), 0)();
  const [whole, chance] = rows.find(([, p]) => (left -= p) < 0) ?? rows[rows.length - 1]!;
  const words = whole.match(/\s*\S+/g) ?? [];
  const limit = Number(body.max_tokens ?? body.max_completion_tokens);
  const cut = words.length + 1 > limit;
  const said = cut ? words.slice(0, limit) : words;
  // all of the chance is in the first token; the end is certain after it
  const logs = [...said, ...(cut ? [] : [''])].map((_, k) => (k === 0 ? Math.log(chance) : 0));
  const common = { index: 0, finish_reason: cut ? 'length' : 'stop' };
  const content = said.join('');
  const usage = {
    prompt_tokens: 13,
    completion_tokens: logs.length,
    total_tokens: 13 + logs.length,
  };
  const choice = chat
    ? {
        ...common,
        message: { role: 'assistant', content },
        logprobs: { content: logs.map((logprob, k) => ({ token: said[k] ?? '', logprob })) },
      }
    : { ...common, text: content, logprobs: { tokens: said, token_logprobs: logs } };
  return {
    ...{ id: 'x', object: 'text_completion', model: body.model },
    choices: [choice],
    usage,
  } as Made;
}

async function fromUpstream(
  { url, key }: { url: string; key: string | null },
  body: Record<string, unknown>,
  chat: boolean,
): Promise<Made> {
  const answer = await fetch(`${url}/${chat ? 'chat/' : ''}completions`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(key !== null && { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Made;
}

function disturb(trouble: Exclude<Trouble, { kind: 'break' }>, response: ServerResponse): void {
  if (trouble.kind === 'hang') return;
  if (trouble.kind === 'drop') return void response.destroy();
  if (trouble.kind === 'redirect')
    return void response.writeHead(307, { Location: trouble.to }).end();
  if (trouble.kind === 'body')
    return void response
      .writeHead(200, { 'Content-Type': trouble.type ?? 'application/json' })
      .end(trouble.text);
  if (trouble.retryAfter !== undefined) response.setHeader('Retry-After', trouble.retryAfter);
  refuse(response, trouble.status, 'not now');
}

function allow(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  response.setHeader('Access-Control-Expose-Headers', 'retry-after');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  send(response, status, { error: { message, type: 'error', code: status } });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
