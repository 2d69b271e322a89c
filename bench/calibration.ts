/**
 * Calibration by simulation (docs/calibration.md): false alarms of the test and coverage of the intervals
 * under balanced kernels, power under driven ones, each on many data sets through the page's own modules.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { configurations, nameOfConfiguration } from './calibration/configurations';
import { lineOf, type CalibrationLine } from './calibration/line';
import { planOf } from './calibration/run';
import { writePage } from './calibration/table';
import { addTally, emptyTally, type Tally } from './calibration/tally';
import type { DataSetsTask } from './calibration/worker';
import { Pool } from './tools/pool';

/** Data sets of one task: pieces are the same whatever the number of threads, and so are the sums. */
const piece = 25;

/**
 * Options: `--data-sets N` (1,000), `--replicas N` (as on the page), `--seed N` (1), `--workers N` (one a
 * core), `--only TEXT` in the name of a configuration, `--write` the tables of docs/calibration.md.
 */
export default async function* calibration(args: string[]): AsyncIterable<CalibrationLine> {
  const { values } = parseArgs({
    args,
    options: {
      'data-sets': { type: 'string', default: '1000' },
      replicas: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  const [dataSets, replicas, seed, workers] = (
    ['data-sets', 'replicas', 'seed', 'workers'] as const
  ).map((name) => whole(name, values[name])) as [number, number, number, number];
  if (values.write && values.only !== '') throw new Error('--write takes all configurations.');
  const pool = new Pool(new URL('./calibration/worker.ts', import.meta.url), workers);
  const lines: CalibrationLine[] = [];
  try {
    for (const configuration of configurations) {
      if (!nameOfConfiguration(configuration).includes(values.only)) continue;
      const start = performance.now();
      const plan = planOf(configuration, seed, replicas);
      const tasks: DataSetsTask[] = [];
      for (let from = 0; from < dataSets; from += piece)
        tasks.push({ plan, from, to: Math.min(dataSets, from + piece) });
      const tally = emptyTally(configuration.states);
      for (const part of await pool.run<DataSetsTask, Tally>(tasks)) addTally(tally, part);
      const seconds = (performance.now() - start) / 1000;
      const line = lineOf(plan, tally, seconds);
      lines.push(line);
      yield line;
    }
  } finally {
    await pool.end();
  }
  if (values.write) await writePage(lines, args);
}

/** The value of an option that is a whole number above 0. */
function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}.`);
  return Number(text);
}
