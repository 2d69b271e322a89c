/** Requests to other origins, measured by the browser in every thread and counted on the page. */

const CHANNEL = 'equipoise-foreign-requests';

function isForeign(address: string): boolean {
  const { protocol, origin } = new URL(address, self.location.href);
  return protocol.startsWith('http') && origin !== self.location.origin;
}

function observe(found: (address: string) => void): void {
  const observer = new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) if (isForeign(name)) found(name);
  });
  observer.observe({ type: 'resource', buffered: true });
}

/** In a worker: tells the page of every request to another origin that this thread makes. */
export function reportForeignRequests(): void {
  const channel = new BroadcastChannel(CHANNEL);
  observe((address) => channel.postMessage(address));
}

/** On the page: calls back for every request to another origin, of any of its threads. */
export function onForeignRequest(found: (address: string) => void): void {
  observe(found);
  new BroadcastChannel(CHANNEL).addEventListener('message', (event) => found(String(event.data)));
}
