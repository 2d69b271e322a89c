/** Walks a result: what every one must keep, whatever the counts. */

/** Nulls that are no number left out: an option not set. */
const free = new Set(['options.uniformAttempts']);

/**
 * What is wrong with a result as a person reads it from a file: numbers that are not finite, nulls
 * whose key no `why` of their object, or of one around it, explains, a `why` that says nothing.
 */
export function faults(result: unknown): string[] {
  const found: string[] = [];
  walk(result, [], [], found);
  return found;
}

function walk(value: unknown, path: string[], reasons: object[], found: string[]): void {
  const where = path.join('.');
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) found.push(`${where} is ${value}`);
  } else if (value === null) {
    const explained = reasons.some((why) => path.some((key) => Object.hasOwn(why, key)));
    if (!explained && !free.has(where)) found.push(`${where} is null without a why`);
  } else if (Array.isArray(value)) {
    value.forEach((inner) => walk(inner, path, reasons, found));
  } else if (typeof value === 'object') {
    const why = (value as { why?: unknown }).why;
    // A state may be called "why": its value is a number.
    const own = typeof why === 'object' && why !== null ? [why, ...reasons] : reasons;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'why' && inner === why && own !== reasons) {
        for (const [name, reason] of Object.entries(why!))
          if (typeof reason !== 'string' || reason.length < 10)
            found.push(`${where}.why.${name} says nothing`);
      } else walk(inner, [...path, key], own, found);
    }
  }
}
