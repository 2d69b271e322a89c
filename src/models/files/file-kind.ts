/** What the first bytes of a file must be, so that a page of text in place of weights is refused at once. */

export type FileKind = 'json' | 'library' | 'gguf' | 'weights';

const MAGIC = { library: [0x00, 0x61, 0x73, 0x6d], gguf: [0x47, 0x47, 0x55, 0x46] } as const;

/** Bytes that `looksLike` wants to see. */
export const HEAD_BYTES = 4;

/** A file's first bytes are such as its kind has. Weights have none of their own. */
export function looksLike(kind: FileKind, head: Uint8Array): boolean {
  if (kind === 'weights') return true;
  // a byte order mark, white space or a bracket
  if (kind === 'json')
    return head.length > 0 && [0xef, 0x20, 0x09, 0x0a, 0x0d, 0x7b].includes(head[0]!);
  return MAGIC[kind].every((byte, k) => head[k] === byte);
}

/** The kind in words, for the sentence that refuses another one. */
export const KIND_WORDS: Record<FileKind, string> = {
  json: 'JSON',
  library: 'a WebAssembly library',
  gguf: 'a GGUF file',
  weights: 'weights',
};
