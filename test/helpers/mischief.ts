/** What the breaking server can be told, and what it tells. */

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the breaking server: another origin than the page's. */
    fileServer: string;
  }
}

/** What goes wrong with files of a site; nothing does without. `match` is a part of the path. */
export interface Mischief {
  /** Cuts the connection after so many bytes of an answer. */
  breakAfter?: { match: string; bytes: number };
  /** Sends the first bytes only, as if they were all. */
  truncate?: { match: string; bytes: number };
  /** Flips the bits of one byte. */
  corrupt?: { match: string; at: number };
  /** Replaces a text inside a file by another of the same length. */
  patch?: { match: string; from: string; to: string };
  /** Serves a text in place of a file. */
  replace?: { match: string; text: string };
  /** Ranges are ignored, as by a server that knows none. */
  noRanges?: boolean;
  /** What the file is said to be: another one is another version. */
  version?: string;
  /** Names no version at all. */
  noVersion?: boolean;
  /** A pause after each 64 kB. */
  pauseMs?: number;
  /** Cuts every connection at once. */
  down?: boolean;
  /** Lets no other origin read. */
  noCors?: boolean;
}

/** One request as it was answered. */
export interface Answered {
  path: string;
  range: string | null;
  status: number;
  /** Bytes of the body that were written. */
  bytes: number;
}
