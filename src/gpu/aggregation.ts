/** Groups the core states that elimination left into at most 128 aggregates for the coarse correction. */
import { DENSE_CORE, type Elimination } from './elimination';

export interface Aggregation {
  /** Core states in the order the device holds them: aggregate by aggregate, roots last. */
  core: number[];
  /** Per position in `core`: its aggregate, UNGROUPED or ROOT. */
  aggregateOf: Uint32Array;
  /** aggregates + 1 offsets into `core`. */
  memberStart: Uint32Array;
  aggregates: number;
  /** True where every aggregate is one state: the coarse solve is then the whole solve. */
  exact: boolean;
}

/** In no aggregate; the iteration still corrects it. */
export const UNGROUPED = 0xfffffffe;
/** One state a component is held at potential 0: the rest is then positive definite. */
export const ROOT = 0xffffffff;

/**
 * Merges along the heaviest pairs, round by round, until few enough are left; never across
 * components. The state with most neighbours of each component is its root and in no aggregate.
 */
export function aggregate(plan: Elimination): Aggregation {
  const group = new Int32Array(plan.live.length).fill(-1);
  const roots: number[] = [];
  let groups = 0;
  for (const f of plan.left) {
    if (plan.live[f]!.size > 0) group[f] = groups++;
    else roots.push(f);
  }
  const connected = plan.left.filter((f) => group[f]! >= 0);
  let links = linksBetween(plan, connected, group);
  const exact = groups <= DENSE_CORE;
  const components = componentOf(links);
  const best = new Int32Array(components.count).fill(-1);
  for (const f of connected) {
    const component = components.of[group[f]!]!;
    const other = best[component]!;
    if (other < 0 || plan.live[f]!.size > plan.live[other]!.size) best[component] = f;
  }
  while (groups > DENSE_CORE) {
    const merged = matchHeaviest(links);
    if (merged.count === groups) break;
    for (const f of connected) group[f] = merged.of[group[f]!]!;
    groups = merged.count;
    links = merge(links, merged);
  }
  for (const f of best) {
    group[f] = -1;
    roots.push(f);
  }
  return arrange(connected, roots, group, groups, exact);
}

type Links = Map<number, number>[];

/** Weight between any two states, each a group of its own. */
function linksBetween(plan: Elimination, states: number[], group: Int32Array): Links {
  return states.map((f) => {
    const own = new Map<number, number>();
    for (const [g, slot] of plan.live[f]!) own.set(group[g]!, plan.weight[slot]!);
    return own;
  });
}

/** Weight between any two of the merged groups. */
function merge(links: Links, { of, count }: { of: Int32Array; count: number }): Links {
  const merged: Links = Array.from({ length: count }, () => new Map<number, number>());
  links.forEach((own, i) => {
    const into = merged[of[i]!]!;
    for (const [j, w] of own) {
      const other = of[j]!;
      if (other !== of[i]!) into.set(other, (into.get(other) ?? 0) + w);
    }
  });
  return merged;
}

function componentOf(links: Links): { of: Int32Array; count: number } {
  const of = new Int32Array(links.length).fill(-1);
  let count = 0;
  for (let root = 0; root < links.length; root++) {
    if (of[root]! >= 0) continue;
    const stack = [root];
    of[root] = count;
    while (stack.length > 0) {
      for (const other of links[stack.pop()!]!.keys()) {
        if (of[other]! >= 0) continue;
        of[other] = count;
        stack.push(other);
      }
    }
    count++;
  }
  return { of, count };
}

/** Pairs each group with its heaviest free neighbour; one without a free neighbour stays as it is. */
function matchHeaviest(links: Links): { of: Int32Array; count: number } {
  const of = new Int32Array(links.length).fill(-1);
  // Weakly connected groups first: they have the fewest choices.
  const order = links.map((_, i) => i).sort((a, b) => links[a]!.size - links[b]!.size || a - b);
  let count = 0;
  for (const i of order) {
    if (of[i]! >= 0) continue;
    let best = -1;
    let heaviest = 0;
    let joined = -1;
    let heaviestJoined = 0;
    for (const [j, w] of links[i]!) {
      if (of[j]! < 0 && w > heaviest) [best, heaviest] = [j, w];
      if (of[j]! >= 0 && w > heaviestJoined) [joined, heaviestJoined] = [j, w];
    }
    if (best >= 0) of[best] = of[i] = count++;
    else of[i] = joined >= 0 ? of[joined]! : count++;
  }
  return { of, count };
}

/** Numbers the largest groups as aggregates, at most DENSE_CORE of them. */
function arrange(
  connected: number[],
  roots: number[],
  group: Int32Array,
  groups: number,
  exact: boolean,
): Aggregation {
  const members: number[][] = Array.from({ length: groups }, () => []);
  for (const f of connected) if (group[f]! >= 0) members[group[f]!]!.push(f);
  const filled = members.filter((list) => list.length > 0).sort((a, b) => b.length - a.length);
  const core: number[] = [];
  const aggregateOf: number[] = [];
  const memberStart = [0];
  filled.forEach((list, i) => {
    for (const f of list) {
      aggregateOf.push(i < DENSE_CORE ? i : UNGROUPED);
      core.push(f);
    }
    if (i < DENSE_CORE) memberStart.push(core.length);
  });
  for (const f of roots) {
    aggregateOf.push(ROOT);
    core.push(f);
  }
  return {
    core,
    aggregateOf: Uint32Array.from(aggregateOf),
    memberStart: Uint32Array.from(memberStart),
    aggregates: memberStart.length - 1,
    exact,
  };
}
