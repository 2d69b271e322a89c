/** How many threads llama.cpp gets. */

/** More threads than this only wait for each other. */
const MOST_THREADS = 8;

/**
 * Half of the processor's threads, as two of them share a core, and llama.cpp's wait for each other by
 * spinning: one too many slows all. One where the page is not cross-origin isolated, as threads need
 * memory that they share.
 */
export function threadsFor(isolated: boolean, processors: number): number {
  return isolated ? Math.max(1, Math.min(MOST_THREADS, Math.floor(processors / 2))) : 1;
}
