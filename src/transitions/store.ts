/** The durable store of logs in IndexedDB: a run's header and status, its attempts in chunks. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Attempt, LogHeader, TransitionLog } from './types';

export type RunStatus = 'running' | 'paused' | 'complete';

/** What the store knows of a run without reading its attempts. */
export interface RunRecord {
  id: string;
  header: LogHeader;
  status: RunStatus;
  /** Attempts that are durable. */
  attempts: number;
  /** When it was last written, milliseconds since 1970. */
  touched: number;
}

interface Schema extends DBSchema {
  runs: { key: string; value: RunRecord };
  chunks: { key: [string, number]; value: { id: string; first: number; attempts: Attempt[] } };
}

/** Another tab or a stale page wrote to the run in the meantime. */
export class ForeignWriteError extends Error {
  constructor(id: string, expected: number, found: number) {
    super(`run ${id} has ${found} attempts where this page knows ${expected}`);
  }
}

export class LogStore {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** Opens the store. @throws DOMException where the browser offers no storage */
  static async open(name = 'equipoise'): Promise<LogStore> {
    const db = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('runs', { keyPath: 'id' });
        fresh.createObjectStore('chunks', { keyPath: ['id', 'first'] });
      },
      blocking() {
        db.close();
      },
    });
    return new LogStore(db);
  }

  /** Begins a run; nothing is sampled before this resolves. */
  async create(header: LogHeader): Promise<RunRecord> {
    const record: RunRecord = {
      id: header.id,
      header,
      status: 'running',
      attempts: 0,
      touched: Date.now(),
    };
    const tx = this.db.transaction('runs', 'readwrite', { durability: 'strict' });
    await Promise.all([tx.store.add(record), tx.done]);
    return record;
  }

  /**
   * Makes a batch durable, all of it or nothing.
   * @param batch consecutive attempts that begin where the stored log ends
   * @throws ForeignWriteError where the stored log ends elsewhere; DOMException where storage fails
   */
  async append(id: string, batch: readonly Attempt[]): Promise<void> {
    if (batch.length === 0) return;
    const tx = this.db.transaction(['runs', 'chunks'], 'readwrite', { durability: 'strict' });
    const done = tx.done.catch(() => undefined);
    const runs = tx.objectStore('runs');
    const record = await runs.get(id);
    const first = batch[0]!.i;
    if (record?.attempts !== first) {
      tx.abort();
      await done;
      throw new ForeignWriteError(id, first, record?.attempts ?? 0);
    }
    await Promise.all([
      tx.objectStore('chunks').add({ id, first, attempts: [...batch] }),
      runs.put({ ...record, attempts: first + batch.length, touched: Date.now() }),
      tx.done,
    ]);
  }

  /** Marks a run as running, paused or complete, and takes a changed header with it. */
  async update(id: string, change: Partial<Pick<RunRecord, 'status' | 'header'>>): Promise<void> {
    const tx = this.db.transaction('runs', 'readwrite', { durability: 'strict' });
    const record = await tx.store.get(id);
    if (record) await tx.store.put({ ...record, ...change, touched: Date.now() });
    await tx.done;
  }

  /** All runs, the one last touched first. */
  async list(): Promise<RunRecord[]> {
    const records = await this.db.getAll('runs');
    return records.sort((a, b) => b.touched - a.touched);
  }

  async get(id: string): Promise<RunRecord | undefined> {
    return this.db.get('runs', id);
  }

  /** The whole log of a run, or undefined where there is none. */
  async read(id: string): Promise<TransitionLog | undefined> {
    const tx = this.db.transaction(['runs', 'chunks']);
    const [record, chunks] = await Promise.all([
      tx.objectStore('runs').get(id),
      tx.objectStore('chunks').getAll(IDBKeyRange.bound([id, 0], [id, Infinity])),
    ]);
    if (!record) return undefined;
    return { header: record.header, attempts: chunks.flatMap((chunk) => chunk.attempts) };
  }

  /** Writes a whole log at once: an import, or the undoing of a deletion. */
  async restore(log: TransitionLog, status: RunStatus): Promise<RunRecord> {
    const record: RunRecord = {
      id: log.header.id,
      header: log.header,
      status,
      attempts: log.attempts.length,
      touched: Date.now(),
    };
    const tx = this.db.transaction(['runs', 'chunks'], 'readwrite', { durability: 'strict' });
    const chunks = tx.objectStore('chunks');
    await chunks.delete(IDBKeyRange.bound([record.id, 0], [record.id, Infinity]));
    const size = 2000;
    for (let first = 0; first < log.attempts.length; first += size)
      await chunks.put({
        id: record.id,
        first,
        attempts: log.attempts.slice(first, first + size),
      });
    await Promise.all([tx.objectStore('runs').put(record), tx.done]);
    return record;
  }

  /** Removes a run and returns its log, so that the removal can be undone. */
  async remove(id: string): Promise<TransitionLog | undefined> {
    const log = await this.read(id);
    const tx = this.db.transaction(['runs', 'chunks'], 'readwrite', { durability: 'strict' });
    await Promise.all([
      tx.objectStore('runs').delete(id),
      tx.objectStore('chunks').delete(IDBKeyRange.bound([id, 0], [id, Infinity])),
      tx.done,
    ]);
    return log;
  }

  close(): void {
    this.db.close();
  }
}
