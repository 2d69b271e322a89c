/** The gate of a thread and the count of requests, in a real browser against a server of another origin. */
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ForeignRequests, followThread } from '../../src/rpc/foreign-requests';
import { connect, type Connection } from '../../src/rpc/rpc';
import type { Answered } from '../helpers/mischief';
import type { GateMethods } from './helpers/gate-thread';

const WAYS = [
  'fetch',
  'Request',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'Cache.add',
  'Cache.addAll',
];

const server = inject('fileServer');
const origin = new URL(server).origin;
const file = `${server}gate/card.json`;
const counted = new ForeignRequests();

let worker: Worker;
let thread: Connection<GateMethods>;

beforeAll(() => {
  counted.listen();
  worker = new Worker(new URL('./helpers/gate-thread.ts', import.meta.url), { type: 'module' });
  followThread(worker);
  thread = connect<GateMethods>(worker);
});
afterAll(() => worker.terminate());

/** Requests for the file that reached the server; asking for that is itself a request of the page. */
async function arrived(): Promise<number> {
  const answered = (await (await fetch(`${server}control/gate`)).json()) as Answered[];
  return answered.length;
}

/** What was counted during some work, once the browser has reported all of it. */
async function countOf(work: () => Promise<void>) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = counted.visit;
  await work();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return counted.since(before);
}

describe('the gate of a thread', () => {
  it('refuses every way to an origin that nobody named', async () => {
    await thread.call('open', { origins: [] });
    const before = await arrived();
    const tally = await countOf(async () => {
      for (const way of WAYS) {
        const said = await thread.call('go', { way, url: file });
        expect(said, way).toMatch(new RegExp(`^TypeError: a request to ${origin}.* was refused`));
      }
    });
    expect(tally).toMatchObject({ total: 0, refused: WAYS.length });
    expect(await arrived()).toBe(before);
  });

  it.each(['inner fetch', 'inner XMLHttpRequest'])(
    'is put before the threads of a library too: %s',
    async (way) => {
      await thread.call('open', { origins: [origin] });
      const before = await arrived();
      expect(await thread.call('go', { way, url: file })).toContain('was refused');
      expect(await arrived()).toBe(before);
      const own = new URL('/package.json', self.location.href).href;
      expect(await thread.call('go', { way, url: own })).toBe('200');
    },
  );

  it('lets all through to the own origin, uncounted', async () => {
    const tally = await countOf(async () => {
      const own = new URL('/package.json', self.location.href).href;
      for (const way of ['fetch', 'XMLHttpRequest', 'Cache.add'])
        expect(await thread.call('go', { way, url: own })).toBe('200');
    });
    expect(tally).toMatchObject({ total: 0, refused: 0 });
  });

  it.each(['fetch', 'unread', 'Request', 'XMLHttpRequest', 'Cache.add'])(
    'lets %s through to a named origin, and it is counted once',
    async (way) => {
      await thread.call('open', { origins: [origin] });
      const before = await arrived();
      const tally = await countOf(async () => {
        expect(await thread.call('go', { way, url: file })).toBe('200');
      });
      expect(tally.byOrigin).toEqual(new Map([[origin, 1]]));
      expect(tally.refused).toBe(0);
      expect(await arrived()).toBe(before + 1);
    },
  );

  it('counts requests that nobody answers, and those whose answer may not be read', async () => {
    const silent = 'http://127.0.0.1:9';
    await thread.call('open', { origins: [origin, silent] });
    const tally = await countOf(async () => {
      expect(await thread.call('go', { way: 'fetch', url: `${silent}/v1` })).toContain('TypeError');
    });
    expect(tally.byOrigin).toEqual(new Map([[silent, 1]]));

    const put = (mischief: object) =>
      fetch(`${server}control/closed`, { method: 'PUT', body: JSON.stringify(mischief) });
    await put({ noCors: true });
    const kept = await countOf(async () => {
      const said = await thread.call('go', { way: 'fetch', url: `${server}closed/card.json` });
      expect(said).toContain('TypeError');
    });
    expect(kept.byOrigin).toEqual(new Map([[origin, 1]]));
  });

  it('forgets what was named before', async () => {
    await thread.call('open', { origins: [origin] });
    await thread.call('open', { origins: ['http://127.0.0.1:9'] });
    expect(await thread.call('go', { way: 'fetch', url: file })).toContain('was refused');
  });
});

describe('the count', () => {
  it("is the page's too, from before it listened", async () => {
    const late = new ForeignRequests();
    await arrived();
    late.listen();
    await vi.waitFor(() => expect(late.visit.byOrigin.get(origin)).toBeGreaterThan(0));
  });
});
