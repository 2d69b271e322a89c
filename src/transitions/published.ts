/** The two formats that the authors of arXiv:2512.10047 published (formats, section 3). */
import { Counter } from './count';
import { fault, isName, isObject } from './fault';
import type { CountGraph, Outcome } from './types';

/** The published word agent's name for every word with a wrong sum. */
const invalidState = 'INVALID00';

/**
 * Word agent: `{"SOURCE": ["TARGET", …], …}`, already parsed from JSON. A target INVALID00 becomes a
 * rejection of its source; the row of INVALID00 is dropped; warnings say how many. Fault code:
 * `published-words`.
 */
export function readPublishedWords(value: Record<string, unknown>): Outcome<CountGraph> {
  const counter = new Counter();
  let rejections = 0;
  let dropped = 0;
  for (const [source, targets] of Object.entries(value)) {
    const where = `At ${JSON.stringify(source)}`;
    if (source === '') return fault('published-words', `${where}: expected the name of a state.`);
    if (!Array.isArray(targets))
      return fault('published-words', `${where}: expected a list of target states.`);
    for (let at = 0; at < targets.length; at++) {
      const target: unknown = targets[at];
      if (!isName(target))
        return fault(
          'published-words',
          `${where}, entry ${at}: expected the name of a target state.`,
        );
      if (source === invalidState) continue;
      if (target === invalidState) {
        rejections++;
        counter.addRejections(source, 'wrong-sum', 1);
      } else {
        counter.addTransitions(source, target, 1);
      }
    }
    if (source === invalidState) dropped += targets.length;
  }
  if (counter.attempts === 0)
    return fault('published-words', 'Expected at least one transition {"SOURCE": ["TARGET"]}.');
  const warnings: string[] = [];
  if (rejections > 0)
    warnings.push(`${rejections} transitions to ${invalidState} were read as rejections.`);
  if (dropped > 0)
    warnings.push(`The row of ${invalidState} was dropped, with its ${dropped} attempts.`);
  return { ok: true, value: counter.snapshot(), ...(warnings.length > 0 ? { warnings } : {}) };
}

/**
 * Expression agent: `[{"target_expression", "source_expressions": [{"expression"}, …]}, …]`, already
 * parsed; an entry with k sources is k transitions. Fault code: `published-expressions`.
 */
export function readPublishedExpressions(value: unknown[]): Outcome<CountGraph> {
  const code = 'published-expressions';
  const counter = new Counter();
  for (let at = 0; at < value.length; at++) {
    const entry = value[at];
    if (!isObject(entry))
      return fault(code, `At [${at}]: expected an object with a target_expression.`);
    const target = entry['target_expression'];
    if (!isName(target))
      return fault(code, `At [${at}].target_expression: expected an expression.`);
    const sources = entry['source_expressions'];
    if (!Array.isArray(sources))
      return fault(code, `At [${at}].source_expressions: expected a list of sources.`);
    for (let k = 0; k < sources.length; k++) {
      const source = (sources[k] as Record<string, unknown> | null)?.['expression'];
      if (!isName(source))
        return fault(
          code,
          `At [${at}].source_expressions[${k}].expression: expected an expression.`,
        );
      counter.addTransitions(source, target, 1);
    }
  }
  if (counter.attempts === 0)
    return fault(code, 'Expected at least one transition with a source and a target expression.');
  return { ok: true, value: counter.snapshot() };
}
