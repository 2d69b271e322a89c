/** The one file of a GGUF model, checked and at hand, before wllama begins. */
import { fault } from '../fault';
import { DISK_ORIGIN } from '../files/request-part';
import { fileName } from '../files/file-hash';
import { Gathering, type GatherOptions } from '../files/gathering';
import type { ModelOutcome, ModelSource } from '../language-model';
import { readGgufBlob, type GgufHeader } from './gguf-header';

export interface GgufFile {
  blob: Blob;
  header: GgufHeader;
  /** SHA-256 by file name. */
  hashes: Record<string, string>;
}

/** The address of a file that a person chose from disk. */
function diskAddress(id: string, name: string): string {
  return `${DISK_ORIGIN}/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;
}

/**
 * Gathers a GGUF file. One from disk is used where it lies: it is read once for its hash, and kept in
 * this browser only where `options.mustStore` says so.
 * @returns faults of `obtainInStore`; `load-failed` where it is no GGUF file that wllama takes
 */
export async function gatherGguf(
  source: ModelSource,
  options: GatherOptions,
): Promise<ModelOutcome<GgufFile>> {
  const gguf = source.gguf!;
  const url = 'url' in gguf ? gguf.url : diskAddress(source.id, gguf.name);
  const begun = await Gathering.begin(
    'url' in gguf ? source : { ...source, files: { [url]: gguf.file } },
    'wllama',
    options,
  );
  if (!begun.ok) return begun;
  const gathering = begun.value;
  const file = await gathering.file({ url, kind: 'gguf' });
  if (!file.ok) return file;
  const read = await readGgufBlob(file.value);
  if (!read.ok) return fault('load-failed', `${fileName(url)}: ${read.reason}`);
  await gathering.finish();
  return { ok: true, value: { blob: file.value, header: read.header, hashes: gathering.hashes } };
}
