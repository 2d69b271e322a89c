/** One page at a time fetches a file: a second one waits, and finds it whole. */

/**
 * Does `work` while no other page does it for the same file.
 * @throws DOMException `AbortError` where `signal` ends the wait
 */
export async function alone<T>(
  url: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks;
  if (!locks) return work();
  return (await locks.request(lockName(url), { signal }, work)) as T;
}

/** True where a page is fetching one of these files now. */
export async function anyUnderWay(urls: readonly string[]): Promise<boolean> {
  const locks = (navigator as Partial<Navigator>).locks;
  const held = (await locks?.query())?.held ?? [];
  const names = new Set(urls.map(lockName));
  return held.some(({ name }) => name !== undefined && names.has(name));
}

function lockName(url: string): string {
  return `equipoise-file ${url}`;
}
