/** SHA-256 and MD5 of a file as its bytes go by, so that no file has to be in memory whole to be checked. */
import { createMD5, createSHA256 } from 'hash-wasm';

export interface FileHashes {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Null where it was not asked for. */
  md5: string | null;
}

export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  digest(): FileHashes;
}

/** Begins a hash. @param withMd5 MD5 too, for weights whose list names nothing better */
export async function startHash(withMd5: boolean): Promise<RunningHash> {
  const sha256 = await createSHA256();
  const md5 = withMd5 ? await createMD5() : null;
  sha256.init();
  md5?.init();
  return {
    update(bytes) {
      sha256.update(bytes);
      md5?.update(bytes);
    },
    digest: () => ({ sha256: sha256.digest('hex'), md5: md5?.digest('hex') ?? null }),
  };
}

/** The known hash of an address: the entry whose path is the longest end of it. */
export function expectedHash(url: string, hashes: Record<string, string>): string | undefined {
  const path = decodeURIComponent(new URL(url).pathname);
  let best: string | undefined;
  for (const name of Object.keys(hashes))
    if (path.endsWith(`/${name}`) && name.length > (best?.length ?? 0)) best = name;
  return best === undefined ? undefined : hashes[best]!.toLowerCase();
}

/** Last part of an address, as a person knows the file. */
export function fileName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').pop() ?? url);
}
