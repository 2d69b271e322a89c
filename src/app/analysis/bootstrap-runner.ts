/** Who runs the bootstrap's replicas: this thread, the GPU, or more threads. */
import { ConditionalBootstrap } from '../../analysis/balance/bootstrap';
import type {
  BootstrapProblem,
  BootstrapProgress,
  BootstrapRun,
} from '../../analysis/balance/bootstrap-null';
import type { Bootstrap } from '../../gpu/bootstrap';
import { runOnThreads, type Hire } from './bootstrap-pool';

/** Who may help this thread. */
export interface Helpers {
  /** A device that is faster than the CPU. */
  device: Bootstrap | null;
  threads: { hire: Hire; threads: number } | null;
}

/** Longest stretch without looking at messages. */
const SLICE_MS = 40;
/** Below this a helper takes longer to start than it saves. */
const WORTH_MS = 300;
/** A replica of the GPU this near to X2, relative, is run again: float32 does not tell which is larger. */
const NEAR = 1e-3;

/**
 * Runs the replicas. This thread begins; where it would take longer than 0.3 s for the rest, the device
 * takes over, if there is one and the graph fits, else the threads. Whoever runs a replica, its counts
 * are the same, and on the CPU all its bits. What the device leaves undone or undecided is run here
 * again; where a helper fails, the next one goes on, and `note` says so. Null when `signal` stops it.
 * @param worth how long the rest must take, in ms, to call for help; 0 calls at once
 */
export async function runReplicas(
  problem: BootstrapProblem,
  { device, threads }: Helpers,
  progress: (value: BootstrapProgress) => void,
  signal: AbortSignal,
  worth = WORTH_MS,
): Promise<BootstrapRun | null> {
  const { X2, replicas } = problem;
  const run = new Run(problem, progress, signal);
  const start = performance.now();
  const enough = () => ((performance.now() - start) / run.done) * (replicas - run.done) > worth;
  await run.here(0, worth === 0 ? 1 : replicas, enough);
  let by: BootstrapRun['by'] = 'cpu';
  let repeated = 0;
  const notes: string[] = [];
  const left = () => !signal.aborted && run.done < replicas;
  if (left() && device?.fits(problem)) {
    const first = run.done;
    const options = { signal, onReplicas: run.take };
    const outcome = await device.run(problem, first, replicas - first, options);
    if (outcome.ok) by = 'webgpu';
    else notes.push(`WebGPU stopped in the bootstrap (${outcome.fault.message}): the CPU went on.`);
    const reached = run.done;
    repeated = run.forget(first, reached, (value) => !(Math.abs(value - X2) > NEAR * X2));
    await run.here(first, reached);
  }
  if (left() && threads) {
    try {
      await runOnThreads(problem, run.done, threads, run.take, signal);
    } catch (error) {
      const reason = (error as Error).message;
      notes.push(`A bootstrap worker failed (${reason}): one thread went on.`);
    }
  }
  await run.here(0, replicas);
  if (signal.aborted) return null;
  return {
    X2: run.X2,
    by,
    ...(by === 'webgpu' ? { repeated } : {}),
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
  };
}

/** The replicas so far. */
class Run {
  readonly X2: Float64Array;
  done = 0;
  private readonly ran: Uint8Array;
  private readonly bootstrap: ConditionalBootstrap;

  constructor(
    private readonly problem: BootstrapProblem,
    private readonly progress: (value: BootstrapProgress) => void,
    private readonly signal: AbortSignal,
  ) {
    this.X2 = new Float64Array(problem.replicas).fill(NaN);
    this.ran = new Uint8Array(problem.replicas);
    this.bootstrap = new ConditionalBootstrap(problem.blocks, problem.seed);
  }

  /** Replicas that someone else ran. */
  readonly take = (first: number, X2: Float64Array): void => {
    X2.forEach((value, k) => this.set(first + k, value));
    this.tell();
  };

  /** Runs what is missing from `from` to before `to` on this thread, until `enough` says stop. */
  async here(from: number, to: number, enough = () => false): Promise<void> {
    let looked = performance.now();
    for (let b = from; b < to && !this.signal.aborted; b++) {
      if (this.ran[b]) continue;
      const { X2, converged } = this.bootstrap.runReplica(b);
      this.set(b, converged ? X2 : NaN);
      if (performance.now() - looked < SLICE_MS) continue;
      this.tell();
      await new Promise((resolve) => setTimeout(resolve));
      if (enough()) return;
      looked = performance.now();
    }
  }

  /** Replicas of this range whose value is `unsure` count as not run; returns how many. */
  forget(from: number, to: number, unsure: (X2: number) => boolean): number {
    const before = this.done;
    for (let b = from; b < to; b++) {
      if (!unsure(this.X2[b]!)) continue;
      this.ran[b] = 0;
      this.done--;
    }
    return before - this.done;
  }

  private set(b: number, X2: number): void {
    this.X2[b] = X2;
    this.ran[b] = 1;
    this.done++;
  }

  private tell(): void {
    this.progress({ stage: 'bootstrap', done: this.done, total: this.problem.replicas });
  }
}
