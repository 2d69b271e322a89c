/** Addresses that a person types for a model of their own, put in order. */

/** A web address, or null where the text is none. */
export function webAddress(text: string): URL | null {
  try {
    const url = new URL(text.trim());
    return ['https:', 'http:'].includes(url.protocol) && !url.username ? url : null;
  } catch {
    return null;
  }
}

/**
 * The folder of a WebLLM model: with a slash at its end; a link to `mlc-chat-config.json` in it will do,
 * and a model page of Hugging Face stands for the files of its main branch.
 */
export function folderAddress(text: string): string | null {
  const url = webAddress(text);
  if (!url) return null;
  url.search = url.hash = '';
  url.pathname = url.pathname.replace(/mlc-chat-config\.json$/, '');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  if (url.hostname === 'huggingface.co') {
    url.pathname = url.pathname.replace(/\/(?:tree|blob)\//, '/resolve/');
    if (/^\/[^/]+\/[^/]+\/$/.test(url.pathname)) url.pathname += 'resolve/main/';
  }
  return url.href;
}

/** The address of one file; a page of Hugging Face about a file stands for the file. */
export function fileAddress(text: string): string | null {
  const url = webAddress(text);
  if (!url) return null;
  url.hash = '';
  if (url.hostname === 'huggingface.co')
    url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return url.href;
}

/** SHA-256 in hexadecimal by file name, as typed; the name of the first that is none where one is wrong. */
export function readHashes(
  typed: Readonly<Record<string, string>>,
): { ok: true; hashes: Record<string, string> } | { ok: false; name: string } {
  const hashes: Record<string, string> = {};
  for (const [name, text] of Object.entries(typed)) {
    const hash = text
      .trim()
      .toLowerCase()
      .replace(/^sha256[:-]/, '');
    if (hash === '') continue;
    if (!/^[0-9a-f]{64}$/.test(hash)) return { ok: false, name };
    hashes[name] = hash;
  }
  return { ok: true, hashes };
}
