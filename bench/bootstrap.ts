/**
 * 1,000 replicas of the test at 60 states and 20,000 attempts, on one thread, on threads as in the page,
 * and on WebGPU in a headless browser, against edge-batched, warm-started NumPy on as many threads. All
 * must give the same null, or it fails. `ratio` is against the faster one of the peer's two methods.
 */
import { chromium } from '@playwright/test';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createServer } from 'vite';
import { ConditionalBootstrap } from '../src/analysis/bootstrap';
import { pairsOf } from '../src/analysis/bootstrap-frame';
import type { BootstrapProblem } from '../src/analysis/bootstrap-null';
import { runOnThreads, type Hired } from '../src/app/analysis/bootstrap-pool';
import { browserLaunchOptions } from '../scripts/browser.mjs';
import { allPairs, balancedCounts, problemOf } from '../test/cases/bootstrap';
import { randomPairs } from '../test/cases/graphs';
import { kolmogorovSmirnov } from '../test/cases/kolmogorov-smirnov';
import type { PageRun } from './tools/bootstrap-page';
import { askPeer, fastest, hasPython, timeLine, type BenchLine } from './tools/measure';
import { portOf } from './tools/node-port';

const STATES = 60;
const ATTEMPTS = 20_000;
const REPLICAS = 1000;
const RUNS = 15;

const CASES: { name: string; pairs: [number, number][] }[] = [
  { name: '10 neighbours', pairs: randomPairs(STATES, 250, 1) },
  { name: '20 neighbours', pairs: randomPairs(STATES, 640, 1) },
  { name: 'all neighbours', pairs: allPairs(STATES) },
];

interface Peer {
  seconds: Record<'newton' | 'chord', number>;
  X2: Record<'newton' | 'chord', number[]>;
}

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

/** In the page of a headless browser, which gets the sources from a development server. */
async function onWebGpu(problem: BootstrapProblem): Promise<PageRun | null> {
  const server = await createServer({
    appType: 'custom',
    logLevel: 'silent',
    server: { port: 0, watch: null, hmr: false },
  });
  const browser = await chromium.launch(browserLaunchOptions());
  try {
    await server.listen();
    const page = await browser.newPage();
    const body = '<!doctype html><title>bench</title>';
    await page.route('**/blank', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(`${server.resolvedUrls!.local[0]}blank`);
    return await page.evaluate(
      async ([script, given]) => (await import(script)).run(given) as Promise<PageRun | null>,
      ['/bench/tools/bootstrap-page.ts', problem] as const,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}

function check(name: string, ours: Iterable<number>, others: Iterable<number>): void {
  const p = kolmogorovSmirnov(ours, others);
  if (!(p > 1e-3)) throw new Error(`${name}: the two nulls differ, Kolmogorov-Smirnov p = ${p}`);
}

export default async function* bootstrap(): AsyncIterable<BenchLine> {
  const threads = availableParallelism();
  const peerIsThere = hasPython('numpy');
  const started = startThreads(threads);
  for (const { name, pairs } of CASES) {
    const problem = problemOf(balancedCounts(STATES, pairs, ATTEMPTS, 3, 31), REPLICAS);
    const one = fastest(RUNS, () => onOneThread(problem));
    const X2 = new Float64Array(REPLICAS);
    let several = Infinity;
    for (let i = 0; i < RUNS; i++) {
      const start = performance.now();
      await runOnThreads(problem, 0, { hire: started.hire, threads }, (first, part) =>
        X2.set(part, first),
      );
      several = Math.min(several, (performance.now() - start) / 1000);
    }
    if (X2.some((value, b) => value !== one.value[b]))
      throw new Error(`${name}: threads gave other numbers`);
    let peer: number | null = null;
    if (peerIsThere) {
      const [block] = problem.blocks;
      const { start, to, both } = pairsOf(block!);
      const from = [...to].map((_, i) => start.findLastIndex((first) => first <= i));
      const { states } = block!.graph;
      const given = { states, from, to: [...to], both: [...both], theta: [...block!.theta] };
      const asked = { ...given, replicas: REPLICAS, seed: 2, runs: 2, threads };
      const answer = askPeer<Peer>('bootstrap.py', asked);
      check(`${name}, newton`, one.value, answer.X2.newton);
      check(`${name}, chord`, one.value, answer.X2.chord);
      const { newton, chord } = answer.seconds;
      console.error(`${name}: NumPy, Newton ${newton.toFixed(3)} s, chord ${chord.toFixed(3)} s`);
      peer = Math.min(newton, chord);
    }
    yield timeLine('bootstrap', `${name}, one thread`, one.seconds, peer);
    yield timeLine('bootstrap', `${name}, ${threads} threads`, several, peer);
    const page = await onWebGpu(problem);
    if (!page) continue;
    const apart = Math.max(...page.X2.map((value, b) => Math.abs(value / one.value[b]! - 1)));
    if (!(apart < 1e-4)) throw new Error(`${name}: WebGPU is ${apart} off`);
    yield timeLine('bootstrap', `${name}, WebGPU on ${page.adapter}`, page.seconds, peer);
  }
  await started.end();
}
