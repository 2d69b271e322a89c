/** How many threads llama.cpp gets. */

/** More threads than this only wait for each other. */
const MOST_THREADS = 8;

/**
 * Half of the processor's threads, as two of them share a core; at least two where there are two. One
 * where the page is not cross-origin isolated, as threads need memory that they share.
 */
export function threadsFor(isolated: boolean, processors: number): number {
  if (!isolated || processors < 2) return 1;
  return Math.min(MOST_THREADS, Math.max(2, Math.floor(processors / 2)));
}
