/** The address and the key of a server as a person typed them: checked before anything is sent. */
import { fault } from '../fault';
import type { ModelOutcome } from '../language-model';

/** A server to ask. */
export interface Server {
  /** Up to and with `/v1`, without a slash at its end. */
  url: string;
  key: string | null;
}

/** Paths of the protocol that people paste along with the address. */
const PATHS = /\/(?:chat\/completions|completions|models)$/;
const VERSION = /\/v\d\w*(?:\/|$)/;

/** Names of this machine, which a page under https may ask over http. */
function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Reads an address.
 * @param page protocol of the page that will ask
 * @returns it without what does not belong, or `bad-address` with what is wrong; a wrong address is
 *   not repeated, as it may hold a password
 */
export function readAddress(
  text: string,
  page: { protocol: string } = self.location,
): ModelOutcome<string> {
  const bad = (detail: string) => fault('bad-address', detail);
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return bad('it is no address; one looks like http://localhost:8080/v1');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return bad('it begins neither with http:// nor with https://');
  if (url.username !== '' || url.password !== '')
    return bad('it holds a name or a password; a key belongs in the field for it');
  if (url.search !== '' || url.hash !== '') return bad('it goes on after its path, with ? or #');
  if (page.protocol === 'https:' && url.protocol === 'http:' && !isLoopback(url))
    return bad(
      `this page came by https, and the browser then lets it ask ${url.host} by https only; open the page by http from a server of your own, or give that server a certificate`,
    );
  const path = url.pathname.replace(/\/+$/, '').replace(PATHS, '').replace(/\/+$/, '');
  if (!VERSION.test(path))
    return bad(`its path has no version such as /v1; try ${url.origin}${path}/v1`);
  return { ok: true, value: url.origin + path };
}

/** Reads a key: what a header can carry, or null for none. `bad-address` never repeats it. */
export function readKey(text: string | null): ModelOutcome<string | null> {
  const key = text?.trim() ?? '';
  if (key === '') return { ok: true, value: null };
  if (/^[\x21-\x7e]+$/.test(key)) return { ok: true, value: key };
  return fault('bad-address', 'the key holds blanks or characters that no key has');
}
