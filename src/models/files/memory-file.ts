/** Files that are filled as one on disk is, but lie in memory, or nowhere at all. */

/** A file that grows as a download comes in. */
export interface Growing {
  readonly size: number;
  append(bytes: Uint8Array): void;
  /** The bytes from `at` on, at most `length` of them. */
  read(at: number, length: number): Uint8Array;
  /** Back to nothing. */
  empty(): void;
  /** Brings what was appended to where it lasts. */
  flush(): void;
}

/** A file in memory, for where nothing can be stored. */
export class MemoryFile implements Growing {
  private parts: Uint8Array<ArrayBuffer>[] = [];
  size = 0;

  append(bytes: Uint8Array): void {
    this.parts.push(bytes.slice());
    this.size += bytes.byteLength;
  }

  read(at: number, length: number): Uint8Array {
    const out = new Uint8Array(Math.min(length, this.size - at));
    let start = 0;
    for (const part of this.parts) {
      const from = Math.max(at, start);
      const to = Math.min(at + out.length, start + part.length);
      if (from < to) out.set(part.subarray(from - start, to - start), from - at);
      start += part.length;
      if (start >= at + out.length) break;
    }
    return out;
  }

  empty(): void {
    this.parts = [];
    this.size = 0;
  }

  flush(): void {}

  blob(): Blob {
    return new Blob(this.parts);
  }
}

/** A file that is elsewhere already and only passes by to be checked: its first bytes are kept. */
export class PassedBy implements Growing {
  private head = new Uint8Array(0);
  size = 0;

  append(bytes: Uint8Array): void {
    if (this.head.length < HEAD) {
      const more = bytes.subarray(0, HEAD - this.head.length);
      this.head = Uint8Array.from([...this.head, ...more]);
    }
    this.size += bytes.byteLength;
  }

  read(at: number, length: number): Uint8Array {
    return this.head.slice(at, at + length);
  }

  empty(): void {
    this.head = new Uint8Array(0);
    this.size = 0;
  }

  flush(): void {}
}

const HEAD = 16;
