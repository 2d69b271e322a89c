/** A file over HTTP with progress, cancellation, and its SHA-256 checked before anyone uses it. */
import { fault } from './fault';
import type { ModelOutcome } from './language-model';

export interface VerifiedFile {
  /** Last part of the address. */
  name: string;
  bytes: ArrayBuffer;
  /** SHA-256, lower-case hexadecimal. */
  hash: string;
}

/** SHA-256 of a buffer in lower-case hexadecimal. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The known hash of an address: the entry whose path is the longest end of it. */
export function expectedHash(url: string, hashes: Record<string, string>): string | undefined {
  const path = decodeURIComponent(new URL(url).pathname);
  let best: string | undefined;
  for (const name of Object.keys(hashes))
    if (path.endsWith(`/${name}`) && name.length > (best?.length ?? 0)) best = name;
  return best === undefined ? undefined : hashes[best];
}

/**
 * Fetches a whole file.
 * @param hashes SHA-256 by file name (or end of path); a file without an entry is not checked
 * @param onShare share in [0, 1], or null where the length is unknown
 * @returns the file; faults `cancelled`, `load-failed` (not reached, bad status, cut short),
 *   `integrity` (the hash differs)
 */
export async function fetchVerified(
  url: string,
  hashes: Record<string, string>,
  signal: AbortSignal,
  onShare: (share: number | null) => void,
): Promise<ModelOutcome<VerifiedFile>> {
  const name = decodeURIComponent(new URL(url).pathname.split('/').pop() ?? url);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || !response.body)
      return fault('load-failed', `${name}: the server answered ${response.status}`);
    const encoded = response.headers.has('content-encoding');
    const length = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let received = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      received += value.byteLength;
      onShare(length > 0 ? Math.min(1, received / length) : null);
    }
    if (length > 0 && received !== length)
      return fault('load-failed', `${name}: ${received} of ${length} bytes arrived`);
    const bytes = await new Blob(parts).arrayBuffer();
    const hash = await sha256(bytes);
    const expected = expectedHash(url, hashes);
    if (expected !== undefined && expected !== hash)
      return fault('integrity', `${name}: SHA-256 is ${hash}, ${expected} was expected`);
    return { ok: true, value: { name, bytes, hash } };
  } catch (error) {
    if (signal.aborted) return fault('cancelled', 'the load was cancelled');
    return fault('load-failed', `${name}: ${error instanceof Error ? error.message : error}`);
  }
}
