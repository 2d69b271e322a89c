/**
 * The gate of a thread: requests leave it for the page's own origin and for the origins that a person
 * named, and for no other. Once closed it stays; what is refused is reported. It stands before the ways
 * out that JavaScript has by name; the page's policy keeps scripts of others from running at all.
 */
import { foreignOrigin, reportForeign } from './foreign-requests';

let named: ReadonlySet<string> = new Set();
let closed = false;

/** Lets requests out to these origins, instead of those let out before. */
export function openGateTo(origins: Iterable<string>): void {
  named = new Set(origins);
}

/** A refusal as `fetch` and its kin report what never arrived, or null where the request may go. */
function refusal(address: string | URL): TypeError | null {
  const origin = foreignOrigin(address);
  if (origin === null || named.has(origin)) return null;
  reportForeign(origin, true);
  return new TypeError(`a request to ${origin}, which nobody named, was refused`);
}

/** Closes this thread's ways out: call it once, before anything else runs. */
export function closeGate(): void {
  if (closed) return;
  closed = true;
  const plainFetch = self.fetch.bind(self);
  self.fetch = async (input, init) => {
    const refused = refusal(input instanceof Request ? input.url : input);
    if (refused) throw refused;
    const response = await plainFetch(input, init);
    // Where a server sent the request on to, the browser's own measure does not say.
    const end = response.redirected ? foreignOrigin(response.url) : null;
    if (end !== null) reportForeign(end, false);
    return response;
  };
  const open = XMLHttpRequest.prototype.open as (...all: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...all: unknown[]) {
    const refused = refusal(all[1] as string | URL);
    if (refused) throw refused;
    open.apply(this, all);
  };
  closeConstructors();
  closeCaches();
}

/** Connections that stay: none of ours makes them, and none to elsewhere is let out. */
function closeConstructors(): void {
  const scope = self as unknown as Record<string, unknown>;
  for (const name of ['WebSocket', 'EventSource', 'WebTransport']) {
    const plain = scope[name];
    if (typeof plain !== 'function') continue;
    scope[name] = new Proxy(plain, {
      construct(target, all, newTarget) {
        const refused = refusal(all[0] as string | URL);
        if (refused) throw refused;
        return Reflect.construct(target, all, newTarget) as object;
      },
    });
  }
}

/** A cache fetches by itself what it is told to add. */
function closeCaches(): void {
  if (typeof Cache === 'undefined') return;
  const address = (request: RequestInfo | URL) =>
    request instanceof Request ? request.url : request;
  const { add, addAll } = Cache.prototype;
  Cache.prototype.add = async function (request) {
    const refused = refusal(address(request));
    if (refused) throw refused;
    return add.call(this, request);
  };
  Cache.prototype.addAll = async function (requests) {
    for (const request of requests) {
      const refused = refusal(address(request));
      if (refused) throw refused;
    }
    return addAll.call(this, requests);
  };
}
