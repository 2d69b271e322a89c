/** A person's own model, as this browser remembers it. */
import type { PromptFormat } from '../language-model';

export interface OwnModel {
  /** Begins with `own-`; letters, digits and hyphens. */
  id: string;
  /** As the person calls it. */
  name: string;
  engine: 'webllm' | 'wllama';
  /** How prompts reach it. */
  format: PromptFormat;
  /** Where its files are: at an address, copied into this browser, or on disk, to be chosen anew each visit. */
  from: 'address' | 'kept' | 'disk';
  /** WebLLM: folder of weights, with a slash at its end. */
  model?: string;
  /** WebLLM: the compiled library. */
  library?: string;
  /** wllama: the GGUF file. */
  gguf?: string;
  /** SHA-256 by file name, where the person gave them or the file was read for it. */
  hashes: Record<string, string>;
  /** Bytes of all files; null where that is not known yet. */
  bytes: number | null;
  contextLength: number | null;
  /** When it was added, milliseconds since 1970. */
  added: number;
}
