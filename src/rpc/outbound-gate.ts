/**
 * The gate of a thread: requests leave it for the page's own origin and for the origins that a person
 * named, and for no other. What goes through is counted, and what is refused. It stands before the ways
 * out that JavaScript has by name; the page's policy keeps scripts of others from running at all.
 */
import { shutInnerThreads } from './inner-threads';
import { countRefused, countRequest, foreignOrigin } from './foreign-requests';

/** Null: all may leave, and are counted. */
let named: ReadonlySet<string> | null = null;
let standing = false;

/** Lets requests out to these origins, instead of those let out before. */
export function openGateTo(origins: Iterable<string>): void {
  named = new Set(origins);
}

/**
 * One request at the gate.
 * @throws TypeError, as `fetch` and its kin do, where it may not leave
 */
function pass(address: string | URL): void {
  const origin = foreignOrigin(address);
  if (origin === null || named === null || named.has(origin)) return countRequest(address, 'gate');
  countRefused(origin);
  throw new TypeError(`a request to ${origin}, which nobody named, was refused`);
}

function addressOf(request: RequestInfo | URL): string | URL {
  return request instanceof Request ? request.url : request;
}

/** In a worker, before anything else runs: from here on only what is named leaves. */
export function closeGate(): void {
  openGateTo([]);
  standAtGate();
  shutInnerThreads();
}

/** Sets up the gate, open to all: on the page, where addresses that a person types are looked at. */
export function standAtGate(): void {
  if (standing) return;
  standing = true;
  const plainFetch = self.fetch.bind(self);
  self.fetch = async (input, init) => {
    pass(addressOf(input));
    const response = await plainFetch(input, init);
    // Where a server sent the request on to, the browser's own measure does not say.
    if (response.redirected) countRequest(response.url, 'gate');
    return response;
  };
  const open = XMLHttpRequest.prototype.open as (...all: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...all: unknown[]) {
    pass(all[1] as string | URL);
    open.apply(this, all);
  };
  watchConstructors();
  watchCaches();
}

/** Connections that stay: none of ours makes them. */
function watchConstructors(): void {
  const scope = self as unknown as Record<string, unknown>;
  for (const name of ['WebSocket', 'EventSource', 'WebTransport']) {
    const plain = scope[name];
    if (typeof plain !== 'function') continue;
    scope[name] = new Proxy(plain, {
      construct(target, all, newTarget) {
        pass(all[0] as string | URL);
        return Reflect.construct(target, all, newTarget) as object;
      },
    });
  }
}

/** A cache fetches by itself what it is told to add. */
function watchCaches(): void {
  if (typeof Cache === 'undefined') return;
  const { add, addAll } = Cache.prototype;
  Cache.prototype.add = async function (request) {
    pass(addressOf(request));
    return add.call(this, request);
  };
  Cache.prototype.addAll = async function (requests) {
    for (const request of requests) pass(addressOf(request));
    return addAll.call(this, requests);
  };
}
