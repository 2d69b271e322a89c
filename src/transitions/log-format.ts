/** The native log, `*.eq.jsonl`: a header line, then one attempt a line (formats, section 1). */
import { fault, isName, isObject } from './fault';
import type { Attempt, LogHeader, Outcome, TransitionLog } from './types';

/** One line for the header, without the line break. */
export function serialiseHeader(header: LogHeader): string {
  return JSON.stringify(header);
}

/** One line for an attempt, without the line break. Keys in a fixed order. */
export function serialiseAttempt(attempt: Attempt): string {
  const { i, t, from, to, reject, text, p, ms } = attempt;
  return JSON.stringify({ i, t, from, to, reject, text, p, ms });
}

/** The whole file, every line ended. */
export function serialiseLog(log: TransitionLog): string {
  const lines = [serialiseHeader(log.header)];
  for (const attempt of log.attempts) lines.push(serialiseAttempt(attempt));
  return lines.join('\n') + '\n';
}

/**
 * Reads a native log. A last line cut short is dropped with a warning; any other broken line refuses
 * the file and names the line. Fault codes: `log-header`, `log-line`.
 */
export function parseLog(text: string): Outcome<TransitionLog> {
  const lines = text.split('\n');
  while (lines.length > 0 && lines[lines.length - 1]!.trim() === '') lines.pop();
  const header = parseHeader(lines[0] ?? '');
  if (typeof header === 'string') return fault('log-header', `Line 1: ${header}`);
  const attempts: Attempt[] = [];
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at]!;
    const value = parseJson(line);
    if (value === undefined) {
      if (at === lines.length - 1 && line.trimStart().startsWith('{')) {
        return {
          ok: true,
          value: { header, attempts },
          warnings: [
            `Line ${at + 1}, the last, was cut short and is left out; ` +
              `the ${attempts.length} attempts before it were read.`,
          ],
        };
      }
      return fault('log-line', `Line ${at + 1}: expected one attempt as a JSON object.`);
    }
    const wrong = whatIsWrong(value, attempts.length);
    if (wrong !== null) return fault('log-line', `Line ${at + 1}: ${wrong}`);
    attempts.push(attemptOf(value as Record<string, unknown>));
  }
  return { ok: true, value: { header, attempts } };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** The header, or what is wrong with it. */
function parseHeader(line: string): LogHeader | string {
  const value = parseJson(line);
  if (!isObject(value))
    return 'expected the header of a log, {"equipoise":1,"kind":"log",…}, as one JSON object.';
  if (value['equipoise'] !== 1)
    return 'expected "equipoise": 1, the version of the format that this program reads.';
  if (value['kind'] !== 'log') return 'expected "kind": "log".';
  for (const key of ['id', 'created']) {
    if (typeof value[key] !== 'string') return `expected "${key}" to be a string.`;
  }
  if (!isObject(value['experiment'])) return 'expected "experiment" to be an object.';
  return value as unknown as LogHeader;
}

/** Null for a valid attempt number `i`, else what was expected. */
function whatIsWrong(value: unknown, i: number): string | null {
  if (!isObject(value)) return 'expected one attempt as a JSON object.';
  if (value['i'] !== i) return `expected "i": ${i} (attempts are numbered from 0 without gaps).`;
  if (!isCount(value['t'])) return 'expected "t", milliseconds since the start, a number >= 0.';
  if (!isName(value['from'])) return 'expected "from", the name of a state.';
  const to = value['to'];
  const reject = value['reject'];
  if ((to === undefined) === (reject === undefined))
    return 'expected either "to" or "reject", and not both.';
  if (to !== undefined && !isName(to)) return 'expected "to" to be the name of a state.';
  if (reject !== undefined && !isName(reject))
    return 'expected "reject" to be the reason of the rejection.';
  if (value['text'] !== undefined && typeof value['text'] !== 'string')
    return 'expected "text" to be a string.';
  const p = value['p'];
  if (p !== undefined && !(isCount(p) && p <= 1)) return 'expected "p" to be a number from 0 to 1.';
  if (value['ms'] !== undefined && !isCount(value['ms']))
    return 'expected "ms" to be a number >= 0.';
  return null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** The known keys of a validated line; anything else in it is dropped. */
function attemptOf(value: Record<string, unknown>): Attempt {
  const attempt: Attempt = {
    i: value['i'] as number,
    t: value['t'] as number,
    from: value['from'] as string,
  };
  if (value['to'] !== undefined) attempt.to = value['to'] as string;
  if (value['reject'] !== undefined) attempt.reject = value['reject'] as string;
  if (value['text'] !== undefined) attempt.text = value['text'] as string;
  if (value['p'] !== undefined) attempt.p = value['p'] as number;
  if (value['ms'] !== undefined) attempt.ms = value['ms'] as number;
  return attempt;
}
