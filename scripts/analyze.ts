/** `npm run --silent analyze -- FILE [options]`: a file of transitions in, a result on standard output. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { completing, prepare, solve } from '../src/analysis/analyse';
import type { ActionKernel, AnalysisOptions, Normalisation } from '../src/analysis/result';
import { readTransitions } from '../src/transitions/read-file';

const usage =
  'Usage: npm run --silent analyze -- FILE [--normalisation attempts|accepted|uniform] ' +
  '[--attempts-per-state N] [--action softplus|exp] [--replicas N] [--seed N] ' +
  '[--target STATE] [--source STATE] [--forbid STATE]';

/** Ends the process with one sentence on standard error. */
function stop(status: 1 | 2, sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(status);
}

function options(): { file: string; analysis: Partial<AnalysisOptions> } {
  const parsed = (() => {
    try {
      return parseArgs({
        allowPositionals: true,
        options: {
          normalisation: { type: 'string' },
          'attempts-per-state': { type: 'string' },
          action: { type: 'string' },
          replicas: { type: 'string' },
          seed: { type: 'string' },
          target: { type: 'string', multiple: true },
          source: { type: 'string', multiple: true },
          forbid: { type: 'string', multiple: true },
        },
      });
    } catch (error) {
      return stop(2, `${error instanceof Error ? error.message.split('. ')[0]! : error}\n${usage}`);
    }
  })();
  const { values, positionals } = parsed;
  if (positionals.length !== 1)
    stop(2, `Expected one file, found ${positionals.length}.\n${usage}`);
  const analysis: Partial<AnalysisOptions> = {};
  if (values.normalisation !== undefined)
    analysis.normalisation = oneOf<Normalisation>('normalisation', values.normalisation, [
      'attempts',
      'accepted',
      'uniform',
    ]);
  if (values.action !== undefined)
    analysis.action = oneOf<ActionKernel>('action', values.action, ['softplus', 'exp']);
  if (values['attempts-per-state'] !== undefined)
    analysis.attemptsPerState = positive('attempts-per-state', values['attempts-per-state']);
  if (values.replicas !== undefined)
    analysis.replicas = whole('replicas', values.replicas, 10_000_000);
  if (values.seed !== undefined) analysis.seed = whole('seed', values.seed, 2 ** 31 - 1);
  if (values.target) analysis.target = values.target;
  if (values.source) analysis.source = values.source;
  if (values.forbid) analysis.forbidden = values.forbid;
  return { file: positionals[0]!, analysis };
}

function oneOf<T extends string>(name: string, value: string, allowed: T[]): T {
  const found = allowed.find((one) => one === value);
  return found ?? stop(2, `--${name}: expected ${allowed.join(', ')}, found ${value}.`);
}

function whole(name: string, value: string, most: number): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
  if (number <= most) return number;
  return stop(2, `--${name}: expected a whole number from 0 to ${most}, found ${value}.`);
}

function positive(name: string, value: string): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (number > 0 && Number.isFinite(number)) return number;
  return stop(2, `--${name}: expected a number above 0, found ${value}.`);
}

function textOf(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) return stop(1, `${file}: expected text in UTF-8.`);
    const code = (error as NodeJS.ErrnoException).code;
    return stop(
      1,
      `${file}: ${code === 'ENOENT' ? 'there is no such file' : `it could not be read (${code ?? 'unknown error'})`}.`,
    );
  }
}

const { file, analysis } = options();
const read = readTransitions(textOf(file));
if (!read.ok) stop(1, `${file}: ${read.fault.message}`);
for (const warning of read.warnings ?? []) process.stderr.write(`${file}: ${warning}\n`);
const asked = [analysis.target, analysis.source, analysis.forbidden].flatMap(
  (names) => names ?? [],
);
const missing = asked.find((name) => !read.value.graph.names.includes(name));
if (missing !== undefined) stop(1, `${file}: there is no state ${JSON.stringify(missing)}.`);

const prepared = prepare(read.value.graph, analysis);
const steps = completing(
  prepared,
  solve(prepared),
  { kind: 'cpu', precision: 'float64', selfTest: 'not run' },
  read.value.log?.attempts,
);
for (;;) {
  const step = steps.next();
  if (step.done) {
    const warnings = [...(read.warnings ?? []), ...(step.value.warnings ?? [])];
    const result = warnings.length > 0 ? { ...step.value, warnings } : step.value;
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    break;
  }
  const { stage, done, total } = step.value;
  if (stage === 'bootstrap' && done % 100 === 0)
    process.stderr.write(`bootstrap: ${done} of ${total} replicas\n`);
}
