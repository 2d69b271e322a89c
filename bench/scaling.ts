/**
 * How cost grows from 1,000 to 1,000,000 directed edges on graphs of constant degree: the solve, and
 * the whole analysis without replicas (in a process of its own, with the memory that it took).
 *
 * In lines of unit "s/edge", `ours` is seconds of processor time an edge (other processes do not count),
 * `peer` the same at the smallest size and `ratio` = peer / ours: 1 is linear, 0.5 twice as dear. The
 * peer is no other program here.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { solveLeastAction } from '../src/analysis/potential/least-action';
import { prepare } from '../src/analysis/prepare';
import { families, familyGraph, type Family } from './tools/families';
import type { BenchLine } from './tools/measure';
import { processorSeconds } from './tools/processor-time';

const SIZES = [1e3, 1e4, 1e5, 1e6];
/** As in the published expression agent's graph. */
const EDGES_A_STATE = 2.9;
const statesOf = (edges: number) => Math.round(edges / EDGES_A_STATE);

export default function* scaling(): Iterable<BenchLine> {
  for (const family of families) {
    const perEdge = lines(`solve, ${family}`);
    for (const edges of SIZES) {
      const { leastAction } = prepare(familyGraph(family, statesOf(edges), edges));
      const times = Math.max(2, Math.min(300, Math.round(1e6 / edges)));
      const work = () => solveLeastAction(leastAction, 'softplus');
      const { seconds, value } = processorSeconds(times, work);
      if (!value.converged) throw new Error(`${family}, ${edges} edges: it did not converge`);
      yield perEdge(edges, seconds);
    }
  }
  for (const family of ['ring', 'random'] as const) {
    const perEdge = lines(`analysis, ${family}`);
    for (const edges of SIZES) {
      const { seconds, megabytes } = analysed(family, edges);
      yield perEdge(edges, seconds);
      yield {
        bench: 'scaling',
        case: `memory, ${family}, ${edges} edges`,
        ours: megabytes,
        peer: null,
        ratio: null,
        unit: 'MiB',
      };
    }
  }
}

/** Lines of seconds an edge, each against the first. */
function lines(name: string): (edges: number, seconds: number) => BenchLine {
  let first: number | null = null;
  return (edges, seconds) => {
    const ours = seconds / edges;
    first ??= ours;
    const line = { ours, peer: first, ratio: first / ours, unit: 's/edge' };
    return { bench: 'scaling', case: `${name}, ${edges} edges`, ...line };
  };
}

/** A whole analysis in a fresh process that may hold 2 GB. */
function analysed(family: Family, edges: number): { seconds: number; megabytes: number } {
  const script = join(import.meta.dirname, 'tools/analyse-family.ts');
  const limits = ['--max-old-space-size=1600', '--import', 'tsx'];
  const given = [script, family, String(statesOf(edges)), String(edges)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...limits, ...given], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${family}, ${edges} edges: ${stderr}`);
  return JSON.parse(stdout) as { seconds: number; megabytes: number };
}
