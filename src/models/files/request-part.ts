/** Asks a server for a file from a byte on, and makes sure that what comes is the rest of the same file. */
import { fault } from '../fault';
import type { ModelOutcome } from '../language-model';
import { fileName } from './file-hash';

/** What an earlier request left, and how a server named that version of the file. */
export interface Resumption {
  start: number;
  total: number | null;
  validator: string | null;
  /** The file's hash is known and decides in the end, so a server that names no version will do. */
  hashKnown: boolean;
}

export interface Part {
  /** The byte that the stream begins at: as asked, or 0 where the file has to start anew. */
  start: number;
  /** Length of the whole file; null where the server does not say. */
  total: number | null;
  validator: string | null;
  stream: ReadableStream<Uint8Array>;
}

/** Addresses of files that only ever were on a person's disk. `.invalid` belongs to nobody (RFC 2606). */
export const DISK_ORIGIN = 'https://disk.invalid';

/** What did not come, and whether the connection or the server is to blame. */
export function networkFault(url: string, error: unknown): ReturnType<typeof fault> {
  const { host } = new URL(url);
  const reason = error instanceof Error ? error.message : String(error);
  if (!navigator.onLine) return fault('offline', `${fileName(url)} is not in this browser`);
  return fault(
    'load-failed',
    `${fileName(url)}: ${host} could not be reached, broke off, or does not let this page read from it (CORS): ${reason}`,
  );
}

/** The version as other origins may read it; weak tags name no bytes. */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  if (tag && !tag.startsWith('W/')) return tag;
  return headers.get('last-modified');
}

/** Length of the whole file by the headers; null where it is compressed on the way or unsaid. */
function totalOf(response: Response, start: number): number | null {
  if (response.headers.has('content-encoding')) return null;
  const length = response.headers.get('content-length');
  return length === null || !/^\d+$/.test(length) ? null : start + Number(length);
}

/** True where a partial answer continues what is there. */
function continues(response: Response, part: Resumption, total: number | null): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (range && Number(range[1]) !== part.start) return false;
  if (part.total !== null && total !== null && part.total !== total) return false;
  const validator = validatorOf(response.headers);
  if (part.validator !== null && validator !== null) return part.validator === validator;
  return part.hashKnown;
}

/**
 * Requests the rest of a file. `If-Range` would need a preflight at another origin, which few servers
 * answer; so the version is compared on our side, and a file that changed is asked for anew.
 * @returns faults `cancelled`, `offline`, `load-failed` (not reached, bad status)
 */
export async function requestPart(
  url: string,
  part: Resumption,
  signal: AbortSignal,
): Promise<ModelOutcome<Part>> {
  if (url.startsWith(DISK_ORIGIN))
    return fault('load-failed', `${fileName(url)} came from disk and is no longer in this browser`);
  let response: Response;
  try {
    response = await fetch(url, {
      signal,
      // the store is the cache: gigabytes need not be kept twice
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: part.start > 0 ? { range: `bytes=${part.start}-` } : {},
    });
  } catch (error) {
    if (signal.aborted) return fault('cancelled', 'the load was cancelled');
    return networkFault(url, error);
  }
  const resumed = response.status === 206 && part.start > 0;
  const total = totalOf(response, resumed ? part.start : 0);
  if (response.status === 416 || (resumed && !continues(response, part, total))) {
    await response.body?.cancel().catch(() => undefined);
    return requestPart(url, { ...part, start: 0 }, signal);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel().catch(() => undefined);
    return fault('load-failed', `${fileName(url)}: the server answered ${response.status}`);
  }
  const validator = validatorOf(response.headers);
  return {
    ok: true,
    value: { start: resumed ? part.start : 0, total, validator, stream: response.body },
  };
}
