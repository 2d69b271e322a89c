/** Of the inverse of a Laplacian, the entries that its exact sparse factor has room for (Takahashi 1973). */
import { solveFactored, type LaplacianFactor } from './laplacian';

export interface SelectedInverse {
  /** L^+_ff of every state. */
  diagonal: Float64Array;
  /** (L^+_ff + L^+_gg - 2 L^+_fg) of every pair of the plan: its effective resistance. */
  resistance: Float64Array;
}

/**
 * Null unless the factor eliminated every state of one connected part. Unit: 1 / unit of the weights.
 * In the time of a factorisation; only positive numbers are added up until the gauge is taken out.
 */
export function selectedInverse(factor: LaplacianFactor): SelectedInverse | null {
  const { plan, value, inversePivot } = factor.sparse;
  const { states: n, columnStart, row, target, order, place } = plan;
  if (plan.core.states > 0 || inversePivot.indexOf(0) !== n - 1) return null;
  // Z = inverse with the last place grounded: entries as in the factor, and the diagonal.
  const entry = new Float64Array(plan.entries);
  const own = new Float64Array(n);
  let at = target.length;
  for (let v = n - 2; v >= 0; v--) {
    const from = columnStart[v]!;
    const to = columnStart[v + 1]!;
    at -= ((to - from) * (to - from - 1)) / 2;
    let t = at;
    for (let i = from; i < to; i++) {
      const share = value[i]!;
      let sum = entry[i]! + share * own[row[i]!]!;
      for (let j = i + 1; j < to; j++) {
        const z = entry[target[t++]!]!;
        sum += value[j]! * z;
        entry[j]! += share * z;
      }
      entry[i] = sum;
    }
    let sum = inversePivot[v]!;
    for (let i = from; i < to; i++) sum += value[i]! * entry[i]!;
    own[v] = sum;
  }
  const resistance = new Float64Array(plan.first.length);
  for (let p = 0; p < resistance.length; p++)
    resistance[p] =
      own[place[plan.first[p]!]!]! + own[place[plan.second[p]!]!]! - 2 * entry[plan.entry[p]!]!;
  return { diagonal: centred(factor, own, order), resistance };
}

/** The diagonal of P Z P, P = 1 - 1 1^T / n, from that of Z and from Z 1. */
function centred(factor: LaplacianFactor, own: Float64Array, order: Int32Array): Float64Array {
  const n = own.length;
  const ground = order[n - 1]!;
  const sums = new Float64Array(n).fill(1);
  sums[ground]! -= n;
  solveFactored(factor, sums, 1e-12);
  const base = sums[ground]!;
  let mean = 0;
  for (let f = 0; f < n; f++) {
    sums[f]! -= base;
    mean += sums[f]! / n;
  }
  const diagonal = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const f = order[i]!;
    diagonal[f] = own[i]! - (2 * sums[f]! - mean) / n;
  }
  return diagonal;
}
