/** What a benchmark yields, and how times are taken: the same work, in the same run, best of several. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line of output (docs/formats.md, section 5). `ratio` is peer / ours for times. */
export interface BenchLine {
  bench: string;
  case: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  unit: string;
}

/** The default export of a file in bench/: yields its lines, each a `BenchLine` unless it documents its own. */
export type Benchmark = (options: string[]) => AsyncIterable<object> | Iterable<object>;

/** Seconds of the fastest of `times` runs, and what the last one returned. */
export function fastest<T>(times: number, work: () => T): { seconds: number; value: T } {
  let seconds = Infinity;
  let value!: T;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    value = work();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return { seconds, value };
}

/** The Python that runs the peers: `EQUIPOISE_PYTHON`, or python3. */
const PYTHON = process.env.EQUIPOISE_PYTHON ?? 'python3';

/** True where Python has these modules; else a sentence on standard error says what is missing. */
export function hasPython(...modules: string[]): boolean {
  const { status } = spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
  if (status === 0) return true;
  console.error(
    `The peer needs ${PYTHON} with ${modules.join(' and ')}; it is skipped, and ratio is null.`,
  );
  return false;
}

/**
 * Runs bench/peers/SCRIPT IN OUT: it reads `input` as JSON from IN and writes its answer to OUT.
 * The peer takes its own times, so that its start does not count.
 */
export function askPeer<T>(script: string, input: unknown): T {
  const folder = mkdtempSync(join(tmpdir(), 'equipoise-bench-'));
  try {
    const [given, answer] = [join(folder, 'in.json'), join(folder, 'out.json')];
    writeFileSync(given, JSON.stringify(input));
    const path = join(import.meta.dirname, '../peers', script);
    const { status, stderr } = spawnSync(PYTHON, [path, given, answer], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the peer ${script} failed: ${stderr}`);
    return JSON.parse(readFileSync(answer, 'utf8')) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line for two times of the same work. */
export function timeLine(
  bench: string,
  name: string,
  ours: number,
  peer: number | null,
): BenchLine {
  return { bench, case: name, ours, peer, ratio: peer === null ? null : peer / ours, unit: 's' };
}
