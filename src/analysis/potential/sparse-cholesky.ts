/** The Cholesky factor of a weighted graph Laplacian along an elimination plan, and solves with it. */
import type { EliminationPlan } from './sparse-cholesky-plan';

/** Numbers of a factor for one set of weights; places as in the plan. */
export interface SparseFactor {
  plan: EliminationPlan;
  /**
   * Every entry: in the columns the share of the place's remaining weight that leads to the row, in the
   * core the weight that its pair has after the elimination.
   */
  value: Float64Array;
  /** 1 / remaining weight of each eliminated place; 0 for the last place of a connected part. */
  inversePivot: Float64Array;
}

/** Below this a weight has no finite inverse. */
const leastPivot = 1e-300;

/** Room for the numbers of a factor. */
export function emptyFactor(plan: EliminationPlan): SparseFactor {
  return {
    plan,
    value: new Float64Array(plan.entries),
    inversePivot: new Float64Array(plan.eliminated),
  };
}

/**
 * Factorises in place for `weights` >= 0, one number a pair of the plan, in its order; pairs of weight
 * 0 are no pairs. Only positive numbers are added, multiplied and divided, so that no accuracy is lost
 * whatever the weights, and no pivot is negative (as in Grassmann, Taksar and Heyman 1985). False
 * where a pivot is not finite.
 */
export function factorise(factor: SparseFactor, weights: Float64Array): boolean {
  const { plan, value, inversePivot } = factor;
  const { columnStart, target, entry, eliminated } = plan;
  value.fill(0);
  for (let p = 0; p < entry.length; p++) value[entry[p]!] = weights[p]!;
  let finite = true;
  let at = 0;
  for (let v = 0; v < eliminated; v++) {
    const from = columnStart[v]!;
    const to = columnStart[v + 1]!;
    let total = 0;
    for (let i = from; i < to; i++) total += value[i]!;
    if (!(total > leastPivot)) {
      if (!(total >= 0)) finite = false;
      // Nothing remains: the last place of a connected part.
      value.fill(0, from, to);
      inversePivot[v] = 0;
      at += ((to - from) * (to - from - 1)) / 2;
      continue;
    }
    if (total === Infinity) finite = false;
    const inverse = 1 / total;
    inversePivot[v] = inverse;
    for (let i = from; i < to; i++) {
      const share = value[i]! * inverse;
      for (let j = i + 1; j < to; j++) value[target[at++]!]! += share * value[j]!;
      value[i] = share;
    }
  }
  return finite;
}

/** First half of a solve, in place: what each eliminated place receives, and the core's right side. */
export function eliminate({ plan, value }: SparseFactor, x: Float64Array): void {
  const { columnStart, row, eliminated } = plan;
  for (let v = 0; v < eliminated; v++) {
    const own = x[v]!;
    if (own === 0) continue;
    const to = columnStart[v + 1]!;
    for (let k = columnStart[v]!; k < to; k++) x[row[k]!]! += value[k]! * own;
  }
}

/** Second half, in place: the core's places hold its solution. The constant of each part is arbitrary. */
export function substitute({ plan, value, inversePivot }: SparseFactor, x: Float64Array): void {
  const { columnStart, row, eliminated } = plan;
  for (let v = eliminated - 1; v >= 0; v--) {
    let own = x[v]! * inversePivot[v]!;
    const to = columnStart[v + 1]!;
    for (let k = columnStart[v]!; k < to; k++) own += value[k]! * x[row[k]!]!;
    x[v] = own;
  }
}
