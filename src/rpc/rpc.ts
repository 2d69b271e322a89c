/**
 * Typed calls between a page and its workers, with progress and cancellation.
 *
 * One file for both ends. A call is one message with an id; the other end answers with any number of
 * progress messages and one result. Aborting the caller's signal aborts the handler's signal.
 */

/** What a handler is given beside its arguments. */
export interface CallContext<Progress> {
  signal: AbortSignal;
  progress: (value: Progress) => void;
}

/** One method: what it takes, what it reports on the way, what it returns. */
export interface Method<Args = unknown, Progress = unknown, Value = unknown> {
  args: Args;
  progress: Progress;
  value: Value;
}

export type Methods = Record<string, Method>;

export type Handlers<M> = {
  [K in keyof M]: M[K] extends Method<infer A, infer P, infer V>
    ? (args: A, context: CallContext<P>) => Promise<V> | V
    : never;
};

/** What both `Worker` and a worker's global scope have. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

type Message =
  | { kind: 'call'; id: number; method: string; args: unknown }
  | { kind: 'abort'; id: number }
  | { kind: 'progress'; id: number; value: unknown }
  | { kind: 'value'; id: number; value: unknown }
  | { kind: 'error'; id: number; message: string };

/** A value that moves its buffers to the other side instead of copying them. */
export class Moved<T> {
  constructor(
    readonly value: T,
    readonly transfer: Transferable[],
  ) {}
}

/** Serves `handlers` on a port: called once in a worker. */
export function serve<M>(port: Port, handlers: Handlers<M>): void {
  const running = new Map<number, AbortController>();
  port.addEventListener('message', (event) => {
    const message = event.data as Message;
    if (message.kind === 'abort') running.get(message.id)?.abort();
    if (message.kind !== 'call') return;
    const { id, method, args } = message;
    const controller = new AbortController();
    running.set(id, controller);
    const handler = (handlers as Record<string, unknown>)[method] as
      ((args: unknown, context: CallContext<unknown>) => unknown) | undefined;
    const context = {
      signal: controller.signal,
      progress: (value: unknown) => port.postMessage({ kind: 'progress', id, value }),
    };
    Promise.resolve()
      .then(() => {
        if (!handler) throw new Error(`no method ${method}`);
        return handler(args, context);
      })
      .then(
        (value) => {
          if (value instanceof Moved)
            port.postMessage({ kind: 'value', id, value: value.value }, value.transfer);
          else port.postMessage({ kind: 'value', id, value });
        },
        (error: unknown) => {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          port.postMessage({ kind: 'error', id, message: text });
        },
      )
      .finally(() => running.delete(id));
  });
}

export interface CallOptions<Progress> {
  signal?: AbortSignal | undefined;
  onProgress?: ((value: Progress) => void) | undefined;
  transfer?: Transferable[];
}

/** The calling end of a port. */
export interface Connection<M> {
  call<K extends keyof M & string>(
    method: K,
    args: M[K] extends Method<infer A> ? A : never,
    options?: CallOptions<M[K] extends Method<unknown, infer P> ? P : never>,
  ): Promise<M[K] extends Method<unknown, unknown, infer V> ? V : never>;
  /** Rejects every call under way: used when the worker died or was ended. */
  fail(reason: string): void;
}

interface Pending {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  onProgress?: ((value: never) => void) | undefined;
}

/** Connects to a worker that serves `M`. */
export function connect<M>(port: Port): Connection<M> {
  let next = 0;
  let failed: string | null = null;
  const pending = new Map<number, Pending>();
  port.addEventListener('message', (event) => {
    const message = event.data as Message;
    const call = pending.get(message.id);
    if (!call) return;
    if (message.kind === 'progress') call.onProgress?.(message.value as never);
    if (message.kind === 'value') call.resolve(message.value as never);
    if (message.kind === 'error') call.reject(new Error(message.message));
    if (message.kind === 'value' || message.kind === 'error') pending.delete(message.id);
  });
  return {
    call(method, args, options = {}) {
      const id = next++;
      const { signal } = options;
      const abort = () => port.postMessage({ kind: 'abort', id });
      const answered = new Promise((resolve, reject) => {
        if (failed !== null) return reject(new Error(failed));
        pending.set(id, {
          resolve: resolve as (value: never) => void,
          reject,
          onProgress: options.onProgress as ((value: never) => void) | undefined,
        });
        signal?.addEventListener('abort', abort, { once: true });
        port.postMessage({ kind: 'call', id, method, args }, options.transfer ?? []);
        if (signal?.aborted) abort();
      });
      // A run makes many thousands of calls on one signal: none stays behind on it.
      return answered.finally(() => signal?.removeEventListener('abort', abort)) as Promise<never>;
    },
    fail(reason) {
      failed = reason;
      for (const call of pending.values()) call.reject(new Error(reason));
      pending.clear();
    },
  };
}
