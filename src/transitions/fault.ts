/** Small shared pieces of the readers: an error as a value, and what counts as an object or a name. */
import type { Fault } from './types';

export function fault(code: string, message: string): { ok: false; fault: Fault } {
  return { ok: false, fault: { code, message } };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A state's name is any string but the empty one. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
