/** What the gate makes of a redirect; all else of it is tested in a browser: test/gpu/outbound-gate.test.ts. */
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

it('counts the address that a server sent a request on to, and refuses what nobody named', async () => {
  const sent: unknown[] = [];
  const asked: string[] = [];
  const scope = {
    location: { href: 'https://page.test/x.js', origin: 'https://page.test' },
    postMessage: (message: unknown) => sent.push(message),
    fetch: async (address: string) => {
      asked.push(address);
      return { redirected: true, url: 'https://cdn.test/weights.bin?signature=hunter22' };
    },
  };
  vi.stubGlobal('self', scope);
  vi.stubGlobal('XMLHttpRequest', { prototype: { open: () => undefined } });
  const { closeGate, openGateTo } = await import('../../src/rpc/outbound-gate');
  closeGate();

  await expect(scope.fetch('https://hub.test/weights.bin')).rejects.toThrow('nobody named');
  expect(asked).toEqual([]);
  openGateTo(['https://hub.test']);
  await scope.fetch('https://hub.test/weights.bin');
  expect(asked).toEqual(['https://hub.test/weights.bin']);
  // origins alone: an address may hold more than anyone should see
  expect(sent).toEqual([
    { 'equipoise-foreign-request': { origin: 'https://hub.test', refused: true } },
    { 'equipoise-foreign-request': { origin: 'https://hub.test', refused: false } },
    { 'equipoise-foreign-request': { origin: 'https://cdn.test', refused: false } },
  ]);
});
