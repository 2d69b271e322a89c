/** One end of a thread of Node, as the port that src/rpc/ speaks through. */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '../../src/rpc/rpc';

export function portOf(end: Worker | MessagePort): Port {
  return {
    postMessage: (message, transfer) => end.postMessage(message, transfer as never),
    addEventListener: (_type, listener) =>
      void end.on('message', (data) => listener({ data } as MessageEvent)),
  };
}
