/** SHA-256 of files as a person pastes them: a line a file, in the way of `sha256sum` or name first. */

const HASH = /^[0-9a-f]{64}$/i;

/** By file name; a line that is no such pair goes in under its text, so that its reader names it. */
export function typedHashes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const [first = '', ...rest] = line.split(/\s+/);
    const other = rest.join(' ').replace(/^\*/, '');
    if (HASH.test(first) && other !== '') found[lastPart(other)] = first;
    else found[lastPart(first)] = other === '' ? '?' : other;
  }
  return found;
}

function lastPart(path: string): string {
  return path.split('/').pop()!;
}
