/** A thread of Node that serves what the page's bootstrap worker serves; see bench/bootstrap.ts. */
import { parentPort } from 'node:worker_threads';
import { bootstrapHandlers, type BootstrapMethods } from '../../src/app/analysis/bootstrap-methods';
import { serve } from '../../src/rpc/rpc';
import { portOf } from './node-port';

serve<BootstrapMethods>(portOf(parentPort!), bootstrapHandlers());
