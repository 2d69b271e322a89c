/** The live counters of a walk, as values: what the durable log holds at one moment. */
import type { Counter } from '../../transitions/count';

export interface Counters {
  attempts: number;
  accepted: number;
  rejected: number;
  states: number;
  pairsBothWays: number;
  rejectedByReason: readonly (readonly [string, number])[];
}

export function readCounters(counter: Counter): Counters {
  const { attempts, accepted, rejected, states, pairsBothWays } = counter;
  return {
    attempts,
    accepted,
    rejected,
    states,
    pairsBothWays,
    rejectedByReason: [...counter.rejectedByReason].sort((a, b) => b[1] - a[1]),
  };
}
