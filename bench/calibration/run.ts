/** A configuration's data sets, by number: the same ones whoever runs them, in whatever pieces. */
import { noncentralityForPower } from '../../src/analysis/statistics/special';
import {
  drivenKernelOf,
  exactEffect,
  kernelOf,
  scaleFor,
  type Configuration,
} from './configurations';
import { analyseDataSet, type Truth } from './data-set';
import { truePotential } from './kernels';
import { streamOf, wholeBelow } from './random';
import { sampleCounts } from './sample';
import { addOutcome, emptyTally, type KernelEffect, type Tally } from './tally';

/** A configuration made ready: what every worker has to know to run any of its data sets. */
export interface Plan {
  configuration: Configuration;
  seed: number;
  replicas: number;
  /** Scale of the shifts; 0: balanced. */
  scale: number;
  /** The true tau, nats. */
  tau: number;
}

/** Data sets of the balanced kernel that tell how much is known: their mean information and ndf. */
const pilots = 50;

/** Finds the tau that the formula gives the wanted power, and the shifts that give this tau. */
export function planOf(configuration: Configuration, seed: number, replicas: number): Plan {
  const plan: Plan = { configuration, seed, replicas, scale: 0, tau: 0 };
  if (!configuration.driven) return plan;
  const kernel = kernelOf(configuration, seed);
  let information = 0;
  let ndf = 0;
  for (let i = 0; i < pilots; i++) {
    const draws = streamOf(seed, 3, i);
    const { attempts, sources } = configuration;
    const { test } = analyseDataSet(sampleCounts(kernel, attempts, sources, draws), {}, 0, 1);
    information += test.powerInformation! / pilots;
    ndf += test.ndf / pilots;
  }
  const lambda = noncentralityForPower(ndf, 0.05, configuration.driven.power);
  plan.tau = Math.sqrt(lambda / information);
  // With random misfits tau is the standard deviation of the shifts, and no one kernel's own.
  plan.scale =
    configuration.driven.misfit === 'random' ? plan.tau : scaleFor(kernel, plan.tau, seed);
  return plan;
}

/** Data sets `from` to `to` - 1 of a plan. */
export function runDataSets(plan: Plan, from: number, to: number): Tally {
  const { configuration, seed, replicas } = plan;
  const { driven, attempts, sources, states } = configuration;
  const balanced = kernelOf(configuration, seed);
  const truth: Truth = driven ? { tau: plan.tau } : { V: truePotential(balanced) };
  const tally = emptyTally(states);
  let kernel = balanced;
  let exact: KernelEffect | undefined;
  for (let i = from; i < to; i++) {
    if (driven && (i === from || driven.misfit === 'random')) {
      const draw = driven.misfit === 'random' ? i : undefined;
      kernel = drivenKernelOf(balanced, plan.scale, seed, draw);
      const { tau, noncentrality, spread } = exactEffect(kernel);
      exact = { tau, noncentrality: attempts * noncentrality + spread };
    }
    const draws = streamOf(seed, 4, keyOf(configuration), i);
    const graph = sampleCounts(kernel, attempts, sources, draws);
    addOutcome(tally, analyseDataSet(graph, truth, replicas, wholeBelow(2 ** 31, draws)), exact);
  }
  return tally;
}

/** A number that tells configurations apart, so that no two share their data sets. */
function keyOf(configuration: Configuration): number {
  let key = 0;
  for (const letter of JSON.stringify(configuration))
    key = (Math.imul(key, 31) + letter.charCodeAt(0)) | 0;
  return key;
}
