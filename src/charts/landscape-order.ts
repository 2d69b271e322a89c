/** Where each state stands in the landscape: on the main slope, beyond a break, or aside; and in which order. */
import type { Result } from '../analysis/result';
import type { CountGraph } from '../transitions/types';

/** The part of a result that the landscape needs. */
export type LandscapeResult = Pick<Result, 'components' | 'potential' | 'bounds'>;

/**
 * `main`: the largest strongly connected component. `above`: can move down to it, not back.
 * `below`: it can move down to them, not back. `aside`: no path either way. `never`: no attempt from it.
 */
export type Zone = 'main' | 'above' | 'below' | 'aside' | 'never';

export interface Place {
  state: number;
  name: string;
  zone: Zone;
  /** Steps of the order of components away from the main one; 0 on the main slope. */
  layer: number;
  component: number;
  /** Potential in nats, minimum 0 inside its component; null where there is none. */
  V: number | null;
  /** Standard error in nats, mean gauge of the component; null where there is none. */
  standardError: number | null;
  /** One-sided 95% bound on the distance from the nearest component below (or above). */
  bound: { atLeast: number; other: string } | null;
}

/**
 * All states with their zone, from high to low; `aside` and `never` last.
 * `previous` is the order shown before: neighbours closer than `tolerance` nats keep it, so that
 * words of nearly equal height do not change places at every count.
 */
export function placeStates(
  graph: CountGraph,
  result: LandscapeResult | null,
  previous: readonly string[] = [],
  tolerance = 0,
): Place[] {
  const zones = result ? componentZones(graph, result) : null;
  const bounds = result ? bestBounds(result) : null;
  const places = graph.names.map((name, state): Place => {
    const component = result?.potential.component[name] ?? -1;
    const place = zones?.get(component);
    const never = !(graph.attempts[state]! > 0);
    const zone: Zone = never ? 'never' : (place?.zone ?? 'aside');
    return {
      state,
      name,
      zone,
      layer: place?.layer ?? 0,
      component,
      V: never ? null : (result?.potential.V[name] ?? null),
      standardError: result?.potential.standardError?.[name] ?? null,
      bound: (zone === 'above' || zone === 'below' ? bounds?.[zone].get(name) : null) ?? null,
    };
  });
  return steady(places.sort(higherFirst), previous, tolerance);
}

const RANK: Record<Zone, number> = { above: 0, main: 1, below: 2, aside: 3, never: 4 };

function higherFirst(a: Place, b: Place): number {
  if (a.zone !== b.zone) return RANK[a.zone] - RANK[b.zone];
  if (a.layer !== b.layer) return a.zone === 'above' ? b.layer - a.layer : a.layer - b.layer;
  if (a.component !== b.component) {
    const nearer = (b.bound?.atLeast ?? 0) - (a.bound?.atLeast ?? 0);
    return (a.zone === 'below' ? -nearer : nearer) || a.component - b.component;
  }
  return (b.V ?? 0) - (a.V ?? 0) || a.state - b.state;
}

/** Insertion sort that swaps neighbours of one component only where they differ by more than the tolerance. */
function steady(places: Place[], previous: readonly string[], tolerance: number): Place[] {
  if (previous.length === 0 || tolerance <= 0) return places;
  const rank = new Map(previous.map((name, i) => [name, i]));
  for (let pass = 1; pass < places.length; pass++) {
    for (let i = pass; i > 0; i--) {
      const left = places[i - 1]!;
      const right = places[i]!;
      const before = rank.get(left.name);
      const after = rank.get(right.name);
      if (left.component !== right.component || left.zone !== right.zone) break;
      if (before === undefined || after === undefined || after > before) break;
      if ((left.V ?? 0) - (right.V ?? 0) > tolerance) break;
      places[i - 1] = right;
      places[i] = left;
    }
  }
  return places;
}

/** Zone and layer of each component. `above` lists of the result are followed to their end. */
function componentZones(
  graph: CountGraph,
  result: LandscapeResult,
): Map<number, { zone: Zone; layer: number }> {
  const next = result.components.map((component) => component.above);
  const back: number[][] = next.map(() => []);
  next.forEach((targets, from) => {
    for (const to of targets) back[to]?.push(from);
  });
  const main = mainComponent(graph, result);
  const zones = new Map<number, { zone: Zone; layer: number }>();
  if (main < 0) return zones;
  const up = distances(main, back);
  const down = distances(main, next);
  result.components.forEach((_, i) => {
    if (i === main) zones.set(i, { zone: 'main', layer: 0 });
    else if (up.has(i)) zones.set(i, { zone: 'above', layer: up.get(i)! });
    else if (down.has(i)) zones.set(i, { zone: 'below', layer: down.get(i)! });
    else zones.set(i, { zone: 'aside', layer: 0 });
  });
  return zones;
}

/** Longest path lengths from `start` in a graph without cycles (components), by repeated relaxation. */
function distances(start: number, edges: readonly number[][]): Map<number, number> {
  const reached = new Set<number>();
  const ordered: number[] = [];
  const stack: { node: number; edge: number }[] = [{ node: start, edge: 0 }];
  reached.add(start);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const target = edges[top.node]?.[top.edge++];
    if (target === undefined) {
      ordered.push(top.node);
      stack.pop();
    } else if (!reached.has(target)) {
      reached.add(target);
      stack.push({ node: target, edge: 0 });
    }
  }
  const length = new Map<number, number>([[start, 0]]);
  for (const node of ordered.reverse()) {
    for (const target of edges[node] ?? []) {
      length.set(target, Math.max(length.get(target) ?? 0, (length.get(node) ?? 0) + 1));
    }
  }
  return length;
}

/** The component with most states, then most attempts; states without an attempt do not count. */
function mainComponent(graph: CountGraph, result: LandscapeResult): number {
  const states = new Float64Array(result.components.length);
  const attempts = new Float64Array(result.components.length);
  graph.names.forEach((name, i) => {
    const component = result.potential.component[name];
    if (component === undefined || !(graph.attempts[i]! > 0)) return;
    states[component]! += 1;
    attempts[component]! += graph.attempts[i]!;
  });
  let best = -1;
  for (let i = 0; i < states.length; i++) {
    if (states[i] === 0) continue;
    const more = best < 0 || states[i]! > states[best]!;
    if (more || (states[i] === states[best] && attempts[i]! > attempts[best]!)) best = i;
  }
  return best;
}

/** The largest bound of each state; the sum of bounds along a chain is not one, so none is made. */
function bestBounds(
  result: LandscapeResult,
): Record<'above' | 'below', Map<string, Place['bound']>> {
  const best = {
    above: new Map<string, Place['bound']>(),
    below: new Map<string, Place['bound']>(),
  };
  const offer = (to: Map<string, Place['bound']>, name: string, other: string, atLeast: number) => {
    const known = to.get(name);
    if (!known || atLeast > known.atLeast) to.set(name, { atLeast, other });
  };
  for (const { above, below, atLeast } of result.bounds) {
    offer(best.above, above, below, atLeast);
    offer(best.below, below, above, atLeast);
  }
  return best;
}
