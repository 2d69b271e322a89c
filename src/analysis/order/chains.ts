/** Chains in a log: attempts of which each starts where the one before ended (method.md 5.7). */
import { rejection, type NumberedLog } from './attempt-rows';

/** A log whose runs have this many attempts on average is taken for chains. */
export const chainLength = 10;

/** Where attempt i leaves the walk: at the state reached, or where it was after a rejection. */
export function reached({ source, outcome }: NumberedLog, i: number): number {
  return outcome[i] === rejection ? source[i]! : outcome[i]!;
}

/**
 * The first attempt of every maximal run in which each attempt starts from the state where the one
 * before ended; rejections and self-transitions stay and do not end a run. One more entry, the number
 * of attempts, closes the last run. Sources drawn evenly among many states give runs of about 1.
 */
export function runStarts(log: NumberedLog): Int32Array {
  const starts: number[] = [];
  for (let i = 0; i < log.source.length; i++) {
    if (i === 0 || log.source[i] !== reached(log, i - 1)) starts.push(i);
  }
  starts.push(log.source.length);
  return Int32Array.from(starts);
}

/** Whether runs have 10 attempts or more on average: far from what even drawing gives by chance. */
export function isChain(starts: Int32Array): boolean {
  const runs = starts.length - 1;
  return runs > 0 && starts[runs]! / runs >= chainLength;
}
