/** The result's `parametric`: a potential on named features, fitted to the largest component. */
import type { FeatureTable } from '../../transitions/features-csv';
import { centre } from './laplacian';
import type { LeastActionSolution } from './least-action';
import { splitBlocks, type Block } from '../graph/neighbour-graph';
import { alike, noFit, parametricPotential } from './parametric-potential';
import { hessianInverse, localValues } from './potential-result';
import type { Prepared } from '../prepare';
import { denseLimit } from './pseudo-inverse';
import type { ParametricResult } from '../result';
import { reversibleCovariance } from './reversible-covariance';

/** States that are named as missed. */
const mostNamed = 5;

/**
 * Generalised least squares of the reversible fit's V, in nats, on the features of `table`, over the
 * states of the largest component that have a row. `reversible` answers `prepared.counts`; `inverse` is
 * the L^+ of that component where it is at hand, else it is computed. An exact kernel has no noise, and
 * of a component above the dense limit the covariance is too large: there every state counts the same,
 * and nothing has an interval. Never throws. O(n^3) up to the dense limit.
 */
export function parametricResult(
  prepared: Prepared,
  reversible: LeastActionSolution,
  table: FeatureTable,
  inverse: Float64Array | null = null,
): ParametricResult {
  const { graph, components, largest } = prepared;
  const block = splitBlocks(prepared.counts).find(
    ({ states }) => components.of[states[0]!] === largest,
  );
  const rows = new Map(table.states.map((state, row) => [state, row]));
  const known = new Set(graph.names);
  const members = Array.from(components.members[largest] ?? [], (f) => graph.names[f]!);
  const inside = members.filter((state) => rows.has(state)).length;
  const counted = {
    features: table.names,
    states: inside,
    without: members.length - inside,
    unknown: table.states.filter((state) => !known.has(state)).length,
  };
  const nothing = (reason: string): ParametricResult => ({
    ...counted,
    ...noFit(reason, Math.max(0, inside - 1 - table.names.length)),
    furthest: [],
  });
  if (!block) return nothing('No two states lead to each other.');
  if (!reversible.converged) return nothing('The reversible fit did not converge.');
  const used = Array.from(block.states.keys()).filter((i) =>
    rows.has(graph.names[block.states[i]!]!),
  );
  const names = used.map((i) => graph.names[block.states[i]!]!);
  const theta = localValues(block, reversible.V);
  const attempts = localValues(block, graph.attempts);
  const V = Float64Array.from(used, (i) => theta[i]! - Math.log(attempts[i]!));
  centre(V);
  const noise = covarianceOf(block, theta, attempts, used, graph.exact === true, inverse);
  const k = table.names.length;
  const values = new Float64Array(used.length * k);
  names.forEach((name, i) => {
    const row = rows.get(name)! * k;
    values.set(table.values.subarray(row, row + k), i * k);
  });
  const covariance = typeof noise === 'string' ? null : noise;
  const fit = parametricPotential(V, covariance, { names: table.names, values });
  if (fit.weights.length === 0) return { ...counted, ...fit, furthest: [] };
  return {
    ...counted,
    ...fit,
    furthest: furthest(names, V, covariance, values, fit.weights),
    ...(typeof noise === 'string' ? { why: { ...fit.why, ...alike(noise) } } : {}),
  };
}

/** Sentences on rows and states that the fit does without. */
export function parametricWarnings({ unknown, without }: ParametricResult): string[] {
  const warnings: string[] = [];
  if (unknown > 0)
    warnings.push(
      unknown === 1
        ? 'One row of the features names no state of these counts: it is ignored.'
        : `${unknown} rows of the features name no state of these counts: they are ignored.`,
    );
  if (without > 0)
    warnings.push(
      without === 1
        ? 'One state of the largest component has no row among the features: the fit leaves it out.'
        : `${without} states of the largest component have no row among the features: the fit leaves them out.`,
    );
  return warnings;
}

/** Of the used states, local indices of the block, in their own mean gauge; or why there is none. */
function covarianceOf(
  block: Block,
  theta: Float64Array,
  attempts: Float64Array,
  used: number[],
  exact: boolean,
  known: Float64Array | null,
): Float64Array | string {
  if (exact) return 'An exact kernel has no sampling noise.';
  const inverse = known ?? hessianInverse(block, 'softplus', theta);
  if (!inverse)
    return `The component has more than ${denseLimit} states: the covariance of their heights is left out.`;
  const whole = reversibleCovariance(inverse, attempts);
  const n = attempts.length;
  const m = used.length;
  const part = new Float64Array(m * m);
  used.forEach((i, row) =>
    used.forEach((j, column) => (part[row * m + column] = whole[i * n + j]!)),
  );
  // Twice, for P C P: once along the rows, once along the columns of a symmetric matrix.
  for (let pass = 0; pass < 2; pass++) {
    for (let row = 0; row < m; row++) centre(part.subarray(row * m, (row + 1) * m));
    transpose(part, m);
  }
  return part;
}

function transpose(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const value = matrix[i * n + j]!;
      matrix[i * n + j] = matrix[j * n + i]!;
      matrix[j * n + i] = value;
    }
}

/** By |residual| over the standard error of V where there is one, else by |residual|. */
function furthest(
  names: string[],
  V: Float64Array,
  covariance: Float64Array | null,
  values: Float64Array,
  weights: ParametricResult['weights'],
): ParametricResult['furthest'] {
  const n = names.length;
  const k = weights.length;
  const residual = Float64Array.from(V);
  weights.forEach(({ weight }, i) => {
    for (let f = 0; f < n; f++) residual[f]! -= weight * values[f * k + i]!;
  });
  centre(residual);
  return names
    .map((state, f) => {
      const variance = covariance ? covariance[f * (n + 1)]! : NaN;
      const standardError = variance > 0 ? Math.sqrt(variance) : null;
      const size = Math.abs(residual[f]!) / (covariance ? (standardError ?? Infinity) : 1);
      return { state, residual: residual[f]!, standardError, size };
    })
    .sort((a, b) => b.size - a.size)
    .slice(0, mostNamed)
    .map(({ state, residual, standardError }) => ({ state, residual, standardError }));
}
