/** The landscape in words: one sentence for all of it, one line a state, one table. */
import type { CountGraph } from '../transitions/types';
import { amounts, counted, decimal, percent, whole } from './format';
import { type LandscapeResult, type Place, placeStates } from './landscape-order';
import type { Table } from './picture';

const Z95 = 1.959964;

/** A state as a reading: each part named, for the line under the picture. */
export interface Reading {
  name: string;
  /** "V = 1.23 ± 0.08 nats (95%)", or why there is none. */
  potential: string;
  attempts: string;
  accepted: string;
  /** The strongest flows out and in, at most three each. */
  out: Flow[];
  into: Flow[];
}

interface Flow {
  name: string;
  count: number;
  /** The count, or the chance of an exact kernel, as it is written. */
  amount: string;
}

/** The reading of one state; null where the graph has no such state. */
export function readState(
  graph: CountGraph,
  result: LandscapeResult | null,
  name: string,
): Reading | null {
  const place = placeStates(graph, result).find((p) => p.name === name);
  if (!place) return null;
  const { out, into } = flowsOf(graph, place.state);
  const attempts = graph.attempts[place.state]!;
  const accepted = out.reduce((sum, flow) => sum + flow.count, 0);
  return {
    name,
    potential: potentialText(place),
    attempts: graph.exact ? 'exact kernel' : counted(attempts, 'attempt'),
    accepted: attempts > 0 ? `${percent(accepted / attempts)} accepted` : 'none accepted',
    out: out.slice(0, 3),
    into: into.slice(0, 3),
  };
}

/** A reading as one spoken line. */
export function readingText(reading: Reading): string {
  const list = (flows: Reading['out']): string =>
    flows.map((flow) => `${flow.name} ${flow.amount}`).join(', ') || 'none';
  return `${reading.name}: ${reading.potential}; ${reading.attempts}, ${reading.accepted}; to ${list(reading.out)}; from ${list(reading.into)}`;
}

function potentialText(place: Place): string {
  if (place.zone === 'never') return 'seen, no attempt from it yet: no potential';
  if (place.zone === 'aside' && place.V === null) return 'no potential yet';
  if (place.zone === 'aside') return 'no path to the others: height undetermined';
  if (place.zone === 'above' || place.zone === 'below') {
    if (!place.bound) return place.zone === 'above' ? 'no upper bound' : 'no lower bound';
    return `at least ${decimal(place.bound.atLeast)} nats ${place.zone} ${place.bound.other} (95%)`;
  }
  const half = place.standardError === null ? '' : ` ± ${decimal(Z95 * place.standardError)}`;
  return `V = ${decimal(place.V)}${half} nats${half ? ' (95%)' : ''}`;
}

function flowsOf(graph: CountGraph, state: number): Pick<Reading, 'out' | 'into'> {
  const out: Reading['out'] = [];
  const into: Reading['into'] = [];
  const write = amounts(graph);
  const flow = (other: number, k: number): Flow => {
    const count = graph.count[k]!;
    return { name: graph.names[other]!, count, amount: write(count) };
  };
  for (let from = 0; from < graph.names.length; from++) {
    for (let k = graph.rowStart[from]!; k < graph.rowStart[from + 1]!; k++) {
      const to = graph.target[k]!;
      if (from === state) out.push(flow(to, k));
      if (to === state) into.push(flow(from, k));
    }
  }
  const stronger = (a: { count: number }, b: { count: number }): number => b.count - a.count;
  return { out: out.sort(stronger), into: into.sort(stronger) };
}

/** The whole picture in one or two sentences: its text alternative. */
export function landscapeSummary(graph: CountGraph, result: LandscapeResult | null): string {
  const places = placeStates(graph, result);
  const of = (zone: Place['zone']): Place[] => places.filter((place) => place.zone === zone);
  const main = of('main');
  const transitions = graph.count.reduce((sum, count) => sum + count, 0);
  const many = graph.exact
    ? `${counted(graph.count.length, 'transition')} of an exact kernel`
    : counted(transitions, 'transition');
  const parts = [`${counted(places.length, 'state')}, ${many}.`];
  if (main.length > 1) {
    const top = main[0]!;
    const low = main[main.length - 1]!;
    parts.push(
      `In the largest connected part (${counted(main.length, 'state')}) ${top.name} is highest, ${decimal((top.V ?? 0) - (low.V ?? 0))} nats above ${low.name}, the lowest.`,
    );
  } else parts.push('No two states are connected both ways yet, so no height can be compared.');
  const rest: string[] = [];
  if (of('above').length > 0)
    rest.push(`${counted(of('above').length, 'state')} above with no upper bound`);
  if (of('below').length > 0)
    rest.push(`${counted(of('below').length, 'state')} below with no lower bound`);
  if (of('aside').length > 0)
    rest.push(`${counted(of('aside').length, 'state')} with no path to the others`);
  if (of('never').length > 0)
    rest.push(`${counted(of('never').length, 'state')} seen but not yet asked from`);
  if (rest.length > 0) parts.push(`${rest.join('; ')}.`);
  if (result && !result.potential.converged) parts.push('The heights did not converge.');
  return parts.join(' ');
}

/** The states in the order of the picture, with everything it shows. */
export function landscapeTable(graph: CountGraph, result: LandscapeResult | null): Table {
  const show = (value: number): string => decimal(value, 3);
  const rows = placeStates(graph, result).map((place) => {
    const accepted = rowSum(graph, place.state);
    const main = place.zone === 'main';
    return [
      place.name,
      main ? place.V : null,
      main ? place.standardError : null,
      main && place.V !== null && place.standardError !== null
        ? place.V - Z95 * place.standardError
        : null,
      main && place.V !== null && place.standardError !== null
        ? place.V + Z95 * place.standardError
        : null,
      main ? '' : potentialText(place),
      graph.attempts[place.state]!,
      accepted,
    ];
  });
  return {
    columns: [
      { title: 'state' },
      { title: 'V (nats)', show },
      { title: 'standard error (mean gauge)', show },
      { title: '95% from', show },
      { title: '95% to', show },
      { title: 'remark' },
      { title: 'attempts', show: whole },
      { title: 'accepted', show: amounts(graph) },
    ],
    rows,
  };
}

function rowSum(graph: CountGraph, state: number): number {
  let sum = 0;
  for (let k = graph.rowStart[state]!; k < graph.rowStart[state + 1]!; k++) sum += graph.count[k]!;
  return sum;
}
