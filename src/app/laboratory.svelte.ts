/** The page's state: what is being shown, and the experiment, the analysis and the shelf behind it. */
import { findAgent } from '../agents';
import type { Choice } from '../analysis/dynamics/predict';
import type { AnalysisOptions, Result } from '../analysis/result';
import type { FeatureTable } from '../transitions/features-csv';
import { LogStore } from '../transitions/store';
import type { Attempt, CountGraph, Fault, LogHeader, TransitionLog } from '../transitions/types';
import { AnalysisDesk } from './analysis/analysis-desk.svelte';
import type { BackendChoice } from './analysis/analysis-methods';
import { Experiment } from './experiment/experiment.svelte';
import { canContinue } from './experiment/log-header';
import { fault } from './messages';
import { EndpointSettings } from './models/endpoint-settings.svelte';
import { Privacy } from './privacy.svelte';
import type { SetUp } from './router';
import { readDataIndex, type DataSet } from './start/data-sets';
import { Shelf } from './start/shelf.svelte';

/** What the pictures and numbers on the page are about. */
export interface Subject {
  kind: 'example' | 'data' | 'run' | 'file' | 'kernel';
  id: string;
  title: string;
  /** Where it comes from, in one sentence. */
  note: string;
  graph: CountGraph;
  /** Null while the analysis is under way. */
  result: Result | null;
  options: Partial<AnalysisOptions>;
  /** The log behind it, where there is one. */
  header: LogHeader | null;
  /** The log itself, where it is not in this browser's store. */
  attempts?: readonly Attempt[] | undefined;
  /** What is to explain the heights, where a person asked for it. */
  features?: FeatureTable;
  warnings: string[];
}

/** How often the picture is brought up to date while a walk is on. */
const LIVE_MS = 1000;

export class Laboratory {
  subject = $state.raw<Subject | null>(null);
  problem = $state.raw<Fault | null>(null);
  /** Whether `subject.result` has everything, or only what a live picture needs. */
  progress = $state<'quick' | 'whole' | 'stopped'>('quick');
  /** The state that is marked in the picture. */
  selected = $state<string | null>(null);

  readonly endpoint = new EndpointSettings();
  readonly privacy = new Privacy();
  /** What the set-up form holds: choosing a model elsewhere keeps the rest of it. */
  draft = $state.raw<SetUp | null>(null);
  /** Names of models met in this visit, by id: an own model's id says little. */
  names = $state.raw<Readonly<Record<string, string>>>({});
  readonly desk: AnalysisDesk;
  readonly experiment: Experiment;
  readonly shelf: Shelf;
  dataSets = $state.raw<DataSet[]>([]);

  private storeOpened: Promise<LogStore> | null = null;
  private index: Promise<DataSet[]> | null = null;
  private liveAttempts = -1;
  private liveBusy = false;
  /** What `show` was last called with: an older call that still waits gives way. */
  private shown: Subject | null = null;

  constructor(
    readonly base: string,
    choice: BackendChoice,
  ) {
    const store = () => (this.storeOpened ??= LogStore.open());
    this.desk = new AnalysisDesk(choice);
    this.experiment = new Experiment(store, base, this.endpoint, this.privacy);
    this.shelf = new Shelf(store);
    this.privacy.listen();
  }

  /** The bundled data sets; fetched once. */
  async data(): Promise<DataSet[]> {
    this.index ??= readDataIndex(this.base);
    return (this.dataSets = await this.index);
  }

  /** Shows a bundled data set, as an example or because a person asked for it. */
  async showData(id: string | null): Promise<void> {
    this.experiment.clear();
    this.problem = null;
    const found = await this.bundled(id);
    if (!found) return;
    const { set, text } = found;
    const read = await this.desk.read(text);
    if (!read.ok) {
      this.problem = read.fault;
      return;
    }
    await this.show({
      kind: id === null ? 'example' : 'data',
      id: set.id,
      title: set.title,
      note: set.description,
      graph: read.value.graph,
      result: null,
      options: set.attemptsPerState === null ? {} : { attemptsPerState: set.attemptsPerState },
      header: read.value.log?.header ?? null,
      attempts: read.value.log?.attempts,
      warnings: read.value.warnings,
    });
  }

  /** A bundled data set and its text; says on the page why where there is none. */
  async bundled(id: string | null): Promise<{ set: DataSet; text: string } | null> {
    try {
      const sets = await this.data();
      const set = id === null ? sets[0] : sets.find((candidate) => candidate.id === id);
      if (!set) {
        this.problem = fault('no-such-data');
        return null;
      }
      const response = await fetch(new URL(`data/${set.file}`, this.base));
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return { set, text: await response.text() };
    } catch (error) {
      this.problem = fault('no-data', (error as Error).message);
      return null;
    }
  }

  /** Shows a walk of this browser; one that was under way goes on. */
  async showRun(id: string): Promise<void> {
    this.problem = null;
    if (this.experiment.run?.id === id && this.subject?.id === id) return;
    try {
      if (!(await this.experiment.open(id))) {
        this.problem = fault('no-such-run');
        return;
      }
    } catch (error) {
      this.problem = fault('no-storage', String((error as Error).message));
      return;
    }
    this.liveAttempts = -1;
    if (!this.experiment.active) await this.analyseRun();
    else await this.live();
  }

  /**
   * Opens a file a person chose: a log becomes a walk of this browser, counts are shown.
   * @returns the id of the walk, or null
   */
  async openFile(name: string, text: string): Promise<string | null> {
    this.problem = null;
    const read = await this.desk.read(text);
    if (!read.ok) {
      this.problem = { ...read.fault, message: `${name}: ${read.fault.message}` };
      return null;
    }
    const { graph, log, warnings } = read.value;
    if (log && canContinue(log.header)) {
      try {
        await this.shelf.keep(log);
        return log.header.id;
      } catch (error) {
        warnings.push(`The log is shown but could not be kept: ${(error as Error).message}.`);
      }
    }
    this.experiment.clear();
    await this.show({
      kind: 'file',
      id: name,
      title: name,
      note: 'A file you opened. It was read in this browser and sent nowhere.',
      graph,
      result: null,
      options: {},
      header: log?.header ?? null,
      attempts: log?.attempts,
      warnings,
    });
    return null;
  }

  /** The log of the walk on the page, for export. */
  async log(): Promise<TransitionLog | undefined> {
    const id = this.experiment.run?.id;
    return id === undefined ? undefined : (await this.storeOpened)?.read(id);
  }

  /** Brings the picture in step with the walk: called once a second while it is on. */
  async live(): Promise<void> {
    const { counters, run } = this.experiment;
    // One at a time: on a large graph a second is not enough.
    if (!run || !counters || this.liveBusy) return;
    if (counters.attempts === this.liveAttempts || counters.accepted === 0) return;
    this.liveAttempts = counters.attempts;
    const graph = this.experiment.snapshot();
    this.liveBusy = true;
    const outcome = await this.desk.analyse(graph, { replicas: 0 }, this.desk.liveChoice);
    this.liveBusy = false;
    if (outcome.ok && this.experiment.run?.id === run.id && this.experiment.active) {
      this.progress = 'quick';
      this.subject = { ...this.runSubject(graph), result: outcome.value };
    }
  }

  /** The full analysis of the walk as it stands. */
  async analyseRun(): Promise<void> {
    if (this.experiment.run) await this.show(this.runSubject(this.experiment.snapshot()));
  }

  /** The exact kernel of the walk on the page, read off its model, in place of its counts. */
  async showKernel(temperature: number, least: number): Promise<void> {
    const graph = await this.experiment.readKernel(temperature, least);
    if (!graph || !this.experiment.run) return;
    const { header } = this.experiment.run;
    await this.show({
      kind: 'kernel',
      id: `${header.id} exact`,
      title: `${runTitle(header)}: exact kernel`,
      note: `Read off the ${modelTitle(header)} at temperature ${temperature}: every answer above a chance of ${least} was followed from each state that the walk left. No sampling noise.`,
      graph,
      result: null,
      options: {},
      header,
      warnings: [],
    });
  }

  /** Analyses again with other options. */
  async reanalyse(options: Partial<AnalysisOptions>): Promise<void> {
    if (this.subject) await this.show({ ...this.subject, options });
  }

  /** Asks about other states; the rest of the result stays. */
  async predict(choice: Choice): Promise<void> {
    const subject = this.subject;
    if (!subject?.result?.dynamics) return;
    const asked = await this.desk.predict(subject.graph, subject.options, choice);
    const now = this.subject;
    if (!asked.ok) this.problem = asked.fault;
    if (!asked.ok || !now?.result?.dynamics || now.id !== subject.id) return;
    const { result } = now;
    const { firstPassage, committor, forbidden } = asked.value;
    this.subject = {
      ...now,
      options: { ...now.options, ...choice },
      result: {
        ...result,
        options: { ...result.options, ...choice },
        dynamics: {
          ...now.result.dynamics,
          ...(firstPassage && { firstPassage }),
          ...(committor && { committor }),
          forbidden: forbidden ?? undefined,
        },
      },
    };
  }

  /** Explains the heights by features, or the text of a file of them; answers what is wrong with it. */
  async explain(features: FeatureTable | string): Promise<Fault | null> {
    const subject = this.subject;
    if (!subject?.result) return null;
    const asked = await this.desk.explain(subject.graph, subject.options, features);
    if (!asked.ok) return asked.fault;
    const now = this.subject;
    if (!now?.result || now.id !== subject.id) return null;
    const { parametric } = asked.value;
    this.subject = {
      ...now,
      features: asked.value.features,
      result: { ...now.result, parametric },
    };
    return null;
  }

  static readonly liveMs = LIVE_MS;

  private runSubject(graph: CountGraph): Subject {
    const header = this.experiment.run!.header;
    return {
      kind: 'run',
      id: header.id,
      title: runTitle(header),
      note: `${modelTitle(header)}, begun ${new Date(header.created).toLocaleString()}.`,
      graph,
      result: null,
      options: {},
      header,
      warnings: [],
    };
  }

  /** Puts a subject on the page: a quick result first, the whole one when it is there. */
  private async show(subject: Subject): Promise<void> {
    this.shown = subject;
    this.progress = 'quick';
    if (this.selected && !subject.graph.names.includes(this.selected)) this.selected = null;
    if (this.subject?.id !== subject.id) this.subject = { ...subject };
    const quick = await this.desk.analyse(subject.graph, { ...subject.options, replicas: 0 });
    if (!quick.ok) {
      if (quick.fault.code !== 'cancelled') this.problem = quick.fault;
      return;
    }
    this.subject = { ...subject, result: quick.value };
    const attempts = await this.attemptsOf(subject);
    if (this.shown !== subject) return;
    const { graph, options, features } = subject;
    const full = await this.desk.analyse(graph, options, this.desk.choice, attempts, features);
    if (this.shown !== subject) return;
    if (full.ok) this.subject = { ...subject, result: full.value };
    else if (full.fault.code !== 'cancelled') this.problem = full.fault;
    this.progress = full.ok ? 'whole' : 'stopped';
  }

  /** The attempts behind a subject; a store that cannot be read leaves them out. */
  private async attemptsOf({ kind, attempts }: Subject): Promise<readonly Attempt[] | undefined> {
    if (attempts || kind !== 'run') return attempts;
    return (await this.log().catch(() => undefined))?.attempts;
  }
}

/** Which model a walk asked, and on what. */
export function modelTitle(header: LogHeader): string {
  const { id, engine, endpoint } = header.experiment.model;
  return endpoint ? `${endpoint.model} at ${endpoint.origin}` : `${id} model on ${engine}`;
}

/** A name for a walk: its agent with its first parameter, and whatever else is not as usual. */
export function runTitle(header: LogHeader): string {
  const { agent, sampling } = header.experiment;
  const known = findAgent(agent.id)?.parameters.slice(1) ?? [];
  const usual = new Map(known.map((parameter) => [parameter.id, parameter.default]));
  const parameters = Object.entries(agent.parameters)
    .filter(([id, value]) => value !== '' && value !== usual.get(id))
    .map(([, value]) => String(value));
  const heat = sampling.temperature === 1 ? '' : `, temperature ${sampling.temperature}`;
  return `${agent.id}${parameters.length ? ` (${parameters.join(', ')})` : ''}${heat}`;
}
