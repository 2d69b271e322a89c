/** The result of an exact kernel: the same quantities from chances instead of counts, without noise. */
import { information, totalMisfit, type FittedBlock } from './balance/balance-test';
import { dynamicsResult, type DynamicsProgress } from './dynamics/dynamics-result';
import type { EntropyProgress } from './dynamics/entropy-null';
import type { LeastActionSolution } from './potential/least-action';
import { splitBlocks } from './graph/neighbour-graph';
import { pairPoints, pairsTest } from './balance/pairs';
import { localValues, potentialResult, reversibleResult } from './potential/potential-result';
import type { Prepared } from './prepare';
import type { BalanceTest, DynamicsResult, PotentialResult, Result, Why } from './result';
import { trianglesTest } from './balance/triangles';
import { exactVerdict } from './verdict';

const noNoise = 'An exact kernel has no sampling noise.';

/** The parts of a result that depend on whether there is noise. */
export type ResultParts = Pick<
  Result,
  'potential' | 'reversible' | 'bounds' | 'tests' | 'dynamics' | 'parametric' | 'verdict'
>;

/**
 * Potential, effect size and dynamics of a graph with `exact` set. There is nothing to test: `p` is
 * null, and no number has an interval. `tau` by the formula of method.md 5.4 for exact kernels:
 * tau^2 = sum (T_fg - B p)^2 / (B p (1 - p)) / sum B p (1 - p) (1 - h), B = T_fg + T_gf.
 */
export function* exactParts(
  prepared: Prepared,
  solutions: { potential: LeastActionSolution; reversible: LeastActionSolution },
): Generator<DynamicsProgress | EntropyProgress, ResultParts> {
  const { graph, options, kernel } = prepared;
  const blocks = splitBlocks(prepared.counts);
  const fitted = blocks.map((block) => ({
    graph: block.graph,
    theta: localValues(block, solutions.reversible.V),
  }));
  const potential = potentialResult(
    prepared,
    solutions.potential,
    splitBlocks(prepared.leastAction),
  );
  const reversible = reversibleResult(prepared, solutions.reversible, null);
  const balance = exactBalance(fitted, solutions.reversible.converged);
  const triangles = trianglesTest(graph, options.minPairCount);
  const points = pairPoints(graph, kernel.weight, solutions.potential.V, options.minPairCount);
  return {
    potential: withoutErrors(potential),
    reversible: reversible && withoutErrors(reversible),
    bounds: [],
    tests: {
      pairs: pairsTest(points),
      triangles: {
        ...triangles,
        chi2: null,
        largest: [],
        why: { chi2: noNoise, largest: noNoise },
      },
      balance,
      cycles: {
        pairs: 0,
        states: 0,
        components: 0,
        chi2: null,
        ndf: 0,
        p: null,
        why: { chi2: noNoise, p: noNoise },
      },
    },
    dynamics: withoutNull(
      yield* dynamicsResult(prepared, solutions.potential, solutions.reversible),
    ),
    verdict: exactVerdict(balance, unfollowed(prepared)),
  };
}

function exactBalance(blocks: FittedBlock[], converged: boolean): BalanceTest {
  const { X2, pairs, ndf } = totalMisfit(blocks);
  let C = 0;
  for (const block of blocks) C += information(block, undefined, 0).C;
  const reason = !converged
    ? 'The reversible fit did not converge.'
    : ndf === 0
      ? 'There is no cycle of three or more states: a potential fits any kernel exactly.'
      : null;
  const why: Why = { X2: noNoise, G2: noNoise, p: noNoise, pAsymptotic: noNoise };
  why['medianExpected'] = why['tauDetectable'] = why['flagged'] = noNoise;
  if (reason !== null) why['tau'] = reason;
  return {
    X2: null,
    G2: null,
    ndf,
    pairs,
    medianExpected: null,
    method: 'none',
    p: null,
    pAsymptotic: null,
    replicas: 0,
    tau: reason === null && C > 0 ? Math.sqrt(X2 / C) : null,
    tauDetectable: null,
    information: C,
    flagged: [],
    why,
  };
}

function withoutErrors<T extends Pick<PotentialResult, 'standardError' | 'why'>>(part: T): T {
  const rest = { ...part };
  delete rest.standardError;
  return { ...rest, why: { ...part.why, standardError: noNoise } };
}

function withoutNull(dynamics: DynamicsResult | null): DynamicsResult | null {
  if (!dynamics) return null;
  const { entropyProduction } = dynamics;
  const why = { ...entropyProduction.why, nullMean: noNoise, nullInterval: noNoise };
  return { ...dynamics, entropyProduction: { ...entropyProduction, why } };
}

/** Largest share of a row that was not followed when the kernel was read. */
function unfollowed({ graph }: Prepared): number {
  let most = 0;
  for (let f = 0; f < graph.names.length; f++) {
    if (!(graph.attempts[f]! > 0)) continue;
    let followed = graph.selfTransitions[f]! + graph.rejected[f]!;
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++) followed += graph.count[k]!;
    most = Math.max(most, 1 - followed);
  }
  return most;
}
