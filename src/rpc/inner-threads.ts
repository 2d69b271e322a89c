/**
 * Threads that a library starts from code of its own (wllama does), inside a thread with a gate: their
 * code gets a gate put before it, shut but for the page's own origin. Nothing of theirs needs another.
 */

const SCRIPT = /^(?:text|application)\/javascript$/;

/** From here on, every script that this thread makes an address for begins with a shut gate. */
export function shutInnerThreads(): void {
  const make = URL.createObjectURL.bind(URL);
  const before = `(${shut.toString()})(${JSON.stringify(self.location.origin)});\n`;
  URL.createObjectURL = (object) =>
    object instanceof Blob && SCRIPT.test(object.type)
      ? make(new Blob([before, object], { type: object.type }))
      : make(object);
}

/** What runs in the inner thread: it stands alone, as its text is what travels. */
function shut(own: string): void {
  const pass = (address: RequestInfo | URL) => {
    const url = new URL(address instanceof Request ? address.url : address, own);
    if (/^(?:http|ws)/.test(url.protocol) && url.host !== new URL(own).host)
      throw new TypeError(`a request to ${url.origin}, which nobody named, was refused`);
  };
  const { fetch } = self;
  self.fetch = async (input, init) => {
    pass(input);
    return fetch.call(self, input, init);
  };
  const open = XMLHttpRequest.prototype.open as (...all: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...all: unknown[]) {
    pass(all[1] as string | URL);
    open.apply(this, all);
  };
  for (const name of ['WebSocket', 'EventSource', 'WebTransport', 'caches'])
    Object.defineProperty(self, name, { value: undefined });
}
