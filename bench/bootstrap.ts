/**
 * 1,000 replicas of the test at 60 states and 20,000 attempts: one thread against one of NumPy, edge-batched
 * and warm-started, then all threads against as many; and WebGPU in a headless browser. A line for every
 * variant of the peer (bench/peers/bootstrap.py). Both sides are right to about 1e-6 of X2 (ours to 6e-6,
 * mostly 1e-6; the chord method stops at steps of 1e-4 nats, which leaves up to 2e-6), and all must give
 * the same null, or it fails. Ours runs before and after the peer: the fastest run of each side counts.
 * Then the exact test, 1,000 samples on one thread against the fastest NumPy bootstrap: as they are, and as many
 * as are worth 1,000 independent ones, which the bootstrap's replicas are.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ConditionalBootstrap } from '../src/analysis/balance/bootstrap';
import { pairsOf } from '../src/analysis/balance/bootstrap-frame';
import type { BootstrapProblem } from '../src/analysis/balance/bootstrap-null';
import {
  planExact,
  runExact,
  tallyExact,
  type ExactTally,
} from '../src/analysis/balance/exact-null';
import { runOnThreads, type Hired } from '../src/app/analysis/bootstrap-pool';
import { allPairs, balancedCounts, problemOf } from '../test/cases/bootstrap';
import { randomPairs } from '../test/cases/graphs';
import { kolmogorovSmirnov } from '../test/cases/kolmogorov-smirnov';
import type { PageRun } from './tools/bootstrap-page';
import { runInPage } from './tools/in-page';
import { askPeer, fastest, hasPython, timeLine, type BenchLine } from './tools/measure';
import { portOf } from './tools/node-port';

const STATES = 60;
const ATTEMPTS = 20_000;
const REPLICAS = 1000;
const RUNS = 30;
/** The last chord step of the peer, nats. */
const TOLERANCE = 1e-4;

const CASES: { name: string; pairs: [number, number][] }[] = [
  { name: '10 neighbours', pairs: randomPairs(STATES, 250, 1) },
  { name: '20 neighbours', pairs: randomPairs(STATES, 640, 1) },
  { name: 'all neighbours', pairs: allPairs(STATES) },
];

/** Of each variant: the fastest run on each number of threads, and the null. */
type Peer = Record<string, { seconds: number[]; X2: number[] }>;

/** Threads that are started already: the peer's are too. */
function startThreads(count: number): { hire: () => Hired; end: () => Promise<unknown> } {
  const workerData = new URL('./tools/bootstrap-thread.ts', import.meta.url).href;
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./tools/thread.mjs', import.meta.url), { workerData });
    return worker.setMaxListeners(0); // one for every run
  });
  let next = 0;
  const hire = (): Hired => {
    const worker = workers[next++ % count]!;
    const onFailure = (listener: (reason: string) => void) =>
      void worker.once('error', (error) => listener(String(error)));
    return { port: portOf(worker), onFailure, end: () => undefined };
  };
  return { hire, end: () => Promise.all(workers.map((worker) => worker.terminate())) };
}

function onOneThread({ blocks, seed, replicas }: BootstrapProblem): Float64Array {
  const bootstrap = new ConditionalBootstrap(blocks, seed);
  return Float64Array.from({ length: replicas }, (_, b) => bootstrap.runReplica(b).X2);
}

/** The exact test whole: its cycles, its samples, its p. */
function exactTest({ blocks, seed, replicas }: BootstrapProblem): ExactTally {
  const plan = planExact(blocks, replicas, seed);
  if ('why' in plan) throw new Error(plan.why);
  const run = runExact(plan);
  for (;;) {
    const step = run.next();
    if (step.done) return tallyExact(step.value);
  }
}

/**
 * In the page of a headless browser, which gets the sources from a development server. Both are loaded
 * here, after all other times are taken: they detach a buffer, after which V8 looks at every access to any
 * typed array whether it was that one, and the replicas take a quarter longer.
 */
const onWebGpu = (problem: BootstrapProblem) =>
  runInPage<BootstrapProblem, PageRun | null>('/bench/tools/bootstrap-page.ts', problem);

function check(name: string, ours: Iterable<number>, others: Iterable<number>): void {
  const p = kolmogorovSmirnov(ours, others);
  if (!(p > 1e-3)) throw new Error(`${name}: the two nulls differ, Kolmogorov-Smirnov p = ${p}`);
}

/** Seconds of the fastest of several runs, on this thread. */
function timeOne(problem: BootstrapProblem): { seconds: number; value: Float64Array } {
  return fastest(RUNS, () => onOneThread(problem));
}

/** The same on threads that are started already, and their numbers. */
async function timeSeveral(
  problem: BootstrapProblem,
  helpers: { hire: () => Hired; threads: number },
): Promise<{ seconds: number; value: Float64Array }> {
  const value = new Float64Array(problem.replicas);
  let seconds = Infinity;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await runOnThreads(problem, 0, helpers, (first, part) => value.set(part, first));
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return { seconds, value };
}

function askNumPy(problem: BootstrapProblem, threads: number[]): Peer {
  const [block] = problem.blocks;
  const { start, to, both } = pairsOf(block!);
  const from = [...to].map((_, i) => start.findLastIndex((first) => first <= i));
  const { states } = block!.graph;
  const given = { states, from, to: [...to], both: [...both], theta: [...block!.theta] };
  const asked = { replicas: REPLICAS, seed: 2, runs: 6, threads, tolerance: TOLERANCE };
  return askPeer<Peer>('bootstrap.py', { ...given, ...asked });
}

export default async function* bootstrap(): AsyncIterable<BenchLine> {
  const threads = availableParallelism();
  const peerIsThere = hasPython('numpy');
  const started = startThreads(threads);
  const helpers = { hire: started.hire, threads };
  const ran: { name: string; problem: BootstrapProblem; X2: Float64Array; best: number | null }[] =
    [];
  for (const { name, pairs } of CASES) {
    const problem = problemOf(balancedCounts(STATES, pairs, ATTEMPTS, 3, 31), REPLICAS);
    const one = timeOne(problem);
    const several = await timeSeveral(problem, helpers);
    if (several.value.some((value, b) => value !== one.value[b]))
      throw new Error(`${name}: threads gave other numbers`);
    const peer = peerIsThere ? askNumPy(problem, [1, threads]) : {};
    const alone = Math.min(one.seconds, timeOne(problem).seconds);
    const together = Math.min(several.seconds, (await timeSeveral(problem, helpers)).seconds);
    for (const [variant, { seconds, X2 }] of Object.entries(peer)) {
      check(`${name}, ${variant}`, one.value, X2);
      const against = `NumPy ${variant}`;
      yield timeLine('bootstrap', `${name}, one thread, ${against}`, alone, seconds[0]!);
      yield timeLine('bootstrap', `${name}, ${threads} threads, ${against}`, together, seconds[1]!);
    }
    if (!peerIsThere) {
      yield timeLine('bootstrap', `${name}, one thread`, alone, null);
      yield timeLine('bootstrap', `${name}, ${threads} threads`, together, null);
    }
    const exact = fastest(RUNS, () => exactTest(problem));
    const { effective } = exact.value;
    const bestAlone = peerIsThere
      ? Math.min(...Object.values(peer).map(({ seconds }) => seconds[0]!))
      : null;
    const line = (what: string, seconds: number) =>
      timeLine('bootstrap', `${name}, exact test, ${what}, one thread`, seconds, bestAlone);
    yield line(`${REPLICAS} samples`, exact.seconds);
    yield line(
      `worth ${REPLICAS} independent samples`,
      (exact.seconds * REPLICAS) / (effective ?? REPLICAS),
    );
    const times = Object.values(peer).map(({ seconds }) => seconds[1]!);
    ran.push({ name, problem, X2: one.value, best: peerIsThere ? Math.min(...times) : null });
  }
  await started.end();
  for (const { name, problem, X2, best } of ran) {
    const page = await onWebGpu(problem);
    if (!page) return;
    const apart = Math.max(...page.X2.map((value, b) => Math.abs(value / X2[b]! - 1)));
    if (!(apart < 1e-4)) throw new Error(`${name}: WebGPU is ${apart} off`);
    yield timeLine('bootstrap', `${name}, WebGPU on ${page.adapter}`, page.seconds, best);
  }
}
