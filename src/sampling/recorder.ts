/** Attempts on their way into the log: in order, durable in batches, shown as counted only then. */
import { readAnswer } from '../agents/agent';
import type { Attempt } from '../transitions/types';
import type { Answer } from './ask';
import type { SamplingEnd, SamplingHooks, SamplingSettings } from './sample';
import type { WalkState } from './walk-state';

/** A batch is written after this long, or when it is this long. */
export const BATCH_MS = 150;
const BATCH_SIZE = 500;

export class Recorder {
  private batch: Attempt[] = [];
  /** Forward passes of the batch; null where the engine does not count them. */
  private passes: number | null = 0;
  private lastWrite = performance.now();
  private readonly started: number;

  constructor(
    private readonly settings: SamplingSettings,
    private readonly state: WalkState,
    private readonly hooks: SamplingHooks,
  ) {
    this.started = performance.now() - state.elapsed;
  }

  /** Some attempts are not written yet. */
  get pending(): boolean {
    return this.batch.length > 0;
  }

  /** The batch is long or old enough to be written. */
  get due(): boolean {
    return performance.now() - this.lastWrite > BATCH_MS || this.batch.length >= BATCH_SIZE;
  }

  /** Takes in the answer of the walk's next attempt. @param ms how long it took */
  record(from: string, answer: Answer, ms: number): void {
    const { agent, parameters } = this.settings;
    const parsed = readAnswer(agent, parameters, from, answer);
    const attempt: Attempt = {
      i: this.state.next,
      t: Math.round((performance.now() - this.started) * 10) / 10,
      from,
      ...(parsed.ok ? { to: parsed.state } : { reject: parsed.reason, text: answer.text }),
      ...(answer.p !== null && { p: Number(answer.p.toPrecision(6)) }),
      ms: Math.round(ms * 100) / 100,
    };
    this.state.record(attempt);
    this.batch.push(attempt);
    this.passes =
      this.passes === null || answer.passes === null ? null : this.passes + answer.passes;
  }

  /** Makes the batch durable. @returns how the run ends where that failed, else null */
  async write(): Promise<SamplingEnd | null> {
    this.lastWrite = performance.now();
    if (this.batch.length === 0) return null;
    const { batch, passes } = this;
    this.batch = [];
    this.passes = 0;
    try {
      await this.hooks.append(batch);
    } catch (error) {
      return {
        kind: 'storage-fault',
        detail: error instanceof Error ? error.message : String(error),
      };
    }
    this.hooks.counted(batch, passes);
    return null;
  }
}
