/** The bytes of model files in the origin's private file system: appended to, read as disk-backed blobs, removed. */
import type { Growing } from './memory-file';

const FOLDER = 'equipoise-models';

/** How long a file that a dead page held open may take to be released. */
const RELEASE_MS = 3000;

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** A file with exclusive access, in a worker. `append` throws `QuotaExceededError` where there is no room. */
export interface OpenFile extends Growing {
  close(): void;
}

/**
 * Opens a file to write on, made where it does not exist.
 * @throws DOMException where the browser offers no such storage, or another page holds the file
 */
export async function openFile(name: string): Promise<OpenFile> {
  const handle = await (await folder()).getFileHandle(name, { create: true });
  const access = await openAccess(handle);
  let size = access.getSize();
  return {
    get size() {
      return size;
    },
    append(bytes) {
      for (let done = 0; done < bytes.byteLength;) {
        const written = access.write(bytes.subarray(done), { at: size });
        if (written === 0) throw new DOMException('the disk is full', 'QuotaExceededError');
        done += written;
        size += written;
      }
    },
    read(at, length) {
      const bytes = new Uint8Array(Math.min(length, size - at));
      const got = access.read(bytes, { at });
      return bytes.subarray(0, got);
    },
    empty() {
      access.truncate(0);
      size = 0;
    },
    flush: () => access.flush(),
    close: () => access.close(),
  };
}

async function openAccess(handle: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  const end = performance.now() + RELEASE_MS;
  for (;;)
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      const held = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!held || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** A file as a blob that is read from disk as it is used; null where it does not exist. */
export async function storedFile(name: string): Promise<File | null> {
  try {
    return await (await (await folder()).getFileHandle(name)).getFile();
  } catch {
    return null;
  }
}

/** Removes a file; one that is not there is no error. */
export async function removeStoredFile(name: string): Promise<void> {
  await (await folder()).removeEntry(name).catch((error: DOMException) => {
    if (error.name !== 'NotFoundError') throw error;
  });
}

/** Removes every file. */
export async function removeStoredFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(FOLDER, { recursive: true }).catch((error: DOMException) => {
    if (error.name !== 'NotFoundError') throw error;
  });
}
