/** Results of the same counts under other names, in another order, at another scale: what must agree. */
import type { Result } from '../../../src/analysis/result';

type Rename = (name: string) => string;

function keyed<T>(record: Record<string, T> | undefined, rename: Rename): [string, T][] {
  return Object.entries(record ?? {})
    .map(([name, value]): [string, T] => [rename(name), value])
    .sort(byName);
}

function byName(a: [string, unknown], b: [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** The test as it can be compared: below this C, 1 - h has few digits left, and tau is beyond meaning. */
export function comparable(test: Result['tests']['balance']) {
  const { tau, tauInterval, tauDetectable, information, powerInformation, ...rest } = test;
  return (information ?? 1) < 1e-3
    ? rest
    : { ...rest, tau, tauInterval, tauDetectable, information, powerInformation };
}

/** Not told from one another by size and counts alone: which is the largest goes by the order. */
export function largestIsPlain(result: Result): boolean {
  const sizes = result.components.map(({ states }) => states.length);
  const most = Math.max(0, ...sizes);
  return sizes.filter((size) => size === most).length <= 1;
}

/** The whole result but what depends on the order of the rows by right, states under other names. */
export function canonical(result: Result, rename: Rename = (name) => name) {
  const first = result.components.map(({ states }) => states.map(rename).sort()[0]!);
  const { potential, reversible, tests, dynamics } = result;
  const pair = (states: string[]) => states.map(rename).sort().join(' > ');
  const { flagged, ...balance } = comparable(tests.balance);
  const { largest, ...triangles } = tests.triangles;
  const plain = largestIsPlain(result);
  return {
    input: { ...result.input, neverAttempted: result.input.neverAttempted.map(rename).sort() },
    components: result.components
      .map(({ states, above }): [string, unknown] => [
        states.map(rename).sort().join(' '),
        above.map((c) => first[c]!).sort(),
      ])
      .sort(byName),
    undetermined: result.undetermined?.map((two) =>
      pair(two.map((c) => result.components[c]!.states[0]!)),
    ).length,
    potential: {
      V: keyed(potential.V, rename),
      standardError: keyed(potential.standardError, rename),
      converged: potential.converged,
    },
    bounds: result.bounds
      .map(({ above, below, atLeast }): [string, number] => [
        `${rename(above)} over ${rename(below)}`,
        atLeast,
      ])
      .sort(byName),
    pairs: tests.pairs,
    balance,
    // Residuals by pair: an end that comes first by name has the sign.
    flagged: flagged
      .map(({ states, residual }): [string, number] => [
        pair(states),
        rename(states[0]) < rename(states[1]) ? residual : -residual,
      ])
      .sort(byName),
    triangles,
    // Equal ones may change places at the end of the list.
    triangleSizes: largest.map(({ affinity, sigma }) => Math.abs(affinity / sigma)),
    cycles: tests.cycles,
    decomposition: tests.decomposition,
    reversible: plain &&
      reversible && {
        V: keyed(reversible.V, rename),
        pi: keyed(reversible.pi, rename),
        standardError: keyed(reversible.standardError, rename),
      },
    dynamics: plain &&
      dynamics && {
        stationary: keyed(dynamics.stationary, rename),
        entropyProduction: dynamics.entropyProduction,
        downhill: dynamics.downhill,
        netFlux: [dynamics.netFlux?.share, dynamics.netFlux?.largest.map(({ net }) => net)],
        firstPassage: [keyed(dynamics.firstPassage?.times, rename), dynamics.firstPassage?.kemeny],
        committor: keyed(dynamics.committor?.chances, rename),
        forbidden: keyed(dynamics.forbidden?.chances, rename),
      },
  };
}

/** Where two values differ by more than `tolerance` of their size (absolute below 1). */
export function differences(a: unknown, b: unknown, tolerance: number, path = ''): string[] {
  if (typeof a === 'number' && typeof b === 'number') {
    const size = Math.max(1, Math.abs(a), Math.abs(b));
    return Math.abs(a - b) <= tolerance * size ? [] : [`${path}: ${a} and ${b}`];
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return a === b ? [] : [`${path}: ${String(a)} and ${String(b)}`];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) =>
    key === 'why'
      ? []
      : differences(
          (a as Record<string, unknown>)[key],
          (b as Record<string, unknown>)[key],
          tolerance,
          `${path}.${key}`,
        ),
  );
}
