/** Predictions about chosen states: first passages, committors, chances ever to enter (method.md 6). */
import { closedKernel, leaving, type ClosedKernel } from '../graph/closed-kernel';
import { committor } from './committor';
import { kemenyConstant, meanFirstPassage } from './first-passage';
import { chanceEverToEnter } from './forbidden';
import type { Prepared } from '../prepare';
import type {
  CommittorResult,
  FirstPassageResult,
  ForbiddenResult,
  MaybeNumber,
  Why,
} from '../result';
import { stationary, type Stationary } from './stationary';

/** Names of states; `forbidden` may be empty. */
export interface Choice {
  target: string[];
  source: string[];
  forbidden: string[];
}

export interface Prediction {
  /** Null without a component of two states. */
  firstPassage: FirstPassageResult | null;
  /** Null without a component of two states. */
  committor: CommittorResult | null;
  /** Null where no state was forbidden. */
  forbidden: ForbiddenResult | null;
}

/** The largest component's kernel and its stationary distribution. */
export interface LargestKernel {
  closed: ClosedKernel;
  solved: Stationary;
}

const unsettled = 'The component is large and walks through it are long: the solve did not settle.';
/** Rows that add up to no more than this are within rounding of 1. */
const fullRow = 1 + 1e-9;

/** The kernel of the largest component, whatever leaves it staying; null where it has one state. */
export function largestKernel({
  graph,
  kernel,
  components,
  largest,
}: Prepared): LargestKernel | null {
  const members = components.members[largest];
  if (!members || members.length < 2) return null;
  const closed = closedKernel(graph.rowStart, graph.target, kernel.weight, members);
  return { closed, solved: stationary(closed) };
}

/**
 * What the kernel predicts about the states of `choice`, without any potential: first passages and
 * committors inside the largest component, the forbidden states over the whole graph. Never throws:
 * a state that cannot be asked about leaves the record empty, and `why` names it. `known` saves the
 * stationary solve where it is at hand. At most a few seconds at 1e6 edges.
 */
export function predict(
  prepared: Prepared,
  choice: Choice,
  known: LargestKernel | null = largestKernel(prepared),
): Prediction {
  return {
    firstPassage: known && firstPassageOf(prepared, known, choice.target),
    committor: known && committorOf(prepared, known.closed, choice.source, choice.target),
    forbidden: choice.forbidden.length > 0 ? forbiddenOf(prepared, choice.forbidden) : null,
  };
}

function firstPassageOf(
  prepared: Prepared,
  { closed, solved }: LargestKernel,
  target: string[],
): FirstPassageResult {
  const why: Why = {};
  const result = { target, times: record<number>(), kemeny: null as MaybeNumber };
  const marked = marksInLargest(prepared, target, 'target');
  if (leaving(closed).some((leaves) => leaves > fullRow))
    why['times'] = why['kemeny'] =
      'The chances of leaving a state add up to more than 1: this normalisation has no steps there.';
  else {
    if (typeof marked === 'string') why['times'] = marked;
    else {
      const times = meanFirstPassage(closed, marked);
      if (!times) why['times'] = unsettled;
      else if (!times.every(Number.isFinite))
        why['times'] = 'A mean time is beyond the largest number that a computer holds.';
      else fill(result.times, namesInLargest(prepared), times);
    }
    const kemeny = solved.converged ? kemenyConstant(closed, solved.pi) : null;
    if (kemeny === 'too large')
      why['kemeny'] = 'The component is too large for a sum over all its states.';
    else if (kemeny === null || !Number.isFinite(kemeny)) why['kemeny'] = unsettled;
    else result.kemeny = kemeny;
  }
  return { ...result, ...(Object.keys(why).length > 0 ? { why } : {}) };
}

function committorOf(
  prepared: Prepared,
  closed: ClosedKernel,
  source: string[],
  target: string[],
): CommittorResult {
  const result = { source, target, chances: record<number>() };
  const from = marksInLargest(prepared, source, 'source');
  const to = marksInLargest(prepared, target, 'target');
  if (typeof from === 'string') return { ...result, why: { chances: from } };
  if (typeof to === 'string') return { ...result, why: { chances: to } };
  const both = source.find((name) => target.includes(name));
  if (both !== undefined)
    return { ...result, why: { chances: `${quoted(both)} is both source and target.` } };
  const chances = committor(closed, from, to);
  if (!chances) return { ...result, why: { chances: unsettled } };
  fill(result.chances, namesInLargest(prepared), chances);
  return result;
}

function forbiddenOf({ graph, kernel }: Prepared, states: string[]): ForbiddenResult {
  const result = { states, chances: record<MaybeNumber>() };
  const index = new Map(graph.names.map((name, f) => [name, f]));
  const missing = states.find((name) => !index.has(name));
  if (missing !== undefined)
    return { ...result, why: { chances: `There is no state ${quoted(missing)}.` } };
  const marked = new Uint8Array(graph.names.length);
  for (const name of states) marked[index.get(name)!] = 1;
  const every = Int32Array.from(graph.names.keys());
  const whole = closedKernel(graph.rowStart, graph.target, kernel.weight, every);
  const found = chanceEverToEnter(whole, marked);
  if (!found) return { ...result, why: { chances: unsettled } };
  let unknown = 0;
  graph.names.forEach((name, f) => {
    const known = marked[f] === 1 || graph.attempts[f]! > 0;
    result.chances[name] = known ? found[f]! : null;
    if (!known) unknown++;
  });
  if (unknown === 0) return result;
  const chances =
    `${unknown === 1 ? 'One state was' : `${unknown} states were`} never attempted from: where a ` +
    'walk goes from there is not known, and a walk that gets there counts as not entering.';
  return { ...result, why: { chances } };
}

/** Marks of the named states among those of the largest component, or why there are none. */
function marksInLargest(prepared: Prepared, names: string[], role: string): Uint8Array | string {
  const { graph, components, largest } = prepared;
  const members = components.members[largest]!;
  const local = new Map(Array.from(members, (f, i) => [graph.names[f]!, i]));
  const marked = new Uint8Array(members.length);
  if (names.length === 0) return `There is no ${role}.`;
  for (const name of names) {
    const i = local.get(name);
    if (i !== undefined) marked[i] = 1;
    else if (graph.names.includes(name))
      return `The ${role} ${quoted(name)} is not in the largest component.`;
    else return `There is no state ${quoted(name)}.`;
  }
  return marked;
}

function namesInLargest({ graph, components, largest }: Prepared): string[] {
  return Array.from(components.members[largest]!, (f) => graph.names[f]!);
}

/** Without inherited keys: a state may be called `__proto__`. */
function record<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function fill(into: Record<string, MaybeNumber>, names: string[], values: Float64Array): void {
  names.forEach((name, i) => (into[name] = values[i]!));
}

/** A name in a sentence, cut where it is long. */
function quoted(name: string): string {
  const signs = Array.from(name);
  return `"${signs.length > 60 ? `${signs.slice(0, 60).join('')}…` : name}"`;
}
