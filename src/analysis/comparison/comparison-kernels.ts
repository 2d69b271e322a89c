/** Are the kernels of experiments equal on their common sources? Homogeneity chi2 over the rows. */
import type { CountGraph } from '../../transitions/types';
import type { ComparedRow, KernelsTest } from './comparison-result';
import { falseDiscoveries } from '../statistics/false-discoveries';
import type { Normalisation } from '../result';
import { rowHomogeneity } from '../order/row-homogeneity';
import { chi2Survival } from '../statistics/special';

/** Rows named in a result. */
const most = 5;

/**
 * Sum over the sources of the homogeneity chi2 of their rows (Anderson and Goodman 1957). Outcomes are
 * the states reached, by name, the source itself, and rejection; with `accepted`, or where attempts
 * were given and not counted, only transitions to other states. O(counts).
 */
export function kernelsTest(
  graphs: readonly CountGraph[],
  normalisation: Normalisation,
): Omit<KernelsTest, 'pAdjusted'> {
  const none = (reason: string) => ({
    sources: 0,
    chi2: null,
    ndf: 0,
    p: null,
    largest: [],
    why: { chi2: reason, p: reason },
  });
  if (graphs.some(({ exact }) => exact))
    return none('An exact kernel has no counts to compare rows of.');
  const moves = normalisation === 'accepted' || graphs.some((graph) => graph.attemptsGiven);
  const index = graphs.map(({ names }) => new Map(names.map((name, f) => [name, f] as const)));
  const sources = new Set(graphs.flatMap(({ names }) => names));
  const rows: ComparedRow[] = [];
  let chi2 = 0;
  let ndf = 0;
  for (const source of sources) {
    const row = rowHomogeneity(
      columnsOf(
        graphs,
        index.map((known) => known.get(source) ?? -1),
        moves,
      ),
    );
    if (row.ndf === 0) continue;
    chi2 += row.chi2;
    ndf += row.ndf;
    rows.push({ source, ...row, p: chi2Survival(row.chi2, row.ndf), standsOut: false });
  }
  if (ndf === 0)
    return none(
      'No state was left often enough in both, in more than one way, to compare its rows.',
    );
  rows.sort((a, b) => a.p - b.p || b.chi2 / b.ndf - a.chi2 / a.ndf);
  const found = falseDiscoveries(rows.map(({ p }) => p));
  rows.forEach((row, i) => (row.standsOut = found[i]!));
  return {
    sources: rows.length,
    chi2,
    ndf,
    p: chi2Survival(chi2, ndf),
    largest: rows.slice(0, most),
  };
}

/** For every outcome of a source its count in each experiment; `at` is the source's index, or -1. */
function columnsOf(graphs: readonly CountGraph[], at: number[], moves: boolean): number[][] {
  const columns = new Map<string, number[]>();
  const add = (key: string, e: number, count: number) => {
    if (!(count > 0)) return;
    let column = columns.get(key);
    if (!column) columns.set(key, (column = graphs.map(() => 0)));
    column[e]! += count;
  };
  graphs.forEach((graph, e) => {
    const f = at[e]!;
    if (f < 0) return;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      add(`to ${graph.names[graph.target[k]!]!}`, e, graph.count[k]!);
    if (moves) return;
    add(`to ${graph.names[f]!}`, e, graph.selfTransitions[f]!);
    add('rejected', e, graph.rejected[f]!);
  });
  return [...columns.values()];
}
