/** The result's `dynamics`: what the kernel of the largest component does in time (method.md 5.8, 6). */
import type { FittedBlock } from '../balance/balance-test';
import { leaving, type ClosedKernel } from '../graph/closed-kernel';
import { entropyNull, type EntropyProgress } from './entropy-null';
import { entropyProduction } from './entropy-production';
import type { LeastActionSolution } from '../potential/least-action';
import { named } from '../named';
import { netFlux } from './net-flux';
import { splitBlocks } from '../graph/neighbour-graph';
import { localValues } from '../potential/potential-result';
import { largestKernel, predict, type Choice, type LargestKernel } from './predict';
import type { Prepared } from '../prepare';
import type { DynamicsResult, EntropyProductionResult, NetFluxResult, Why } from '../result';
import { schnakenbergSum } from './schnakenberg';
import { eigenvalueModuli, relaxationTimes, spectrumStates } from './spectrum';
import { leadingModuli } from './sparse-spectrum';
import type { Stationary } from './stationary';

/** Simulated tables behind the null of the entropy production, at most. */
const nullDraws = 200;
/** Above this many states they are left out: each is a stationary solve of its own. */
const nullStates = 300;
/** Eigenvalue moduli given of a kernel too large for all of them. */
const leading = 10;
/** Kernels with more transitions than this have no spectrum: its solves would take a minute. */
const spectrumTransitions = 300_000;
/** A difference of V below this is none: the potential is solved to about that. */
const level = 1e-7;

const unsettled =
  'The stationary distribution did not converge: the component is large and mixes slowly.';

/** Between the parts: on a large graph each takes seconds. */
export interface DynamicsProgress {
  stage: 'dynamics';
  done: number;
  total: number;
}

/** Parts that `dynamicsResult` tells of. */
const parts = 3;

/**
 * From the kernel with the chosen normalisation inside the largest component, with whatever leaves it
 * counted as staying. Null without a component of two states. Yields between its parts
 * and during the simulated tables, which are left out where `replicas` is 0.
 */
export function* dynamicsResult(
  prepared: Prepared,
  potential: LeastActionSolution,
  reversible: LeastActionSolution,
): Generator<DynamicsProgress | EntropyProgress, DynamicsResult | null> {
  const known = largestKernel(prepared);
  if (!known) return null;
  const { closed, solved } = known;
  const names = Array.from(
    prepared.components.members[prepared.largest]!,
    (f) => prepared.graph.names[f]!,
  );
  const why: Why = {};
  if (!solved.converged) why['stationary'] = unsettled;
  const entropy = yield* entropyResult(prepared, closed, solved, reversible);
  yield { stage: 'dynamics', done: 1, total: parts };
  const spectral = spectrum(closed, solved, why);
  yield { stage: 'dynamics', done: 2, total: parts };
  const times = relaxationTimes(spectral.eigenvalueModuli);
  if (times.includes(null))
    why['relaxationTimes'] = 'A modulus is 1 up to rounding: the kernel is periodic, or too slow.';
  const { firstPassage, committor, forbidden } = predict(
    prepared,
    choiceOf(prepared, names, potential, solved),
    known,
  );
  yield { stage: 'dynamics', done: parts, total: parts };
  return {
    stationary: named(names, solved.pi),
    entropyProduction: entropy,
    ...spectral,
    relaxationTimes: times,
    downhill: downhill(prepared, potential),
    netFlux: netFluxResult(names, known),
    firstPassage: firstPassage!,
    committor: committor!,
    ...(forbidden ? { forbidden } : {}),
    ...(Object.keys(why).length > 0 ? { why } : {}),
  };
}

/** What was asked, or the most visited state and one of highest V that is not it. */
function choiceOf(
  { options, components, largest }: Prepared,
  names: string[],
  { V }: LeastActionSolution,
  { logPi }: Stationary,
): Choice {
  const local = (name: string) => names.indexOf(name);
  const members = components.members[largest]!;
  const target = options.target?.length ? options.target : [names[greatest(logPi, [])]!];
  const source = options.source?.length
    ? options.source
    : [
        names[
          greatest(
            Float64Array.from(members, (f) => V[f]!),
            target.map(local),
          )
        ]!,
      ];
  return { target, source, forbidden: options.forbidden ?? [] };
}

/** Index of the greatest value that is not one of `except`; of the first of equals; 0 without any. */
function greatest(values: Float64Array, except: number[]): number {
  const left = Array.from(values.keys()).filter((i) => !except.includes(i));
  return left.reduce((best, i) => (values[i]! > values[best]! ? i : best), left[0] ?? 0);
}

function netFluxResult(names: string[], { closed, solved }: LargestKernel): NetFluxResult {
  if (!solved.converged) return { share: null, largest: [], why: { share: unsettled } };
  const { share, largest } = netFlux(closed, solved.pi);
  const named = largest.map((one) => ({ ...one, from: names[one.from]!, to: names[one.to]! }));
  return { share, largest: named };
}

/** All moduli, the leading ones of a large kernel, or none and the reason in `why`. */
function spectrum(
  closed: ClosedKernel,
  solved: Stationary,
  why: Why,
): Pick<DynamicsResult, 'eigenvalueModuli' | 'spectrum'> {
  const none = { eigenvalueModuli: [] };
  if (!solved.converged) {
    why['eigenvalueModuli'] = unsettled;
    return none;
  }
  if (leaving(closed).some((leaves) => leaves > 1 + 1e-9)) {
    why['eigenvalueModuli'] =
      'The chances of leaving a state add up to more than 1: this normalisation is no kernel there.';
    return none;
  }
  if (closed.states <= spectrumStates) {
    const moduli = eigenvalueModuli(closed, solved.logPi);
    if (moduli) return { eigenvalueModuli: moduli };
    why['eigenvalueModuli'] = 'The eigenvalue iteration did not converge.';
    return none;
  }
  if (closed.target.length > spectrumTransitions) {
    why['eigenvalueModuli'] =
      `The component has more than ${spectrumTransitions} transitions: its spectrum is left out.`;
    return none;
  }
  const found = leadingModuli(closed, solved.logPi, leading);
  if (!found) {
    why['eigenvalueModuli'] =
      `The component has more than ${spectrumStates} states, and no eigenvalue but the first settled.`;
    return none;
  }
  const { moduli, method, residual } = found;
  const spectrum = { count: moduli.length, of: closed.states, method, residual };
  return { eigenvalueModuli: moduli, spectrum };
}

function* entropyResult(
  prepared: Prepared,
  closed: ClosedKernel,
  solved: Stationary,
  reversible: LeastActionSolution,
): Generator<EntropyProgress, EntropyProductionResult> {
  const { options, kernel, components, largest } = prepared;
  const { plugIn, lowerBound, oneWayPairs } = entropyProduction(closed, solved.pi);
  const missing = (reason: string) => ({ nullMean: reason, nullInterval: reason });
  const none = { nullMean: null, nullInterval: null };
  if (!solved.converged) {
    const values = { plugIn: null, lowerBound: null, schnakenberg: null };
    const why = { plugIn: unsettled, lowerBound: unsettled, schnakenberg: unsettled };
    return { ...values, oneWayPairs, ...none, why: { ...why, ...missing(unsettled) } };
  }
  const schnakenberg = schnakenbergSum(closed, solved.pi);
  const whyNot: Why = {};
  if (schnakenberg === null)
    whyNot['schnakenberg'] = 'Pairs seen one way only have no finite affinity.';
  const found = { plugIn, lowerBound, oneWayPairs, schnakenberg };
  if (!reversible.converged)
    return {
      ...found,
      ...none,
      why: { ...whyNot, ...missing('The reversible fit did not converge.') },
    };
  if (closed.states > nullStates)
    return {
      ...found,
      ...none,
      why: {
        ...whyNot,
        ...missing(`The component has more than ${nullStates} states: it is not simulated.`),
      },
    };
  if (options.replicas === 0)
    return { ...found, ...none, why: { ...whyNot, ...missing('No replicas were asked for.') } };
  const block = splitBlocks(prepared.counts).find(
    ({ states }) => components.of[states[0]!] === largest,
  )!;
  const fitted: FittedBlock = { graph: block.graph, theta: localValues(block, reversible.V) };
  const { mean, interval } = yield* entropyNull(
    fitted,
    localValues(block, kernel.denominator),
    Math.min(options.replicas, nullDraws),
    options.seed,
  );
  return {
    ...found,
    nullMean: mean,
    nullInterval: interval,
    ...(schnakenberg === null ? { why: whyNot } : {}),
  };
}

/** Shares of the transitions inside the component that go to a lower V; level ones do not count. */
function downhill(prepared: Prepared, potential: LeastActionSolution): DynamicsResult['downhill'] {
  const { graph, components, largest } = prepared;
  if (!potential.converged) {
    const reason = 'The potential did not converge.';
    return { weighted: null, unweighted: null, why: { weighted: reason, unweighted: reason } };
  }
  let counts = 0;
  let countsDown = 0;
  let distinct = 0;
  let distinctDown = 0;
  for (const f of components.members[largest]!) {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) {
      const g = graph.target[k]!;
      if (components.of[g] !== largest) continue;
      counts += graph.count[k]!;
      distinct++;
      if (!(potential.V[f]! - potential.V[g]! > level)) continue;
      countsDown += graph.count[k]!;
      distinctDown++;
    }
  }
  return { weighted: countsDown / counts, unweighted: distinctDown / distinct };
}
