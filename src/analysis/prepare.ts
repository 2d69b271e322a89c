/** From a count graph to the problems that a solver answers: kernel, components, weights. */
import type { CountGraph } from '../transitions/types';
import {
  componentOrder,
  largestComponent,
  stronglyConnected,
  type ComponentOrder,
  type Components,
} from './graph/components';
import { normaliseKernel, type Kernel } from './graph/kernel-normalise';
import type { LeastActionProblem } from './graph/neighbour-graph';
import type { AnalysisOptions } from './result';
import { atTemperature } from './graph/temperature';

export const defaultOptions: AnalysisOptions = {
  normalisation: 'attempts',
  action: 'softplus',
  uniformAttempts: null,
  pseudoCounts: 1,
  minPairCount: 1,
  minCycleCount: 5,
  replicas: 1000,
  seed: 1,
};

export interface Prepared {
  /** The counts, with N_f as given by the person where `attemptsPerState` is set. */
  graph: CountGraph;
  options: AnalysisOptions;
  kernel: Kernel;
  components: Components;
  order: ComponentOrder;
  /** Index of the largest component (most states, then most counts); -1 without states. */
  largest: number;
  /** T_fg inside components: for the potential of section 3, with the chosen action. */
  leastAction: LeastActionProblem;
  /** N_fg inside components: for theta of the reversible fit, always with softplus (section 4). */
  counts: LeastActionProblem;
}

/** Kernel, components and the two least-action problems of a count graph. O(n + m). */
export function prepare(counted: CountGraph, options: Partial<AnalysisOptions> = {}): Prepared {
  const all: AnalysisOptions = {
    ...defaultOptions,
    ...options,
    ...(counted.exact ? { normalisation: 'exact', replicas: 0, minPairCount: 0 } : {}),
  };
  const graph = asAsked(counted, all);
  const kernel = normaliseKernel(graph, kernelOptions(all));
  const components = stronglyConnected(graph.rowStart, graph.target);
  return {
    graph,
    options: all,
    kernel,
    components,
    order: componentOrder(components, graph.rowStart, graph.target),
    largest: largestComponent(components, graph.rowStart, graph.target, graph.count),
    leastAction: insideComponents(graph, components, kernel.weight),
    counts: insideComponents(graph, components, graph.count),
  };
}

/** The kernel of a count graph as an analysis with these options has it. O(n + m). */
export function kernelOf(counted: CountGraph, options: AnalysisOptions): Kernel {
  return normaliseKernel(asAsked(counted, options), kernelOptions(options));
}

/** What the normalisation reads of the options: given attempts are N_0 too, unless N_0 is given. */
export function kernelOptions(options: AnalysisOptions): AnalysisOptions {
  const uniformAttempts = options.uniformAttempts ?? options.attemptsPerState ?? null;
  return { ...options, uniformAttempts };
}

/**
 * Counts with N_f = `attemptsPerState` for every state that has any, rejections included; an exact
 * kernel at the temperature asked for.
 */
export function asAsked(graph: CountGraph, options: AnalysisOptions): CountGraph {
  const { attemptsPerState: perState, temperature } = options;
  if (graph.exact) return temperature ? atTemperature(graph, temperature) : graph;
  if (perState === undefined) return graph;
  return {
    ...graph,
    attempts: graph.attempts.map((counted) => (counted > 0 ? perState : 0)),
    attemptsGiven: true,
  };
}

/** The edges with both ends in one component, with `values` as weights. */
function insideComponents(
  graph: CountGraph,
  components: Components,
  values: Float64Array,
): LeastActionProblem {
  const n = graph.names.length;
  const rowStart = new Int32Array(n + 1);
  const target = new Int32Array(values.length);
  const weight = new Float64Array(values.length);
  let size = 0;
  for (let f = 0; f < n; f++) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      if (components.of[f] !== components.of[g] || !(values[k]! > 0)) continue;
      target[size] = g;
      weight[size++] = values[k]!;
    }
    rowStart[f + 1] = size;
  }
  return { rowStart, target: target.slice(0, size), weight: weight.slice(0, size) };
}
