/** A thread with its gate closed that tries every way out it is told to. */
import { reportForeignRequests } from '../../../src/rpc/foreign-requests';
import { closeGate, openGateTo } from '../../../src/rpc/outbound-gate';
import { serve, type Method } from '../../../src/rpc/rpc';

export type GateMethods = {
  open: Method<{ origins: string[] }, never, void>;
  /** What came of it: the status, or the error's text. */
  go: Method<{ way: string; url: string }, never, string>;
};

/** A library's own thread, from a blob of its own, that fetches for the asker. */
const INNER = `self.onmessage = async ({ data: [way, url] }) => {
  try {
    if (way === 'inner fetch') postMessage(String((await fetch(url)).status));
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.send();
    postMessage(String(request.status));
  } catch (error) {
    postMessage(String(error));
  }
};`;

function inside(way: string, url: string): Promise<string> {
  const script = URL.createObjectURL(new Blob([INNER], { type: 'text/javascript' }));
  const thread = new Worker(script, { type: 'module' });
  return new Promise((resolve) => {
    thread.onmessage = ({ data }) => {
      thread.terminate();
      URL.revokeObjectURL(script);
      resolve(String(data));
    };
    thread.postMessage([way, url]);
  });
}

async function go(way: string, url: string): Promise<string> {
  if (way.startsWith('inner')) return inside(way, url);
  // an answer that nobody reads to its end is one that the browser does not report
  if (way === 'unread') return String((await fetch(url)).status);
  if (way === 'fetch') {
    const answer = await fetch(url);
    await answer.text();
    return String(answer.status);
  }
  if (way === 'Request') return String((await fetch(new Request(url))).status);
  if (way === 'XMLHttpRequest') {
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.send();
    return String(request.status);
  }
  if (way === 'WebSocket') return new WebSocket(url.replace('http', 'ws')).url;
  if (way === 'EventSource') return new EventSource(url).url;
  const cache = await caches.open('gate-test');
  try {
    await (way === 'Cache.add' ? cache.add(url) : cache.addAll([url]));
    return '200';
  } finally {
    await caches.delete('gate-test');
  }
}

closeGate();
reportForeignRequests();
serve<GateMethods>(self as unknown as Parameters<typeof serve>[0], {
  open: ({ origins }) => openGateTo(origins),
  go: ({ way, url }) => go(way, url).catch((error: Error) => `${error.name}: ${error.message}`),
});
