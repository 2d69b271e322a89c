/** What WebLLM finds in place of the browser's caches while it loads: the files at hand, and nothing else. */

/**
 * Addresses that WebLLM is told: of nobody (RFC 2606), so that it can fetch nothing by itself, and
 * without `localhost`, for which it would pass its caches by.
 */
export const GIVEN = {
  model: 'https://given.invalid/resolve/main/',
  library: 'https://given.invalid/library.wasm',
} as const;

/**
 * Does `work`, in which WebLLM reads `files` through the Cache API. They may be on disk, in memory or as
 * a person gave them; WebLLM sees no difference, stores nothing and fetches nothing.
 * @param files by address under `GIVEN`
 */
export async function withGivenCaches<T>(
  files: ReadonlyMap<string, Blob>,
  work: () => Promise<T>,
): Promise<T> {
  const cache = {
    match: async (request: RequestInfo | URL) => {
      const file = files.get(addressOf(request));
      return file && new Response(file);
    },
    add: async (request: RequestInfo | URL) => {
      throw new TypeError(`${addressOf(request)} is not among the model's files`);
    },
    keys: async () => [...files.keys()].map((url) => new Request(url)),
    delete: async () => false,
  };
  const before = Object.getOwnPropertyDescriptor(self, 'caches');
  const given = { open: async () => cache };
  Object.defineProperty(self, 'caches', { value: given, configurable: true });
  try {
    return await work();
  } finally {
    if (before) Object.defineProperty(self, 'caches', before);
    else delete (self as { caches?: unknown }).caches;
  }
}

function addressOf(request: RequestInfo | URL): string {
  return request instanceof Request ? request.url : String(request);
}
