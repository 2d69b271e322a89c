import { describe, expect, it } from 'vitest';
import { connect, Moved, serve, type Method, type Port } from '../../src/rpc/rpc';

type Methods = {
  add: Method<{ a: number; b: number }, never, number>;
  slow: Method<{ steps: number }, number, string>;
  fails: Method<null, never, never>;
  buffer: Method<null, never, Float64Array>;
};

function pair() {
  const { port1, port2 } = new MessageChannel();
  serve<Methods>(port2 as unknown as Port, {
    add: ({ a, b }) => a + b,
    slow: async ({ steps }, { signal, progress }) => {
      for (let k = 0; k < steps; k++) {
        if (signal.aborted) return `stopped at ${k}`;
        progress(k);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return 'done';
    },
    fails: () => {
      throw new Error('on purpose');
    },
    buffer: () => {
      const value = Float64Array.of(1, 2);
      return new Moved(value, [value.buffer]) as unknown as Float64Array;
    },
  });
  port1.start();
  port2.start();
  return { connection: connect<Methods>(port1 as unknown as Port), port1, port2 };
}

describe('rpc', () => {
  it('returns values, keeps calls apart, moves buffers', async () => {
    const { connection, port1 } = pair();
    const [x, y] = await Promise.all([
      connection.call('add', { a: 1, b: 2 }),
      connection.call('add', { a: 10, b: 20 }),
    ]);
    expect([x, y]).toEqual([3, 30]);
    expect(await connection.call('buffer', null)).toEqual(Float64Array.of(1, 2));
    port1.close();
  });

  it('reports progress in order, and stops when its caller aborts', async () => {
    const { connection, port1 } = pair();
    const seen: number[] = [];
    const stop = new AbortController();
    const answer = await connection.call(
      'slow',
      { steps: 1000 },
      {
        signal: stop.signal,
        onProgress: (k) => {
          seen.push(k);
          if (k === 3) stop.abort();
        },
      },
    );
    expect(answer).toMatch(/^stopped at/);
    expect(seen.slice(0, 4)).toEqual([0, 1, 2, 3]);
    port1.close();
  });

  it('heeds a signal that was aborted before the call', async () => {
    const { connection, port1 } = pair();
    const answer = await connection.call('slow', { steps: 1000 }, { signal: AbortSignal.abort() });
    expect(answer).toMatch(/^stopped at [01]$/);
    port1.close();
  });

  it('rejects with what the handler threw, and where the other end has died', async () => {
    const { connection, port1 } = pair();
    await expect(connection.call('fails', null)).rejects.toThrow('on purpose');
    const hanging = connection.call('slow', { steps: 1000 });
    connection.fail('the worker died');
    await expect(hanging).rejects.toThrow('the worker died');
    await expect(connection.call('add', { a: 1, b: 1 })).rejects.toThrow('the worker died');
    port1.close();
  });
});
