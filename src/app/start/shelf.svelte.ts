/** The walks kept in this browser: listed, imported, deleted with undo. */
import type { LogStore, RunRecord } from '../../transitions/store';
import type { TransitionLog } from '../../transitions/types';

export class Shelf {
  /** The walk last touched first. */
  runs = $state.raw<RunRecord[]>([]);
  /** A deletion that can be undone. */
  deleted = $state.raw<TransitionLog | null>(null);

  constructor(private readonly store: () => Promise<LogStore>) {}

  async refresh(): Promise<void> {
    try {
      this.runs = await (await this.store()).list();
    } catch {
      // No storage: there are no walks to list; starting one says so.
      this.runs = [];
    }
  }

  /** The log of a walk; undefined where there is none. @throws where storage fails */
  async read(id: string): Promise<TransitionLog | undefined> {
    return (await this.store()).read(id);
  }

  /** Keeps an imported log as a walk that can go on; one already kept and longer stays as it is. */
  async keep(log: TransitionLog): Promise<void> {
    const store = await this.store();
    const known = await store.get(log.header.id);
    if (!known || known.attempts < log.attempts.length) {
      const wanted = log.header.experiment.sampling.attempts ?? 0;
      await store.restore(log, log.attempts.length >= wanted ? 'complete' : 'paused');
    }
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    this.deleted = (await (await this.store()).remove(id)) ?? null;
    await this.refresh();
  }

  async undo(): Promise<void> {
    if (!this.deleted) return;
    const log = this.deleted;
    this.deleted = null;
    await this.keep(log);
  }
}
