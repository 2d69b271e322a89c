/** The flow of log ratios split into gradient, curl and harmonic part (method.md 5.9). */
import type { CountGraph } from '../../transitions/types';
import { forEachTriangle, forwardLists, triangleWork, type ForwardLists } from './forward-lists';
import { laplacianFactor, solveLaplacian } from '../potential/laplacian';
import { splitBlocks } from '../graph/neighbour-graph';
import type { FlowDecomposition, Why } from '../result';

/** Pairs beyond this are too many for a secondary number; a second or two of work. */
const pairLimit = 200_000;
/** Triangles beyond this are too many for the least squares; 40 MB. */
const triangleLimit = 500_000;
/** Triangles visited in all iterations, at most: one or two seconds. */
const visitLimit = 2e8;
/** Steps over pairs to find the triangles, at most. */
const workLimit = 2e8;
const iterationLimit = 5000;
/** The curl is solved when its normal equations are, to this relative size. */
const tolerance = 1e-11;
/** A Laplacian solve that leaves more than this is none; shares are then wrong by its square. */
const solved = 1e-5;

/** What `weights` in the result says. */
const weightsInWords = 'N_fg N_gf / (N_fg + N_gf), the inverse variance of a log ratio';

/**
 * y_fg = ln(N_fg / N_gf) over the pairs with both counts >= `minimum` (nats), split by weighted least
 * squares with w = N_fg N_gf / (N_fg + N_gf) into three parts that are orthogonal in sum w y z (Jiang,
 * Lim, Yao and Ye 2011, DOI 10.1007/s10107-010-0419-x):
 * - gradient: the differences of a potential (attempts are part of it: they change nothing);
 * - curl: what circulates round triangles, W^-1 C^T phi with C the sums round each triangle;
 * - harmonic: the rest, what circulates round longer cycles only.
 * The result holds their shares of `norm` = sum w y^2. Under balance the curl and the harmonic part
 * together are noise of expected size `pairs` - states + components in units of `norm`. The shares
 * depend on the weights and have no interval. Null with the reason beyond 200,000 pairs; curl and
 * harmonic beyond 500,000 triangles too.
 */
export function flowDecomposition(graph: CountGraph, minimum: number): FlowDecomposition {
  const lists = forwardLists(graph, minimum);
  const pairs = lists.target.length;
  const norm = squareNorm(lists, lists.logRatio);
  const unsolved = (reason: string, gradient: number | null = null): FlowDecomposition => {
    const why: Why = { curl: reason, harmonic: reason };
    if (gradient === null) why['gradient'] = reason;
    return { weights: weightsInWords, pairs, norm, gradient, curl: null, harmonic: null, why };
  };
  if (pairs === 0) return unsolved(`No pair has ${minimum} counts or more in both directions.`);
  if (!(norm > 0)) return unsolved('Every pair has equal counts in its two directions.');
  if (pairs > pairLimit) return unsolved(`There are more than ${pairLimit} pairs to fit.`);
  const rest = withoutGradient(lists);
  if (!rest) return unsolved('The least-squares fit of the potential did not converge.');
  const left = squareNorm(lists, rest);
  const gradient = Math.max(0, 1 - left / norm);
  const triangles = triangleList(lists);
  if (!triangles)
    return unsolved(`There are more than ${triangleLimit} triangles to fit.`, gradient);
  const harmonicPart = withoutCurl(lists, triangles, rest);
  if (!harmonicPart) return unsolved('The fit of the triangles did not converge.', gradient);
  const harmonic = Math.min(squareNorm(lists, harmonicPart), left) / norm;
  const curl = triangles.length > 0 ? Math.max(0, left / norm - harmonic) : 0;
  return { weights: weightsInWords, pairs, norm, gradient, curl, harmonic };
}

/** sum of w y^2 over the pairs. */
function squareNorm({ variance }: ForwardLists, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < y.length; k++) sum += (y[k]! * y[k]!) / variance[k]!;
  return sum;
}

/** y minus the differences of the potential that fits it best; null where the solve failed. */
function withoutGradient(lists: ForwardLists): Float64Array | null {
  const { rowStart, source, target, logRatio, variance } = lists;
  const theta = new Float64Array(rowStart.length - 1);
  const weight = variance.map((v) => 1 / v);
  for (const { states, graph } of splitBlocks({ rowStart, target, weight })) {
    const weights = graph.out.map((out, k) => out + graph.back[k]!);
    const local = new Map(Array.from(states, (f, i) => [f, i]));
    const b = new Float64Array(states.length);
    states.forEach((f, i) => {
      for (let k = rowStart[f]!; k < rowStart[f + 1]!; k++) {
        b[i]! += weight[k]! * logRatio[k]!;
        b[local.get(target[k]!)!]! -= weight[k]! * logRatio[k]!;
      }
    });
    const { x, residual } = solveLaplacian(graph, weights, laplacianFactor(graph, weights), b);
    if (!(residual <= solved)) return null;
    states.forEach((f, i) => (theta[f] = x[i]!));
  }
  return logRatio.map((y, k) => y - (theta[source[k]!]! - theta[target[k]!]!));
}

/** Three positions of pairs a triangle: u - v, v - w, u - w. Null where they are too many. */
function triangleList(lists: ForwardLists): Int32Array | null {
  if (triangleWork(lists) > workLimit) return null;
  let found = 0;
  forEachTriangle(lists, () => found++);
  if (found > triangleLimit) return null;
  const triangles = new Int32Array(3 * found);
  let size = 0;
  forEachTriangle(lists, (uv, vw, uw) => {
    triangles[size++] = uv;
    triangles[size++] = vw;
    triangles[size++] = uw;
  });
  return triangles;
}

/**
 * y minus the W^-1 C^T phi nearest to it: conjugate gradients on C W^-1 C^T phi = C y, on the least
 * squares themselves (CGLS, Hestenes and Stiefel 1952) with each triangle in units of its sigma. The
 * system is singular where triangles share a tetrahedron, and consistent. Null where it did not
 * converge.
 */
function withoutCurl(
  { variance }: ForwardLists,
  triangles: Int32Array,
  y: Float64Array,
): Float64Array | null {
  const rest = Float64Array.from(y);
  const count = triangles.length / 3;
  if (count === 0) return rest;
  const scale = Float64Array.from({ length: count }, (_, t) => {
    const [a, b, c] = [triangles[3 * t]!, triangles[3 * t + 1]!, triangles[3 * t + 2]!];
    return 1 / Math.sqrt(variance[a]! + variance[b]! + variance[c]!);
  });
  /** Affinities of the rest in standard errors; their squared norm. */
  const gradient = new Float64Array(count);
  const affinities = (): number => {
    let square = 0;
    for (let t = 0; t < count; t++) {
      const at = 3 * t;
      const sum = rest[triangles[at]!]! + rest[triangles[at + 1]!]! - rest[triangles[at + 2]!]!;
      gradient[t] = sum * scale[t]!;
      square += gradient[t]! * gradient[t]!;
    }
    return square;
  };
  const start = affinities();
  let square = start;
  const direction = Float64Array.from(gradient);
  const change = new Float64Array(y.length);
  const limit = Math.min(iterationLimit, Math.ceil(visitLimit / count));
  for (let iteration = 0; square > tolerance * tolerance * start; iteration++) {
    if (iteration === limit) return null;
    change.fill(0);
    for (let t = 0; t < count; t++) {
      const at = 3 * t;
      const flow = direction[t]! * scale[t]!;
      change[triangles[at]!]! += flow;
      change[triangles[at + 1]!]! += flow;
      change[triangles[at + 2]!]! -= flow;
    }
    let curvature = 0;
    for (let k = 0; k < change.length; k++) {
      curvature += change[k]! * change[k]! * variance[k]!;
      change[k]! *= variance[k]!;
    }
    if (!(curvature > 0)) break;
    const step = square / curvature;
    for (let k = 0; k < change.length; k++) rest[k]! -= step * change[k]!;
    const next = affinities();
    const ratio = next / square;
    for (let t = 0; t < count; t++) direction[t] = gradient[t]! + ratio * direction[t]!;
    square = next;
  }
  return rest;
}
