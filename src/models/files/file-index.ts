/** What this browser holds of models: one record a file, one a model, in IndexedDB; the bytes are in `disk.ts`. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { OwnModel } from '../own/own-model';

/** A file that is being fetched, or is whole and checked. */
export interface FileRecord {
  /** The address it comes from. */
  url: string;
  /** Its name on disk. */
  name: string;
  /** `whole` is the commit marker: written last, after length and hash were checked and the bytes flushed. */
  state: 'partial' | 'whole';
  /** Of a whole file: its length. */
  bytes: number;
  /** Of a partial file: the length that the server named; null where it named none. */
  total: number | null;
  /** What the server calls this version of the file (ETag or date); null where it does not say. */
  validator: string | null;
  /** Of a whole file: SHA-256, lower-case hexadecimal. */
  sha256: string | null;
}

/** Which files a model consists of. */
export interface ModelFilesRecord {
  /** `engine:id`. */
  key: string;
  id: string;
  engine: 'webllm' | 'wllama';
  /** Addresses. */
  files: string[];
  /** Every file is whole. */
  whole: boolean;
  /** Bytes of all its files, where they are known. */
  total: number | null;
  /** When it was last asked for, milliseconds since 1970. */
  touched: number;
}

interface Schema extends DBSchema {
  files: { key: string; value: FileRecord };
  models: { key: string; value: ModelFilesRecord };
  /** SHA-256 that a file had when it was first trusted: outlives the file, and is asked for ever after. */
  hashes: { key: string; value: { url: string; sha256: string } };
  own: { key: string; value: OwnModel };
}

const STRICT = { durability: 'strict' } as const;

export class FileIndex {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** Opens the index. @throws DOMException where the browser offers no storage */
  static async open(name = 'equipoise-models'): Promise<FileIndex> {
    const db = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('files', { keyPath: 'url' });
        fresh.createObjectStore('models', { keyPath: 'key' });
        fresh.createObjectStore('hashes', { keyPath: 'url' });
        fresh.createObjectStore('own', { keyPath: 'id' });
      },
      blocking() {
        db.close();
      },
    });
    return new FileIndex(db);
  }

  file(url: string): Promise<FileRecord | undefined> {
    return this.db.get('files', url);
  }

  files(): Promise<FileRecord[]> {
    return this.db.getAll('files');
  }

  /** Notes a file under way. */
  async note(record: FileRecord): Promise<void> {
    await this.db.put('files', record);
  }

  /** The commit marker of a file, and its hash for ever after: one step, durable. */
  async commit(record: FileRecord & { state: 'whole'; sha256: string }): Promise<void> {
    const tx = this.db.transaction(['files', 'hashes'], 'readwrite', STRICT);
    await Promise.all([
      tx.objectStore('files').put(record),
      tx.objectStore('hashes').put({ url: record.url, sha256: record.sha256 }),
      tx.done,
    ]);
  }

  async dropFile(url: string): Promise<void> {
    await this.db.delete('files', url);
  }

  async rememberedHash(url: string): Promise<string | undefined> {
    return (await this.db.get('hashes', url))?.sha256;
  }

  /** Takes back the trust in these files: the next download may be another one. */
  async forgetHashes(urls: readonly string[]): Promise<void> {
    const tx = this.db.transaction('hashes', 'readwrite', STRICT);
    await Promise.all([...urls.map((url) => tx.store.delete(url)), tx.done]);
  }

  model(key: string): Promise<ModelFilesRecord | undefined> {
    return this.db.get('models', key);
  }

  models(): Promise<ModelFilesRecord[]> {
    return this.db.getAll('models');
  }

  async putModel(record: ModelFilesRecord): Promise<void> {
    const tx = this.db.transaction('models', 'readwrite', STRICT);
    await Promise.all([tx.store.put(record), tx.done]);
  }

  async dropModel(key: string): Promise<void> {
    await this.db.delete('models', key);
  }

  own(): Promise<OwnModel[]> {
    return this.db.getAll('own');
  }

  async putOwn(model: OwnModel): Promise<void> {
    const tx = this.db.transaction('own', 'readwrite', STRICT);
    await Promise.all([tx.store.put(model), tx.done]);
  }

  async dropOwn(id: string): Promise<void> {
    await this.db.delete('own', id);
  }

  close(): void {
    this.db.close();
  }
}
