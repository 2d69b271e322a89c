/**
 * The start-up self-test: the smallest golden case of each kernel family against its float64 twin, in
 * the worker that will use the device. Adapters with every feature have computed wrong values.
 */
import { action } from '../analysis/potential/action';
import { actionGradient } from '../analysis/potential/action-gradient';
import { ConditionalBootstrap } from '../analysis/balance/bootstrap';
import { hessianVector, hessianWeights } from '../analysis/potential/hessian-vector';
import { normaliseKernel } from '../analysis/graph/kernel-normalise';
import { centre, laplacianFactor, solveLaplacian } from '../analysis/potential/laplacian';
import { solveLeastAction } from '../analysis/potential/least-action';
import { neighbourGraph, type LeastActionProblem } from '../analysis/graph/neighbour-graph';
import type { CountGraph } from '../transitions/types';
import { Bootstrap } from './bootstrap';
import type { Gpu } from './device';
import { KernelNormalise } from './kernel-normalise';
import { newtonKernels, solveLeastActionGpu } from './least-action';
import { outcomeOf, type GpuOutcome } from './outcome';

export interface SelfTest {
  verdict: 'passed' | 'failed';
  /** Which family failed and by how much, or the largest difference of all. */
  detail: string;
  /** Per family: largest difference relative to the largest expected value. */
  differences: Record<string, number>;
}

/** Float32 kernels may differ from their twins by this much, relative to the largest value. */
const KERNEL_TOLERANCE = 1e-5;
/** A replica's X2 by this much: draws are the same bits, the fit is float32. */
const REPLICA_TOLERANCE = 1e-4;
/** Inner solves by this much (their own tolerance is 1e-4), whole potentials in nats. */
const SOLVE_TOLERANCE = 1e-3;
const POTENTIAL_TOLERANCE = 1e-6;

/** Four states a, b, c, d, 1,000 attempts each (method.md, golden example "four"). */
export const four: CountGraph = {
  names: ['a', 'b', 'c', 'd'],
  rowStart: Int32Array.of(0, 3, 5, 8, 10),
  target: Int32Array.of(1, 2, 3, 0, 2, 0, 1, 3, 0, 2),
  count: Float64Array.of(120, 80, 60, 200, 90, 100, 140, 50, 150, 70),
  attempts: Float64Array.of(1000, 1000, 1000, 1000),
  rejected: Float64Array.of(740, 710, 710, 780),
  selfTransitions: new Float64Array(4),
  attemptsGiven: false,
};

/** Runs every family once. A GPU error is a fault; a wrong number is the verdict `failed`. */
export function selfTest(gpu: Gpu): Promise<GpuOutcome<SelfTest>> {
  return outcomeOf(async () => {
    const differences: Record<string, number> = {};
    let failure = '';
    const record = (family: string, difference: number, tolerance: number) => {
      differences[family] = difference;
      if (!(difference <= tolerance) && failure === '') {
        failure = `${family} differs by ${difference.toExponential(1)} from the CPU`;
      }
    };
    try {
      for (const [family, difference] of await kernelDifferences(gpu)) {
        record(family, difference, KERNEL_TOLERANCE);
      }
      for (const [family, difference] of await solveDifferences(gpu)) {
        record(family, difference, SOLVE_TOLERANCE);
      }
      record('bootstrap', await replicaDifference(gpu), REPLICA_TOLERANCE);
      const whole = ok(await solveLeastActionGpu(gpu, problemOfFour(), 'softplus'));
      const twin = solveLeastAction(problemOfFour(), 'softplus');
      record('least-action', relative(whole.V, twin.V), POTENTIAL_TOLERANCE);
      if (!whole.converged && failure === '') failure = 'least-action did not converge';
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      failure = error.message;
    }
    const worst = Math.max(0, ...Object.values(differences));
    const detail = failure || `largest relative difference ${worst.toExponential(1)}`;
    return { verdict: failure === '' ? 'passed' : 'failed', detail, differences };
  });
}

/** A wrong answer rather than a broken device. */
class Wrong extends Error {}

function ok<T>(outcome: GpuOutcome<T>): T {
  if (!outcome.ok) throw new Wrong(`${outcome.fault.code}: ${outcome.fault.message}`);
  return outcome.value;
}

function problemOfFour(): LeastActionProblem {
  const options = { normalisation: 'attempts', uniformAttempts: null, pseudoCounts: 1 } as const;
  return { ...four, weight: normaliseKernel(four, options).weight };
}

async function kernelDifferences(gpu: Gpu): Promise<[string, number][]> {
  const kernels = await newtonKernels(gpu);
  const normalise = await KernelNormalise.create(gpu);
  const options = { normalisation: 'attempts', uniformAttempts: null, pseudoCounts: 1 } as const;
  const problem = problemOfFour();
  const graph = neighbourGraph(problem);
  const V = Float64Array.of(0, 0.3, 0.5, 0.9);
  const x = Float64Array.of(1, -0.5, 0.25, 2);
  const gradient = new Float64Array(4);
  actionGradient(graph, 'softplus', V, gradient);
  const weights = new Float64Array(graph.neighbour.length);
  hessianWeights(graph, 'softplus', V, weights);
  const product = new Float64Array(4);
  hessianVector(graph, weights, x, product);
  const S = action(graph, 'softplus', V);
  return [
    ['kernel-normalise', relative(ok(await normalise.run(four, options)), problem.weight)],
    ['action', relative([ok(await kernels.action.run(graph, 'softplus', V))], [S])],
    ['action-gradient', relative(ok(await kernels.gradient.run(graph, 'softplus', V)), gradient)],
    ['hessian-vector', relative(ok(await kernels.hessian.run(graph, 'softplus', V, x)), product)],
  ];
}

/** The three ways of the inner solve: elimination alone, a dense core, an iterated core. */
async function solveDifferences(gpu: Gpu): Promise<[string, number][]> {
  const { laplacian } = await newtonKernels(gpu);
  const graphs: [string, LeastActionProblem][] = [
    ['laplacian elimination', circulant(5, [1])],
    ['laplacian dense', circulant(12, [1, 2, 5])],
    ['laplacian iteration', circulant(160, [1, 7, 31, 52])],
  ];
  const differences: [string, number][] = [];
  for (const [name, problem] of graphs) {
    const graph = neighbourGraph(problem);
    const V = new Float64Array(graph.states);
    const b = Float64Array.from(V, (_, f) => Math.cos(3 * f) + Math.sin(f * f));
    centre(b);
    const weights = new Float64Array(graph.neighbour.length);
    hessianWeights(graph, 'softplus', V, weights);
    const twin = solveLaplacian(graph, weights, laplacianFactor(graph, weights), b);
    const own = ok(await laplacian.run(graph, 'softplus', V, b));
    differences.push([name, relative(own.x, twin.x)]);
  }
  return differences;
}

/** Eight replicas of a ring with chords and few counts: some are not strongly connected. */
async function replicaDifference(gpu: Gpu): Promise<number> {
  const problem = circulant(6, [1, 2]);
  const counts = problem.weight.map((w) => Math.round(10 * w));
  const graph = neighbourGraph({ ...problem, weight: counts });
  const { V } = solveLeastAction({ ...problem, weight: counts }, 'softplus');
  const bootstrap = { blocks: [{ graph, theta: V }], X2: 0, replicas: 8, seed: 1 };
  const own = ok(await (await Bootstrap.create(gpu)).run(bootstrap, 0, 8));
  const twin = new ConditionalBootstrap(bootstrap.blocks, 1);
  return relative(
    own,
    own.map((_, b) => twin.runReplica(b).X2),
  );
}

/** n states in a circle, each joined to those `steps` further on, with uneven weights. */
function circulant(n: number, steps: number[]): LeastActionProblem {
  const rowStart = new Int32Array(n + 1);
  const target: number[] = [];
  const weight: number[] = [];
  for (let f = 0; f < n; f++) {
    const row = steps.flatMap((s) => [(f + s) % n, (f - s + n) % n]).sort((a, b) => a - b);
    for (const g of row) {
      target.push(g);
      weight.push(0.1 + ((7 * f + 11 * g) % 13) / 20);
    }
    rowStart[f + 1] = target.length;
  }
  return { rowStart, target: Int32Array.from(target), weight: Float64Array.from(weight) };
}

/** max |a - b| over max |b|; NaN where a is. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let k = 0; k < b.length; k++) {
    const d = Math.abs(a[k]! - b[k]!);
    if (!(d <= difference)) difference = d;
    size = Math.max(size, Math.abs(b[k]!));
  }
  return size > 0 ? difference / size : difference;
}
