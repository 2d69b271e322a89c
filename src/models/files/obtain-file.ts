/** Brings one file here: from the store, from disk, or over the network, checked before anyone uses it. */
import { fault } from '../fault';
import type { ModelOutcome } from '../language-model';
import { openFile, removeStoredFile, storedFile } from './disk';
import { fileName } from './file-hash';
import type { FileIndex, FileRecord } from './file-index';
import { Filling, type Obtaining, type WantedFile } from './fill-file';
import { MemoryFile, PassedBy } from './memory-file';
import { bytesInWords, freeBytes } from './storage';

export interface ObtainedFile {
  blob: Blob;
  sha256: string;
}

/**
 * A file in memory, where nothing can be stored.
 * @param limit bytes that may be in memory
 * @returns faults `cancelled`, `offline`, `load-failed`, `integrity`, `quota` (it is longer than `limit`)
 */
export async function obtainInMemory(
  wanted: WantedFile,
  remembered: string | undefined,
  limit: number,
  options: Obtaining,
): Promise<ModelOutcome<ObtainedFile>> {
  const file = new MemoryFile();
  const filling = new Filling(wanted, wanted.sha256 ?? remembered, options);
  const filled = await filling.fill(
    file,
    { total: null, validator: null },
    async () => undefined,
    async (bytes) =>
      bytes <= limit
        ? { ok: true, value: null }
        : fault('quota', `${bytesInWords(bytes)} cannot be stored, and are too much for memory`),
  );
  if (!filled.ok) return filled;
  return { ok: true, value: { blob: file.blob(), sha256: filled.value } };
}

/**
 * A file that a person gave from disk, used where it lies: read once for its hash, copied nowhere.
 * @returns faults `cancelled`, `load-failed` (it cannot be read any more), `integrity`
 */
export async function checkInPlace(
  wanted: WantedFile,
  options: Obtaining,
): Promise<ModelOutcome<ObtainedFile>> {
  const blob = wanted.given!;
  const file = new PassedBy();
  const filling = new Filling(wanted, wanted.sha256, options);
  const filled = await filling.fill(
    file,
    { total: null, validator: null },
    async () => undefined,
    async () => ({ ok: true, value: null }),
  );
  return filled.ok ? { ok: true, value: { blob, sha256: filled.value } } : filled;
}

/**
 * A file in the store: the stored one where it is whole and the one wanted; else what an earlier
 * download left is gone on with. The commit marker is written last, so that a page that ends in between
 * leaves a download to go on with, never a file that counts as whole.
 * @returns faults `cancelled`, `offline`, `load-failed`, `integrity` (nothing of it is kept), `quota`
 * @throws DOMException where the store itself fails
 */
export async function obtainInStore(
  wanted: WantedFile,
  index: FileIndex,
  options: Obtaining,
): Promise<ModelOutcome<ObtainedFile>> {
  const { url } = wanted;
  // What a card or a person says goes before what was seen; the latter still holds where they are silent.
  const sha256 = wanted.sha256 ?? (await index.rememberedHash(url));
  let record = await index.file(url);
  if (record?.state === 'whole') {
    const blob = await storedFile(record.name);
    if (blob?.size === record.bytes && (sha256 ?? record.sha256) === record.sha256) {
      options.onBytes(blob.size, blob.size);
      return { ok: true, value: { blob, sha256: record.sha256! } };
    }
    await removeStoredFile(record.name);
    record = undefined;
  }
  const left: FileRecord = record ?? {
    ...{ url, name: crypto.randomUUID(), state: 'partial', bytes: 0 },
    ...{ total: null, validator: null, sha256: null },
  };
  // The record goes first: a file without one would take up room that nobody knows of.
  await index.note(left);
  const filled = await fillStored(wanted, sha256, left, index, options);
  if (!filled.ok) return filled;
  const { bytes, sha256: found } = filled.value;
  await index.commit({ ...left, state: 'whole', bytes, sha256: found });
  const blob = await storedFile(left.name);
  if (!blob) return fault('load-failed', `${fileName(url)} is gone from the store`);
  return { ok: true, value: { blob, sha256: found } };
}

/** Opens the file on disk, fills it up, flushes and closes it; one without a byte is removed again. */
async function fillStored(
  wanted: WantedFile,
  sha256: string | undefined,
  left: FileRecord,
  index: FileIndex,
  options: Obtaining,
): Promise<ModelOutcome<{ bytes: number; sha256: string }>> {
  const file = await openFile(left.name);
  try {
    const filled = await new Filling(wanted, sha256, options).fill(
      file,
      left,
      ({ total, validator }) => index.note({ ...left, total, validator }),
      room,
    );
    if (!filled.ok) return filled;
    file.flush();
    return { ok: true, value: { bytes: file.size, sha256: filled.value } };
  } finally {
    const nothing = file.size === 0;
    file.close();
    if (nothing) {
      await removeStoredFile(left.name).catch(() => undefined);
      await index.dropFile(wanted.url).catch(() => undefined);
    }
  }
}

async function room(bytes: number): Promise<ModelOutcome<null>> {
  const free = await freeBytes();
  if (free === null || bytes <= free) return { ok: true, value: null };
  return fault(
    'quota',
    `${bytesInWords(bytes)} are needed, the browser grants ${bytesInWords(free)} more`,
  );
}
