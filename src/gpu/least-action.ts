/**
 * The least-action potential with WGSL shaders: Newton with its inner solves on the GPU in float32
 * and, from the quadratic region on, the gradient in float64. Twin: src/analysis/potential/least-action.ts.
 */
import { actionGradient } from '../analysis/potential/action-gradient';
import type { LeastActionProblem, LeastActionSolution } from '../analysis/potential/least-action';
import { neighbourGraph } from '../analysis/graph/neighbour-graph';
import type { ActionKernel } from '../analysis/result';
import type { Gpu } from './device';
import { hostStep } from './host-step';
import { planLaplacian, type LaplacianPlan } from './laplacian-plan';
import { NewtonDevice, NewtonKernels } from './newton-device';
import { GpuError, outcomeOf, throwIfCancelled, type GpuOutcome } from './outcome';

export interface GpuLeastAction extends LeastActionSolution {
  /** Inner iterations of all Newton steps together. */
  innerIterations: number;
  /** Newton steps whose gradient was the GPU's; the others had the host's, in float64. */
  deviceGradients: number;
  /** Newton steps in float64 on the host: 1 certifies the last one, more mean float32 was not enough. */
  hostSteps: number;
  /** States that the inner solve took out by elimination, solved densely, or iterated on. */
  inner: { eliminated: number; dense: number; iterated: number };
  precision: 'float32-inner-float64-outer';
}

export interface GpuSolveOptions {
  /** Largest |Newton step in V| that counts as converged, in nats. Default 1e-8. */
  tolerance?: number;
  /** Default 200. */
  maxIterations?: number;
}

const compiled = new WeakMap<GPUDevice, Promise<NewtonKernels>>();

/** Pipelines of a device, built at the first call. Throws a GpuError. */
export function newtonKernels(gpu: Gpu): Promise<NewtonKernels> {
  let kernels = compiled.get(gpu.device);
  if (!kernels) {
    kernels = NewtonKernels.create(gpu);
    compiled.set(gpu.device, kernels);
  }
  return kernels;
}

/**
 * argmin over V of sum w_fg K(V_f - V_g), mean 0 in each component, all components at once. Faults:
 * any GPU error, `gpu-not-finite`, `gpu-cancelled`. Where it does not converge, `converged` is false.
 */
export function solveLeastActionGpu(
  gpu: Gpu,
  problem: LeastActionProblem,
  action: ActionKernel,
  signal?: AbortSignal,
  options: GpuSolveOptions = {},
): Promise<GpuOutcome<GpuLeastAction>> {
  return outcomeOf(async () => {
    if (gpu.lost() !== null) throw new GpuError('gpu-lost', gpu.lost()!);
    const plan = planLaplacian(neighbourGraph(problem));
    const kernels = await newtonKernels(gpu);
    const device = await NewtonDevice.open(gpu, kernels, plan, action);
    try {
      return await newton(device, plan, action, signal, options);
    } finally {
      device.destroy();
    }
  });
}

/** Below this largest change of a difference V_f - V_g the host's gradient takes over, in nats. */
const QUADRATIC = 0.1;
/** Newton steps with the GPU's gradient before the host's takes over anyway. */
const MOST_DEVICE_STEPS = 60;
/** Steps with the host's gradient that do not halve the smallest step so far, before giving up. */
const MOST_WITHOUT_PROGRESS = 12;
/** Newton steps in float64 on the host before giving up: the CPU's own solver is the better choice then. */
const MOST_HOST_STEPS = 40;

async function newton(
  device: NewtonDevice,
  plan: LaplacianPlan,
  action: ActionKernel,
  signal: AbortSignal | undefined,
  options: GpuSolveOptions,
): Promise<GpuLeastAction> {
  const n = plan.states;
  const { tolerance = 1e-8, maxIterations = 200 } = options;
  const component = componentLabels(plan);
  const V = plan.pairs > 0 ? await device.start(signal) : new Float64Array(n);
  const gradient = new Float64Array(n);
  let lastStep = plan.pairs > 0 ? Infinity : 0;
  let lastAction = Infinity;
  let converged = plan.pairs === 0;
  let onDevice = true;
  let iterations = 0;
  let innerIterations = 0;
  let deviceGradients = 0;
  let hostSteps = 0;
  let best = Infinity;
  let sinceBest = 0;
  while (!converged && iterations < maxIterations && sinceBest < MOST_WITHOUT_PROGRESS) {
    throwIfCancelled(signal);
    iterations++;
    if (onDevice) deviceGradients++;
    else actionGradient(plan.graph, action, V, gradient);
    const step = await device.step(V, onDevice ? null : gradient, signal);
    innerIterations += step.innerIterations;
    if (onDevice) {
      const change = advance(plan, component, action, V, step.usable ? step.direction : null);
      const risen = step.action > lastAction + 1e-4 * Math.abs(lastAction);
      lastAction = step.action;
      onDevice = step.usable && !risen && change > QUADRATIC && deviceGradients < MOST_DEVICE_STEPS;
      continue;
    }
    let { direction } = step;
    if (step.trusted) {
      advance(plan, component, action, V, direction);
      lastStep = largest(direction);
    }
    if (!step.trusted || lastStep <= tolerance) {
      // Float64 has the last word, and the word where float32 was not enough.
      if (++hostSteps > MOST_HOST_STEPS) break;
      const own = hostStep(plan.graph, action, V);
      if (!own) {
        converged = step.trusted && lastStep <= tolerance;
        break;
      }
      direction = own;
      advance(plan, component, action, V, direction);
      lastStep = largest(direction);
      converged = lastStep <= tolerance;
    }
    sinceBest = lastStep < 0.5 * best ? 0 : sinceBest + 1;
    best = Math.min(best, lastStep);
  }
  centre(V, component);
  return {
    V: Float64Array.from(plan.position, (p) => V[p]!),
    lastStep,
    converged,
    iterations,
    innerIterations,
    deviceGradients,
    hostSteps,
    inner: {
      eliminated: n - plan.coreStates,
      dense: plan.aggregation.exact ? plan.coreConnected : 0,
      iterated: plan.aggregation.exact ? 0 : plan.coreConnected,
    },
    precision: 'float32-inner-float64-outer',
  };
}

/**
 * Adds a damped step to V and takes the mean of each component out of the step; returns the largest
 * change of a difference between neighbours. Nothing for null.
 */
function advance(
  plan: LaplacianPlan,
  component: Components,
  action: ActionKernel,
  V: Float64Array,
  direction: Float64Array | null,
): number {
  if (!direction) return 0;
  centre(direction, component);
  const change = largestChange(plan, direction);
  const damping = action === 'exp' ? change / 2 : change;
  // |K'''| <= K'' (exp: half of it), so this step lowers the action (Bach 2010, self-concordance).
  const t = damping <= 1 ? 1 : Math.log1p(damping) / damping;
  for (let f = 0; f < V.length; f++) V[f]! += t * direction[f]!;
  return change;
}

/** Component of each position, and how many states each has. */
interface Components {
  of: Int32Array;
  size: number[];
}

function componentLabels({ graph }: LaplacianPlan): Components {
  const of = new Int32Array(graph.states).fill(-1);
  const size: number[] = [];
  for (let root = 0; root < graph.states; root++) {
    if (of[root]! >= 0) continue;
    const label = size.length;
    const stack = [root];
    of[root] = label;
    size.push(0);
    while (stack.length > 0) {
      const f = stack.pop()!;
      size[label]!++;
      for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
        const g = graph.neighbour[k]!;
        if (of[g]! >= 0) continue;
        of[g] = label;
        stack.push(g);
      }
    }
  }
  return { of, size };
}

/** Takes the mean of every component out of x. */
function centre(x: Float64Array, { of, size }: Components): void {
  const mean = new Float64Array(size.length);
  for (let f = 0; f < x.length; f++) mean[of[f]!]! += x[f]!;
  for (let c = 0; c < size.length; c++) mean[c]! /= size[c]!;
  for (let f = 0; f < x.length; f++) x[f]! -= mean[of[f]!]!;
}

function largest(x: Float64Array): number {
  let size = 0;
  for (const value of x) if (!(Math.abs(value) <= size)) size = Math.abs(value);
  return size;
}

/** max |x_f - x_g| over pairs of neighbours. */
function largestChange({ graph }: LaplacianPlan, x: Float64Array): number {
  let size = 0;
  for (let f = 0; f < graph.states; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      size = Math.max(size, Math.abs(x[f]! - x[graph.neighbour[k]!]!));
    }
  }
  return size;
}
