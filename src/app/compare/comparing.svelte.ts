/** What the comparison screen holds: the list to choose from, what was chosen, the comparison. */
import type { ComparisonProgress, Experiment } from '../../analysis/comparison/compare';
import type { Comparison } from '../../analysis/comparison/comparison-result';
import { countAttempts } from '../../transitions/count';
import type { CountGraph, Fault, Outcome } from '../../transitions/types';
import { runTitle, type Laboratory } from '../laboratory.svelte';
import { fault } from '../messages';

/** Something that can be compared. */
export interface Candidate {
  id: string;
  title: string;
  kind: 'data' | 'run' | 'file';
  note: string;
}

export class Comparing {
  /** Ids, in the order in which they were chosen. */
  chosen = $state.raw<string[]>([]);
  comparison = $state.raw<Comparison | null>(null);
  /** Null where nothing is under way. */
  progress = $state.raw<ComparisonProgress | null>(null);
  busy = $state(false);
  problem = $state.raw<Fault | null>(null);

  /** Opened for this visit; they have no address. */
  private files = $state.raw<{ candidate: Candidate; graph: CountGraph }[]>([]);
  private stopper: AbortController | null = null;

  constructor(private readonly laboratory: Laboratory) {}

  /** Data sets, walks of this browser, files of this visit. */
  get candidates(): Candidate[] {
    const { dataSets, shelf } = this.laboratory;
    return [
      ...dataSets.map(({ id, title, description }): Candidate => ({
        id,
        title,
        kind: 'data',
        note: description,
      })),
      ...shelf.runs.map(({ id, header, attempts, touched }): Candidate => ({
        id,
        title: runTitle(header),
        kind: 'run',
        note: `${attempts.toLocaleString()} attempts, ${new Date(touched).toLocaleString()}`,
      })),
      ...this.files.map(({ candidate }) => candidate),
    ];
  }

  /** The chosen ids that an address can hold. */
  get addressable(): string[] {
    return this.chosen.filter((id) => !this.files.some(({ candidate }) => candidate.id === id));
  }

  choose(id: string, wanted: boolean): void {
    const others = this.chosen.filter((other) => other !== id);
    this.chosen = wanted ? [...others, id] : others;
  }

  /** Takes what an address names, and compares where that is two or more. */
  async follow(ids: string[]): Promise<void> {
    this.stop();
    this.problem = null;
    this.comparison = null;
    await Promise.all([
      this.laboratory.data().catch(() => undefined),
      this.laboratory.shelf.refresh(),
    ]);
    const known = new Set(this.candidates.map(({ id }) => id));
    const missing = ids.find((id) => !known.has(id));
    this.chosen = ids.filter((id) => known.has(id));
    if (missing !== undefined) this.problem = fault('nothing-to-compare', missing);
    else if (this.chosen.length > 1) await this.run();
  }

  /** Opens a file for this visit and chooses it. */
  async open(name: string, text: string): Promise<void> {
    this.problem = null;
    const read = await this.laboratory.desk.read(text);
    if (!read.ok) {
      this.problem = { ...read.fault, message: `${name}: ${read.fault.message}` };
      return;
    }
    const id = `file ${this.files.length + 1}`;
    const note = 'A file you opened, for this visit; it was sent nowhere.';
    const candidate: Candidate = { id, title: name, kind: 'file', note };
    this.files = [...this.files, { candidate, graph: read.value.graph }];
    this.choose(id, true);
  }

  /** Compares what is chosen; one under way is stopped first. */
  async run(): Promise<void> {
    this.stop();
    this.problem = null;
    this.comparison = null;
    const stopper = new AbortController();
    this.stopper = stopper;
    this.busy = true;
    const outcome = await this.outcome(stopper.signal);
    if (this.stopper !== stopper) return;
    this.busy = false;
    this.progress = null;
    if (outcome.ok) this.comparison = outcome.value;
    else if (outcome.fault.code !== 'cancelled') this.problem = outcome.fault;
  }

  stop(): void {
    this.stopper?.abort();
    this.stopper = null;
    this.busy = false;
    this.progress = null;
  }

  private async outcome(signal: AbortSignal): Promise<Outcome<Comparison>> {
    const experiments: Experiment[] = [];
    for (const id of this.chosen) {
      const experiment = await this.experiment(id);
      if (!experiment.ok) return experiment;
      experiments.push(experiment.value);
    }
    if (signal.aborted) return { ok: false, fault: fault('cancelled') };
    return this.laboratory.desk.compare(experiments, {}, signal, (progress) => {
      if (!signal.aborted) this.progress = progress;
    });
  }

  /** The counts behind a candidate. */
  private async experiment(id: string): Promise<Outcome<Experiment>> {
    const candidate = this.candidates.find((one) => one.id === id);
    const missing = { ok: false as const, fault: fault('nothing-to-compare', id) };
    if (!candidate) return missing;
    const name = this.nameOf(candidate);
    if (candidate.kind === 'file')
      return {
        ok: true,
        value: { name, graph: this.files.find((one) => one.candidate.id === id)!.graph },
      };
    if (candidate.kind === 'run') {
      try {
        const log = await this.laboratory.shelf.read(id);
        return log ? { ok: true, value: { name, graph: countAttempts(log.attempts) } } : missing;
      } catch (error) {
        return { ok: false, fault: fault('no-storage', (error as Error).message) };
      }
    }
    const found = await this.laboratory.bundled(id);
    if (!found) return missing;
    const read = await this.laboratory.desk.read(found.text);
    if (!read.ok) return read;
    const { attemptsPerState } = found.set;
    return {
      ok: true,
      value: {
        name,
        graph: read.value.graph,
        ...(attemptsPerState === null ? {} : { attemptsPerState }),
      },
    };
  }

  /** Its title, and where several chosen have the same, a number too. */
  private nameOf({ id, title }: Candidate): string {
    const same = this.chosen.filter(
      (other) => this.candidates.find((one) => one.id === other)?.title === title,
    );
    return same.length > 1 ? `${title} (${same.indexOf(id) + 1})` : title;
  }
}
