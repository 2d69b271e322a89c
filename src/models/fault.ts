/** What went wrong in a model, as the value that every function of this room returns. */
import type { ModelFault } from './language-model';

/** A failed outcome. @param error what was thrown, or a sentence; data, never markup */
export function fault(code: ModelFault['code'], error: unknown): { ok: false; fault: ModelFault } {
  const detail = error instanceof Error ? error.message || error.name : String(error);
  return { ok: false, fault: { code, detail } };
}
