/** What the place of the models shows: this machine, the catalogue on it, what is kept, what loads. */
import { modelSource } from '../../models/catalogue';
import { readCatalogue, type CatalogueModel } from '../../models/catalogue/catalogue';
import { readMachine, type Machine } from '../../models/catalogue/machine';
import { proposeModel, type Proposal } from '../../models/catalogue/propose';
import {
  fitCatalogue,
  licencesOf,
  searchCatalogue,
  type CatalogueFilters,
  type FittedModel,
} from '../../models/catalogue/search';
import {
  deleteAllKept,
  deleteKept,
  listKept,
  type KeptModel,
} from '../../models/files/kept-models';
import { askToPersist, readStorage, type StorageState } from '../../models/files/storage';
import { storeModel } from '../../models/files/store-model';
import type { LoadProgress, ModelOutcome } from '../../models/language-model';
import type { OwnModel } from '../../models/own/own-model';
import { listOwn, removeOwn } from '../../models/own/own-models';
import type { Fault } from '../../transitions/types';
import { fault } from '../messages';

/** Choices of the filter by size. */
export const SIZES = [
  { id: '', label: 'any size', bytes: null },
  { id: '500', label: 'up to 500 MB', bytes: 0.5e9 },
  { id: '1000', label: 'up to 1 GB', bytes: 1e9 },
  { id: '2500', label: 'up to 2.5 GB', bytes: 2.5e9 },
  { id: '5000', label: 'up to 5 GB', bytes: 5e9 },
] as const;

/** What a person looks for: the fields of the search, all text or on and off. */
export interface Wish {
  text: string;
  size: string;
  precision: '' | CatalogueModel['precision'];
  licence: string;
  order: NonNullable<CatalogueFilters['sort']>;
  runsHere: boolean;
}

const ANYTHING: Wish = {
  text: '',
  size: '',
  precision: '',
  licence: '',
  order: 'download',
  runsHere: false,
};

export class ModelsPlace {
  machine = $state.raw<Machine | null>(null);
  storage = $state.raw<StorageState>({ used: null, quota: null, persisted: false });
  proposal = $state.raw<Proposal | null>(null);
  kept = $state.raw<readonly KeptModel[]>([]);
  own = $state.raw<readonly OwnModel[]>([]);
  wish = $state<Wish>({ ...ANYTHING });
  problem = $state.raw<Fault | null>(null);
  /** The model that is being downloaded for later, and how far it is. */
  downloading = $state.raw<{ id: string; progress: LoadProgress | null } | null>(null);
  private stopper: AbortController | null = null;

  readonly models = readCatalogue();
  private fitted = $derived(this.machine ? fitCatalogue(this.models, this.machine) : []);
  /** What matches the wish; the pocket model has a place of its own. */
  found = $derived.by((): FittedModel[] => {
    const { text, size, precision, licence, order, runsHere } = this.wish;
    const found = searchCatalogue(this.fitted, text, {
      runsHere,
      maxDownload: SIZES.find(({ id }) => id === size)?.bytes ?? null,
      precision: precision || null,
      licence: licence || null,
      sort: order,
    });
    return found.filter(({ model }) => model.record !== null);
  });
  licences = $derived(licencesOf(this.fitted));

  /** @param base absolute address of the page's folder */
  constructor(private readonly base: string) {}

  async open(): Promise<void> {
    this.machine = await readMachine();
    this.proposal = proposeModel(this.machine, this.models);
    await this.refresh();
  }

  /** Reads anew what this browser keeps. */
  async refresh(): Promise<void> {
    this.storage = await readStorage();
    try {
      [this.kept, this.own] = await Promise.all([listKept(), listOwn()]);
    } catch {
      // No storage: nothing is kept, and models run from memory.
      [this.kept, this.own] = [[], []];
    }
  }

  keptOf(id: string): KeptModel | undefined {
    return this.kept.find((model) => model.id === id);
  }

  /** A readable name of any id. */
  nameOf(id: string): string {
    const { models, own } = this;
    return [...models, ...own].find((model) => model.id === id)?.name ?? id;
  }

  anything(): void {
    this.wish = { ...ANYTHING };
  }

  /** Downloads a model for later. What cannot be stored is not fetched. */
  async download(id: string): Promise<void> {
    if (this.downloading) return;
    this.problem = null;
    this.downloading = { id, progress: null };
    const stopper = (this.stopper = new AbortController());
    try {
      // Asked before the first byte: some browsers ask the person, who may say no.
      await askToPersist();
      const source = await modelSource(id, this.base);
      const stored = await storeModel(source.webllm ? 'webllm' : 'wllama', source, {
        signal: stopper.signal,
        onProgress: (progress) => (this.downloading = { id, progress }),
      });
      if (!stored.ok && stored.fault.code !== 'cancelled')
        this.problem = fault(stored.fault.code, stored.fault.detail);
    } catch (error) {
      this.problem = fault('load-failed', (error as Error).message);
    }
    this.downloading = null;
    await this.refresh();
  }

  /** Ends the download; what arrived is kept, to be gone on with. */
  cancel(): void {
    this.stopper?.abort();
  }

  /** Deletes the files of a model. @param forget the next download may be another version of them */
  async remove(id: string, forget = false): Promise<void> {
    await this.tidy(() => deleteKept(id, { forget }));
  }

  async removeAll(): Promise<void> {
    await this.tidy(deleteAllKept);
  }

  async removeOwn(id: string): Promise<void> {
    await this.tidy(() => removeOwn(id).then(() => undefined));
  }

  async persist(): Promise<void> {
    await askToPersist();
    this.storage = await readStorage();
  }

  private async tidy(work: () => Promise<ModelOutcome<null> | undefined>): Promise<void> {
    this.problem = null;
    try {
      const done = await work();
      if (done && !done.ok) this.problem = fault(done.fault.code, done.fault.detail);
    } catch (error) {
      this.problem = fault('storage', (error as Error).message);
    }
    await this.refresh();
  }
}

let place: ModelsPlace | null = null;

/** The place of this visit: a download goes on while a person looks elsewhere. */
export function modelsPlace(base: string): ModelsPlace {
  // Outside of the component that asks first: what is derived outlives it.
  $effect.root(() => {
    place ??= new ModelsPlace(base);
  });
  return place!;
}
