/**
 * Requests to other origins: measured by the browser in every thread of ours, answered or not, and
 * added up by origin on the page. A thread tells the one that started it; the page has the sum.
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

/** Reports a request that is known otherwise than by the observer: a refused one, or a redirect's end. */
export function reportForeign(origin: string, refused: boolean): void {
  report({ origin, refused });
}

function observe(found: (report: Report) => void): void {
  const observer = new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) {
      const origin = foreignOrigin(name);
      if (origin !== null) found({ origin, refused: false });
    }
  });
  observer.observe({ type: 'resource', buffered: true });
}

/** In a worker, at its start: reports every request to another origin that this thread makes. */
export function reportForeignRequests(): void {
  observe(report);
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
    const take = (found: Report) => this.take(found);
    listeners.add(take);
    observe(take);
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
