/** What the commands that analyse files share: their options, reading a file, ending with a sentence. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ActionKernel, AnalysisOptions, Normalisation } from '../src/analysis/result';
import { parseFeaturesCsv, type FeatureTable } from '../src/transitions/features-csv';
import { readTransitions, type TransitionFile } from '../src/transitions/read-file';

/** The options that every such command takes, for its usage line. */
export const sharedUsage =
  '[--normalisation attempts|accepted|uniform|dirichlet] [--attempts-per-state N] ' +
  '[--action softplus|exp] [--replicas N] [--seed N] [--temperature T]';

const shared = {
  normalisation: { type: 'string' },
  'attempts-per-state': { type: 'string' },
  action: { type: 'string' },
  replicas: { type: 'string' },
  seed: { type: 'string' },
  temperature: { type: 'string' },
} as const;

const more = {
  target: { type: 'string', multiple: true },
  source: { type: 'string', multiple: true },
  forbid: { type: 'string', multiple: true },
  features: { type: 'string' },
} as const;

/** Ends the process with one sentence on standard error: 1 for a bad file, 2 for a bad option. */
export function stop(status: 1 | 2, sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(status);
}

/**
 * The files and the options of the command line; `ofOne`: also the options about the states of one
 * experiment. Ends the process with status 2 where they are not as `usage` says.
 */
export function commandLine(
  usage: string,
  ofOne: boolean,
): { files: string[]; analysis: Partial<AnalysisOptions>; features?: string } {
  const { values, positionals } = (() => {
    try {
      const known = ofOne ? { ...shared, ...more } : shared;
      return parseArgs({ allowPositionals: true, options: known as typeof shared & typeof more });
    } catch (error) {
      return stop(2, `${error instanceof Error ? error.message.split('. ')[0]! : error}\n${usage}`);
    }
  })();
  const analysis: Partial<AnalysisOptions> = {};
  if (values.normalisation !== undefined)
    analysis.normalisation = oneOf<Normalisation>('normalisation', values.normalisation, [
      'attempts',
      'accepted',
      'uniform',
      'dirichlet',
    ]);
  if (values.action !== undefined)
    analysis.action = oneOf<ActionKernel>('action', values.action, ['softplus', 'exp']);
  if (values['attempts-per-state'] !== undefined)
    analysis.attemptsPerState = positive('attempts-per-state', values['attempts-per-state']);
  if (values.replicas !== undefined)
    analysis.replicas = whole('replicas', values.replicas, 10_000_000);
  if (values.seed !== undefined) analysis.seed = whole('seed', values.seed, 2 ** 31 - 1);
  if (values.temperature !== undefined)
    analysis.temperature = positive('temperature', values.temperature);
  if (values.target) analysis.target = values.target;
  if (values.source) analysis.source = values.source;
  if (values.forbid) analysis.forbidden = values.forbid;
  const { features } = values;
  return { files: positionals, analysis, ...(features === undefined ? {} : { features }) };
}

/** The transitions of a file; ends the process with status 1 where it is none, warns on standard error. */
export function transitionsOf(file: string): { read: TransitionFile; warnings: string[] } {
  const read = readTransitions(textOf(file));
  if (!read.ok) return stop(1, `${file}: ${read.fault.message}`);
  const warnings = read.warnings ?? [];
  for (const warning of warnings) process.stderr.write(`${file}: ${warning}\n`);
  return { read: read.value, warnings };
}

/** The features of a file; ends the process with status 1 where it is none. */
export function featuresOf(file: string): FeatureTable {
  const read = parseFeaturesCsv(textOf(file));
  return read.ok ? read.value : stop(1, `${file}: ${read.fault.message}`);
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
