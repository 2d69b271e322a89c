/** Reads any transition file, told apart by its content and not by its name (formats, 1 to 3). */
import { countAttempts } from './count';
import { parseCountsCsv } from './counts-csv';
import { parseLog } from './log-format';
import { readPublishedExpressions, readPublishedWords } from './published';
import { fault, isObject } from './fault';
import { parseKernelCsv } from './kernel-csv';
import type { CountGraph, Outcome, TransitionLog } from './types';

export interface TransitionFile {
  format: 'log' | 'counts' | 'kernel' | 'published-words' | 'published-expressions';
  graph: CountGraph;
  /** The attempts in order, where the format holds them. */
  log?: TransitionLog;
}

const expected =
  'Expected a log (*.eq.jsonl), counts (from,to,count), a kernel (from,to,probability) or one of the published JSON formats';

/**
 * The transitions of a file's text. Nothing of a bad file is half read. Fault codes: `empty-file`,
 * `unknown-format`, `not-a-log`, `no-attempts` and those of the four readers.
 */
export function readTransitions(text: string): Outcome<TransitionFile> {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (body.trim() === '') return fault('empty-file', `The file is empty. ${expected}.`);
  if (body.includes('\u0000'))
    return fault('unknown-format', `The file is not text. ${expected}, in UTF-8.`);
  const start = body.trimStart();
  if (start.startsWith('{')) return readObject(body);
  if (start.startsWith('[')) return readArray(body);
  const firstLine = start.slice(0, 200).split(/\r?\n/, 1)[0]!;
  if (!firstLine.includes(',')) return fault('unknown-format', `Line 1: ${lower(expected)}.`);
  if (/^"?from"?\s*,\s*"?to"?\s*,\s*"?probability/.test(firstLine))
    return as('kernel', parseKernelCsv(body));
  return as('counts', parseCountsCsv(body));
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** A log by its first line, else the published word agent. */
function readObject(body: string): Outcome<TransitionFile> {
  const lines = body.split(/\r?\n/, 2);
  const header = parse(lines[0]!);
  const looksLikeLog = isObject(header.value)
    ? Object.hasOwn(header.value, 'equipoise')
    : /^\s*\{\s*"equipoise"/.test(lines[0]!);
  if (looksLikeLog) {
    if (isObject(header.value) && header.value['kind'] === 'result') return resultNotLog();
    const log = parseLog(body);
    if (!log.ok) return log;
    if (log.value.attempts.length === 0)
      return fault('no-attempts', 'Line 2: expected at least one attempt after the header.');
    return {
      ok: true,
      value: { format: 'log', graph: countAttempts(log.value.attempts), log: log.value },
      ...(log.warnings ? { warnings: log.warnings } : {}),
    };
  }
  const whole = parse(body);
  if (!isObject(whole.value)) return fault('unknown-format', `${whole.where}${lower(expected)}.`);
  if (Object.hasOwn(whole.value, 'equipoise')) return resultNotLog();
  return as('published-words', readPublishedWords(whole.value));
}

function resultNotLog(): Outcome<TransitionFile> {
  return fault(
    'not-a-log',
    'This is a result of an analysis (or another file of ours), which holds no attempts: expected the log or the counts that it came from.',
  );
}

function readArray(body: string): Outcome<TransitionFile> {
  const whole = parse(body);
  if (!Array.isArray(whole.value))
    return fault('unknown-format', `${whole.where}${lower(expected)}.`);
  return as('published-expressions', readPublishedExpressions(whole.value));
}

/** JSON, or where it breaks as far as the parser says. */
function parse(text: string): { value?: unknown; where: string } {
  try {
    return { value: JSON.parse(text) as unknown, where: '' };
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '');
    if (!position) return { where: 'The JSON is cut short or broken: ' };
    const before = text.slice(0, Number(position[1])).split('\n');
    return {
      where: `Line ${before.length}, column ${before[before.length - 1]!.length + 1}: the JSON breaks here; `,
    };
  }
}

function as(
  format: TransitionFile['format'],
  outcome: Outcome<CountGraph>,
): Outcome<TransitionFile> {
  if (!outcome.ok) return outcome;
  if (!outcome.value.attempts.some((attempts) => attempts > 0))
    return fault('no-attempts', 'Every count is 0: expected at least one attempt.');
  return {
    ok: true,
    value: { format, graph: outcome.value },
    ...(outcome.warnings ? { warnings: outcome.warnings } : {}),
  };
}
