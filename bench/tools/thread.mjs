/** Starts a thread of bench/tools/pool.ts: TypeScript's loader does not reach into threads by itself. */
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData);
