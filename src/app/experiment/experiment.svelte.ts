/** The experiment under way: its model, its walk, its log; the only writer of all three. */
import { findAgent } from '../../agents';
import { readParameters } from '../../agents/agent';
import type { LanguageModel, LoadProgress, ModelInfo } from '../../models/language-model';
import { exactKernel } from '../../sampling/exact-kernel';
import { sample, type SamplingEnd } from '../../sampling/sample';
import { WalkState } from '../../sampling/walk-state';
import { Counter } from '../../transitions/count';
import type { LogStore, RunRecord } from '../../transitions/store';
import type { Attempt, CountGraph, Fault } from '../../transitions/types';
import { fault } from '../messages';
import { nameOf, type EndpointSettings } from '../models/endpoint-settings.svelte';
import type { Privacy } from '../privacy.svelte';
import type { SetUp } from '../router';
import { addPasses, rate, readCounters, type Counters, type Passes } from './counters';
import { holdRun } from './hold-run';
import { newHeader, sameModel, settingsOf, texts, wantedOf } from './log-header';
import { ModelSeat, type Wanted } from './model-seat.svelte';

export type Phase = 'idle' | 'loading' | 'running' | 'paused' | 'complete';

/** What the picture's walker does: the attempt last counted. */
export interface Step {
  attempt: Attempt;
  prompt: string;
}

export class Experiment {
  phase = $state<Phase>('idle');
  problem = $state.raw<Fault | null>(null);
  run = $state.raw<RunRecord | null>(null);
  counters = $state.raw<Counters | null>(null);
  step = $state.raw<Step | null>(null);
  /** Attempts counted in the last second. */
  rate = $state(0);
  /** Forward passes of this visit's attempts; null where the engine does not count them. */
  passes = $state.raw<Passes | null>(null);
  /** What is known of the loaded model; null while none is loaded. */
  info = $state.raw<ModelInfo | null>(null);
  /** What a person last asked for: what "try again" begins anew. */
  setUp: SetUp | null = null;
  /** Rows of the exact kernel read so far; null where none is being read. */
  reading = $state.raw<{ done: number; total: number } | null>(null);

  private readonly seat: ModelSeat;
  private model: LanguageModel | null = null;
  private counter = new Counter();
  private walk: WalkState | null = null;
  private stopper: AbortController | null = null;
  /** The person asked to stop here: the walk is complete once its last batch is written. */
  private ending = false;

  constructor(
    private readonly store: () => Promise<LogStore>,
    base: string,
    private readonly endpoint: EndpointSettings,
    private readonly privacy: Pick<Privacy, 'begin' | 'end'>,
  ) {
    this.seat = new ModelSeat(base, endpoint);
  }

  /** How far the load is; null while nothing loads. */
  get loading(): LoadProgress | null {
    return this.seat.loading;
  }

  /** True while the person can pause or cancel. */
  get active(): boolean {
    return this.phase === 'loading' || this.phase === 'running' || this.reading !== null;
  }

  /** Counts of everything durable so far. */
  snapshot(): CountGraph {
    return this.counter.snapshot();
  }

  /** Begins a new walk with this set-up. Returns its id, or null where it could not begin. */
  async start(setUp: SetUp): Promise<string | null> {
    const agent = findAgent(setUp.agent)!;
    const { parameters } = readParameters(agent, setUp.parameters);
    this.clear();
    this.setUp = setUp;
    this.phase = 'loading'; // at once: a second click finds the button gone
    this.privacy.begin();
    const model = await this.ready({ id: setUp.model, engine: setUp.engine });
    if (!model) return null;
    const { address } = this.endpoint;
    const server =
      model.info.engine === 'endpoint' && address
        ? { ...nameOf(address), parallel: model.can.parallel ?? 1 }
        : null;
    const header = newHeader(agent, parameters, setUp, model.info, server);
    try {
      this.run = await (await this.store()).create(header);
    } catch (error) {
      this.phase = 'idle';
      this.fail('no-storage', error);
      return null;
    }
    this.walk = new WalkState(agent.initialStates(parameters));
    void this.go();
    return header.id;
  }

  /**
   * Shows a stored run; a run that was under way when its page ended goes on by itself.
   * @returns false where there is no such run
   */
  async open(id: string): Promise<boolean> {
    if (this.run?.id === id) return true;
    const store = await this.store();
    const [record, log] = await Promise.all([store.get(id), store.read(id)]);
    if (!record || !log) return false;
    // All of it at once, so that a second call meanwhile finds either nothing or the whole run.
    if (this.run?.id === id) return true;
    this.clear();
    const agent = findAgent(record.header.experiment.agent.id);
    for (const attempt of log.attempts) this.counter.add(attempt);
    this.counters = readCounters(this.counter);
    this.run = record;
    this.privacy.begin();
    if (agent) {
      const { parameters } = readParameters(agent, texts(record.header));
      this.walk = new WalkState(agent.initialStates(parameters), log.attempts);
    }
    this.phase = record.status === 'complete' || !agent ? 'complete' : 'paused';
    if (record.status === 'running' && agent) void this.resume();
    return true;
  }

  /** Goes on with a paused run, loading its model again where needed. */
  async resume(): Promise<void> {
    if (!this.run || !this.walk || this.active) return;
    const { header } = this.run;
    const ready = await this.ready(wantedOf(header));
    if (!ready) return;
    if (!sameModel(header, ready.info)) {
      this.phase = 'paused';
      this.problem = fault('model-changed');
      return;
    }
    void this.go();
  }

  /** Pauses the walk, or cancels the load. What is counted stays counted. */
  pause(): void {
    this.stopper?.abort();
  }

  /** Ends a walk before its attempts are used up; what is under way is written first. */
  async finish(): Promise<void> {
    if (!this.run) return;
    if (this.phase === 'running') {
      this.ending = true;
      this.pause();
      return;
    }
    await (await this.store()).update(this.run.id, { status: 'complete' });
    this.run = { ...this.run, status: 'complete' };
    this.phase = 'complete';
  }

  /**
   * Reads the rows of every state that the walk left, off the model itself: branches above a chance
   * of `least` are followed. `pause` stops it. Null, with `problem` set, where the model failed.
   */
  async readKernel(temperature: number, least: number): Promise<CountGraph | null> {
    if (!this.run || this.active) return null;
    const { id, header } = this.run;
    const before = this.phase;
    const model = await this.ready(wantedOf(header));
    this.phase = before;
    if (!model) return null;
    if (!sameModel(header, model.info)) {
      this.problem = fault('model-changed');
      return null;
    }
    const graph = this.counter.snapshot();
    const states = graph.names.filter((_, f) => graph.attempts[f]! > 0);
    const stopper = new AbortController();
    this.stopper = stopper;
    this.reading = { done: 0, total: states.length };
    const read = await exactKernel(
      model,
      { ...settingsOf(header), temperature, least },
      states,
      (done, total) => {
        if (this.run?.id === id) this.reading = { done, total };
      },
      stopper.signal,
    );
    this.reading = null;
    if (this.run?.id !== id) return null;
    if (read.ok) return read.value;
    if (read.fault.code !== 'cancelled') {
      this.problem = fault(read.fault.code, read.fault.detail);
      await this.seat.leave();
    }
    return null;
  }

  /** Forgets the run on the page (not in the store). */
  clear(): void {
    this.pause();
    this.run = null;
    this.walk = null;
    this.counter = new Counter();
    this.counters = null;
    this.step = null;
    this.problem = null;
    this.rate = 0;
    this.passes = null;
    this.privacy.end();
    this.phase = 'idle';
  }

  private async ready(wanted: Wanted): Promise<LanguageModel | null> {
    this.problem = null;
    const held = this.seat.holds(wanted);
    if (held) return (this.model = held);
    const before = this.run ? 'paused' : 'idle';
    this.phase = 'loading';
    const stopper = new AbortController();
    this.stopper = stopper;
    const taken = await this.seat.take(wanted, stopper.signal);
    this.model = taken.ok ? taken.value : null;
    this.info = this.model?.info ?? null;
    if (taken.ok) return taken.value;
    this.problem = taken.fault;
    this.phase = before;
    return null;
  }

  private async go(): Promise<void> {
    const { run, walk, model } = this;
    if (!run || !walk || !model) return;
    const store = await this.store();
    const release = await holdRun(run.id);
    if (!release) {
      this.phase = 'paused';
      this.problem = fault('other-tab');
      return;
    }
    const stopper = new AbortController();
    this.stopper = stopper;
    this.phase = 'running';
    this.problem = null;
    const settings = settingsOf(run.header);
    const recent: { at: number; n: number }[] = [];
    try {
      await store.update(run.id, { status: 'running' });
      const end = await sample(
        model,
        settings,
        walk,
        {
          append: (batch) => store.append(run.id, batch),
          counted: (batch, passes) => {
            if (this.run?.id !== run.id) return;
            this.passes = addPasses(this.passes, passes, batch.length);
            for (const attempt of batch) this.counter.add(attempt);
            this.counters = readCounters(this.counter);
            this.rate = rate(recent, batch.length);
            const last = batch[batch.length - 1]!;
            this.step = {
              attempt: last,
              prompt: settings.agent.prompt(last.from, settings.parameters),
            };
          },
        },
        stopper.signal,
      );
      await this.settle(store, run.id, end);
    } catch (error) {
      if (this.run?.id === run.id) {
        this.phase = 'paused';
        this.fail('storage', error);
      }
    } finally {
      release();
      this.rate = 0;
    }
  }

  private async settle(store: LogStore, id: string, end: SamplingEnd): Promise<void> {
    const complete = end.kind === 'complete' || (end.kind === 'stopped' && this.ending);
    this.ending = false;
    await store.update(id, { status: complete ? 'complete' : 'paused' });
    if (this.run?.id !== id) return;
    this.run = (await store.get(id)) ?? this.run;
    this.phase = complete ? 'complete' : 'paused';
    if (end.kind === 'storage-fault') this.problem = fault('storage', end.detail);
    if (end.kind === 'model-fault') {
      this.problem = fault(end.fault.code, end.fault.detail);
      // A model that failed once is loaded afresh before the walk goes on.
      this.model = null;
      await this.seat.leave();
      // The walk may be ahead of the log by what was never written: begin from the log.
      await this.rewind(store, id);
    }
    if (end.kind === 'storage-fault') await this.rewind(store, id);
  }

  private async rewind(store: LogStore, id: string): Promise<void> {
    const log = await store.read(id);
    if (!log) return;
    const settings = settingsOf(log.header);
    this.walk = new WalkState(settings.agent.initialStates(settings.parameters), log.attempts);
  }

  private fail(code: string, error: unknown): void {
    this.problem = fault(code, error instanceof Error ? error.message : String(error));
  }
}
