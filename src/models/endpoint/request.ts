/** One HTTP request to a server, and what came of it as a value. The key goes into one header only. */
import type { Server } from './address';

/** What came of a request. Texts of the server are cut short and never hold the key. */
export type Reply =
  | { kind: 'json'; value: unknown }
  /** An answer that is no success. `wait`: milliseconds that the server asks to wait, where it says. */
  | { kind: 'status'; status: number; said: string; wait: number | null }
  /** A success that is no JSON. */
  | { kind: 'garbled'; said: string }
  /** It wants to send the request to another address, which is not done. */
  | { kind: 'redirect' }
  /** Nothing came back: no connection, a broken one, or an answer that the browser keeps from us. */
  | { kind: 'silent'; said: string }
  | { kind: 'late' }
  | { kind: 'stopped' };

/** An answer of some tokens is short; what is longer than this is no answer. */
const MOST_BYTES = 4 * 2 ** 20;
/** Characters of the server's own words that a message repeats. */
const SAID = 200;

/**
 * Sends one request and reads the whole answer.
 * @param body null for GET, else what is sent by POST as JSON
 * @param limit milliseconds until the last byte of the answer
 */
export async function request(
  server: Server,
  path: string,
  body: unknown,
  limit: number,
  signal: AbortSignal,
): Promise<Reply> {
  if (signal.aborted) return { kind: 'stopped' };
  const ending = new AbortController();
  const stop = () => ending.abort();
  signal.addEventListener('abort', stop, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    ending.abort();
  }, limit);
  const say = (text: string) => quote(text, server.key);
  try {
    const response = await fetch(server.url + path, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        Accept: 'application/json',
        ...(server.key !== null && { Authorization: `Bearer ${server.key}` }),
        ...(body !== null && { 'Content-Type': 'application/json' }),
      },
      ...(body !== null && { body: JSON.stringify(body) }),
      // A redirect would take the prompt to an address that nobody typed.
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      signal: ending.signal,
    });
    const { status } = response;
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400))
      return { kind: 'redirect' };
    const text = await readText(response);
    if (text === null) return { kind: 'garbled', said: 'an answer without end' };
    if (!response.ok)
      return { kind: 'status', status, said: say(complaint(text)), wait: waitOf(response) };
    try {
      return { kind: 'json', value: JSON.parse(text) };
    } catch {
      return { kind: 'garbled', said: say(text) };
    }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    if (late) return { kind: 'late' };
    return { kind: 'silent', said: say(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // Whatever of the answer was not read is not waited for.
    ending.abort();
  }
}

/** The text of an answer; null where it is longer than any answer. */
async function readText(response: Response): Promise<string | null> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MOST_BYTES) return null;
    text += decoder.decode(value, { stream: true });
  }
}

/** The server's own words in an error: OpenAI's form, that of others, or the text as it is. */
function complaint(text: string): string {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const error = (value.error ?? value) as Record<string, unknown> | string;
    if (typeof error === 'string') return error;
    const said = error.message ?? error.detail;
    return typeof said === 'string' ? said : text;
  } catch {
    return text;
  }
}

/** Words to repeat in a message: short, in one line, without the key. */
export function quote(text: string, key: string | null): string {
  const hidden = key === null ? text : text.replaceAll(key, '[the key]');
  const line = hidden.replace(/\s+/g, ' ').trim();
  return line.length > SAID ? `${line.slice(0, SAID)} …` : line;
}

/** Retry-After in milliseconds: seconds or a date. A browser shows it only where the server lets it. */
function waitOf(response: Response): number | null {
  const text = response.headers.get('retry-after');
  if (text === null) return null;
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
