/**
 * Requests to other origins, in every thread of ours, answered or not, added up by origin on the page.
 * Two measures a thread: what the browser reports, and what goes through the gate; the browser leaves
 * out an answer that nobody reads to its end, the gate what does not go through it. Of each address the
 * larger of the two counts. A thread tells the one that started it; the page has the sum.
 */

/** One request, as a thread reports it: the origin alone, as an address may hold more. */
interface Report {
  origin: string;
  /** The gate of the thread refused it: nothing left. */
  refused: boolean;
}

const KEY = 'equipoise-foreign-request';

/** The page's own listeners. */
const listeners = new Set<(report: Report) => void>();

/** The origin of an address where it is another than the page's, else null. */
export function foreignOrigin(address: string | URL): string | null {
  const { protocol, host } = new URL(address, self.location.href);
  const scheme = protocol.replace(/^ws/, 'http');
  if (!scheme.startsWith('http')) return null;
  const origin = `${scheme}//${host}`;
  return origin === self.location.origin ? null : origin;
}

/** Takes in a report: to the page's listeners, or up to the thread that started this one. */
function report(found: Report): void {
  if (typeof document === 'undefined') self.postMessage({ [KEY]: found });
  else for (const listener of listeners) listener(found);
}

/** By address: requests that went through the gate, and those that the browser reported. */
const known = new Map<string, { gate: number; browser: number }>();

/** Takes in one request of this thread, as one of the measures has it. */
export function countRequest(address: string | URL, by: 'gate' | 'browser'): void {
  const origin = foreignOrigin(address);
  if (origin === null) return;
  const { href } = new URL(address, self.location.href);
  const seen = known.get(href) ?? { gate: 0, browser: 0 };
  known.set(href, seen);
  const before = Math.max(seen.gate, seen.browser);
  seen[by]++;
  if (Math.max(seen.gate, seen.browser) > before) report({ origin, refused: false });
}

/** Takes in a request that the gate of this thread refused. */
export function countRefused(origin: string): void {
  report({ origin, refused: true });
}

/** In a thread, at its start: every request to another origin that the browser reports is counted. */
export function reportForeignRequests(): void {
  const observer = new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) countRequest(name, 'browser');
  });
  observer.observe({ type: 'resource', buffered: true });
}

/** Where a worker is started: takes in what it reports. Call it before the worker is used. */
export function followThread(worker: {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}): void {
  worker.addEventListener('message', ({ data }: MessageEvent<Record<string, Report> | null>) => {
    const found = data?.[KEY];
    if (found) report(found);
  });
}

/** How many requests went to other origins, and to which. */
export interface ForeignTally {
  total: number;
  byOrigin: ReadonlyMap<string, number>;
  /** Requests to origins that nobody named: refused by the gate, so not part of the total. */
  refused: number;
}

/** The page's count of the visit, and of any stretch of it. */
export class ForeignRequests {
  private readonly sent = new Map<string, number>();
  private refused = 0;

  /** @param onChange called after every report */
  constructor(private readonly onChange: () => void = () => undefined) {}

  /** Begins to count, once, at the page's start; requests made before are counted too. */
  listen(): void {
    listeners.add((found) => this.take(found));
    reportForeignRequests();
  }

  /** Everything since the page was opened. */
  get visit(): ForeignTally {
    return { total: sum(this.sent), byOrigin: new Map(this.sent), refused: this.refused };
  }

  /** What came after an earlier `visit`: of an experiment, the one at its start. */
  since(before: ForeignTally): ForeignTally {
    const byOrigin = new Map<string, number>();
    for (const [origin, n] of this.sent) {
      const more = n - (before.byOrigin.get(origin) ?? 0);
      if (more > 0) byOrigin.set(origin, more);
    }
    return { total: sum(byOrigin), byOrigin, refused: this.refused - before.refused };
  }

  private take({ origin, refused }: Report): void {
    if (refused) this.refused++;
    else this.sent.set(origin, (this.sent.get(origin) ?? 0) + 1);
    this.onChange();
  }
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const n of counts.values()) total += n;
  return total;
}
