/** How much this browser lets the page store, whether it promises to keep it, and what that is in words. */

export interface StorageState {
  /** Bytes that this origin uses; null where the browser does not say. */
  used: number | null;
  /** Bytes that it may use in all. */
  quota: number | null;
  /** The browser promised not to evict by itself. */
  persisted: boolean;
}

/** What the browser says; never throws. On the page or in a worker. */
export async function readStorage(): Promise<StorageState> {
  const storage = (navigator as Partial<Navigator>).storage;
  const none: StorageEstimate = {};
  const estimate = (await storage?.estimate?.().catch(() => none)) ?? none;
  const persisted = (await storage?.persisted?.().catch(() => false)) ?? false;
  return { used: estimate.usage ?? null, quota: estimate.quota ?? null, persisted };
}

/**
 * Asks the browser not to evict what is stored here; on the page only. Some browsers ask the person.
 * @returns its answer; false where it cannot be asked
 */
export async function askToPersist(): Promise<boolean> {
  const storage = (navigator as Partial<Navigator>).storage;
  if (await storage?.persisted?.().catch(() => false)) return true;
  return (await storage?.persist?.().catch(() => false)) ?? false;
}

/** Bytes that may still be stored; null where the browser does not say. */
export async function freeBytes(): Promise<number | null> {
  const { used, quota } = await readStorage();
  return used === null || quota === null ? null : Math.max(0, quota - used);
}

/** Bytes in words, in powers of ten as shops and browsers count: 7.0 MB, 1.92 GB. */
export function bytesInWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 1000 ? `${(bytes / 1000).toFixed(0)} kB` : `${bytes} bytes`;
}
