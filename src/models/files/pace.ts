/** Bytes of a download and how fast they came of late. */
import type { LoadProgress } from '../language-model';

/** The pace is that of the last seconds: what came before says little about what comes. */
const WINDOW_MS = 4000;
/** Progress messages are at least so far apart. */
const APART_MS = 100;

export class Pace {
  private readonly marks: { at: number; fetched: number }[] = [];
  private last = -Infinity;

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /**
   * @param fetched bytes that came over the network in this load
   * @returns bytes a second over the last seconds; null before there is anything to measure
   */
  measure(fetched: number): number | null {
    const at = this.clock();
    this.marks.push({ at, fetched });
    while (this.marks.length > 2 && this.marks[1]!.at <= at - WINDOW_MS) this.marks.shift();
    const first = this.marks[0]!;
    const elapsed = at - first.at;
    return elapsed < APART_MS ? null : ((fetched - first.fetched) / elapsed) * 1000;
  }

  /** True where the last message is long enough ago; the first and the last one go out always. */
  due(final: boolean): boolean {
    const at = this.clock();
    if (!final && at - this.last < APART_MS) return false;
    this.last = at;
    return true;
  }
}

/** Progress of a download in the contract's words. @param fromDisk the files are a person's own, read where they lie */
export function downloadProgress(
  done: number,
  total: number | null,
  perSecond: number | null,
  fromDisk: boolean,
  more: Pick<LoadProgress, 'resumed' | 'fromMemory'>,
): LoadProgress {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const fetching = more.resumed ? 'going on with the download' : 'fetching the model';
  const text = fromDisk ? 'reading the files' : fetching;
  return { share, stage: 'fetch', text, bytes: { done, total, perSecond }, ...more };
}
