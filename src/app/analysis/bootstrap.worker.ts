/** A worker that the analysis worker hires for bootstrap replicas on the CPU. */
import { reportForeignRequests } from '../../rpc/foreign-requests';
import { closeGate } from '../../rpc/outbound-gate';
import { serve } from '../../rpc/rpc';
import { bootstrapHandlers, type BootstrapMethods } from './bootstrap-methods';

closeGate();
reportForeignRequests();
serve<BootstrapMethods>(self as unknown as Parameters<typeof serve>[0], bootstrapHandlers());
