/** Bootstrap replicas on several threads: whichever is free takes the next ones. */
import type { BootstrapProblem } from '../../analysis/balance/bootstrap-null';
import { followThread } from '../../rpc/foreign-requests';
import { connect, type Port } from '../../rpc/rpc';
import type { BootstrapMethods } from './bootstrap-methods';

/** A thread that serves `BootstrapMethods`. */
export interface Hired {
  port: Port;
  /** Calls back where the thread itself fails. */
  onFailure(listener: (reason: string) => void): void;
  end(): void;
}

export type Hire = () => Hired;

/** Called for every piece that is done, in any order. */
export type OnReplicas = (first: number, X2: Float64Array) => void;

/** About how long a thread works between two answers. */
const PIECE_MS = 50;
/** No more threads than this help. */
const MOST_THREADS = 8;

/** A thread of the browser. Null where threads cannot start threads, or would not help. */
export function browserThreads(): { hire: Hire; threads: number } | null {
  const threads = Math.min(navigator.hardwareConcurrency, MOST_THREADS);
  if (typeof Worker === 'undefined' || !(threads > 1)) return null;
  const hire = () => {
    const worker = new Worker(new URL('./bootstrap.worker.ts', import.meta.url), {
      type: 'module',
      name: 'equipoise-bootstrap',
    });
    followThread(worker);
    const onFailure = (listener: (reason: string) => void) =>
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        listener(event.message || 'a bootstrap worker failed');
      });
    return { port: worker, onFailure, end: () => worker.terminate() };
  };
  return { hire, threads };
}

/**
 * Runs the replicas from `first` on, on `threads` threads that are started for it and ended after it.
 * Rejects where a thread fails, and when `signal` stops it.
 */
export async function runOnThreads(
  { blocks, seed, replicas }: BootstrapProblem,
  first: number,
  { hire, threads }: { hire: Hire; threads: number },
  onReplicas: OnReplicas,
  signal?: AbortSignal,
): Promise<void> {
  const hired: Hired[] = [];
  let next = first;
  const work = async () => {
    const thread = hire();
    hired.push(thread);
    const connection = connect<BootstrapMethods>(thread.port);
    thread.onFailure((reason) => connection.fail(reason));
    signal?.addEventListener('abort', () => connection.fail('stopped'), { once: true });
    await connection.call('open', { blocks, seed });
    let size = 4;
    while (next < replicas && !signal?.aborted) {
      // Smaller towards the end, so that all threads end together.
      const count = Math.min(size, Math.ceil((replicas - next) / (2 * threads)));
      const from = next;
      next += count;
      const start = performance.now();
      onReplicas(from, await connection.call('run', { first: from, count }));
      const took = Math.max(0.1, performance.now() - start);
      size = Math.max(1, Math.floor(count * Math.min(4, PIECE_MS / took)));
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, work));
  } finally {
    for (const thread of hired) thread.end();
  }
  if (signal?.aborted) throw new Error('stopped');
}
