/** What a bootstrap worker answers: both ends of its port, whatever kind of thread it is. */
import type { BootstrapProblem } from '../../analysis/balance/bootstrap-null';
import { ConditionalBootstrap } from '../../analysis/balance/bootstrap';
import type { Handlers, Method } from '../../rpc/rpc';

export type BootstrapMethods = {
  /** Sets the problem: once, before the first `run`. */
  open: Method<Pick<BootstrapProblem, 'blocks' | 'seed'>, never, null>;
  /** X2 of the replicas `first` to `first + count - 1`; NaN where a fit did not converge. */
  run: Method<{ first: number; count: number }, never, Float64Array>;
};

export function bootstrapHandlers(): Handlers<BootstrapMethods> {
  let bootstrap: ConditionalBootstrap;
  return {
    open: ({ blocks, seed }) => {
      bootstrap = new ConditionalBootstrap(blocks, seed);
      return null;
    },
    run: ({ first, count }) =>
      Float64Array.from({ length: count }, (_, k) => {
        const { X2, converged } = bootstrap.runReplica(first + k);
        return converged ? X2 : NaN;
      }),
  };
}
