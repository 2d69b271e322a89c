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

/** Attempts a second over the last two seconds. */
export function rate(recent: { at: number; n: number }[], n: number): number {
  const now = performance.now();
  recent.push({ at: now, n });
  while (recent.length > 1 && now - recent[0]!.at > 2000) recent.shift();
  const span = (now - recent[0]!.at) / 1000;
  const total = recent.slice(1).reduce((sum, entry) => sum + entry.n, 0);
  return span > 0 ? total / span : 0;
}

/** What attempts cost: forward passes of the model, over how many attempts. */
export interface Passes {
  passes: number;
  attempts: number;
}

/** Adds a batch. @param passes null where the engine does not count them: nothing is known then */
export function addPasses(
  before: Passes | null,
  passes: number | null,
  attempts: number,
): Passes | null {
  if (passes === null) return null;
  return {
    passes: (before?.passes ?? 0) + passes,
    attempts: (before?.attempts ?? 0) + attempts,
  };
}
