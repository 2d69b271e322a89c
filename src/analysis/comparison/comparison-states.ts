/** The states that experiments have in common, inside one component of each. */
import type { Components } from '../graph/components';

export interface CommonStates {
  names: string[];
  /** For every experiment: the component that holds them; -1 where there is none. */
  component: number[];
  /** For every experiment: indices of the states in its graph, in the order of `names`. */
  index: Int32Array[];
}

/** What is asked of an experiment: its states' names and its strongly connected components. */
export interface Located {
  names: readonly string[];
  components: Components;
}

/**
 * Of all choices of one strongly connected component in each experiment, the one whose components
 * share most states (ties: the one that the first experiment's states come to first). Inside them
 * every potential is finite up to one constant. O(states).
 */
export function commonStates(experiments: readonly Located[]): CommonStates {
  const found = experiments.map(({ names }) => new Map(names.map((name, f) => [name, f] as const)));
  const groups = new Map<string, string[]>();
  for (const name of experiments[0]?.names ?? []) {
    const at = found.map((known) => known.get(name));
    if (at.some((f) => f === undefined)) continue;
    const key = experiments.map(({ components }, e) => components.of[at[e]!]!).join(',');
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  let best: [string, string[]] = ['', []];
  for (const group of groups) if (group[1].length > best[1].length) best = group;
  const [key, names] = best;
  return {
    names,
    component: names.length > 0 ? key.split(',').map(Number) : experiments.map(() => -1),
    index: found.map((known) => Int32Array.from(names, (name) => known.get(name)!)),
  };
}
