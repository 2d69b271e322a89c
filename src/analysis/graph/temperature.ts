/** An exact kernel of one-token answers at another temperature (method.md section 6). */
import type { CountGraph } from '../../transitions/types';

/**
 * T_fg -> T_fg^(1/t) / Z_f, Z_f the sum over the outcomes that were followed: transitions, staying
 * and, as one outcome, rejection. It is the kernel of the same model sampled at t times its
 * temperature where every answer is one token and all of them were followed. Under balance V becomes
 * V / t - ln Z_f up to a constant, and every cycle's affinity A becomes A / t: balance holds at all
 * temperatures or at none.
 * @param graph an exact kernel
 * @param t > 0, relative to the temperature at which the kernel was read
 * @throws RangeError where t is not above 0
 */
export function atTemperature(graph: CountGraph, t: number): CountGraph {
  if (!(t > 0)) throw new RangeError(`a temperature must be above 0, not ${t}`);
  const n = graph.names.length;
  const count = new Float64Array(graph.count.length);
  const rejected = new Float64Array(n);
  const selfTransitions = new Float64Array(n);
  for (let f = 0; f < n; f++) {
    const from = graph.rowStart[f]!;
    const to = graph.rowStart[f + 1]!;
    // Relative to the likeliest outcome: its power is 1, and none overflows.
    let most = Math.max(graph.rejected[f]!, graph.selfTransitions[f]!);
    for (let k = from; k < to; k++) most = Math.max(most, graph.count[k]!);
    if (!(most > 0)) continue;
    const power = (chance: number) => (chance / most) ** (1 / t);
    let Z = (rejected[f] = power(graph.rejected[f]!));
    Z += selfTransitions[f] = power(graph.selfTransitions[f]!);
    for (let k = from; k < to; k++) Z += count[k] = power(graph.count[k]!);
    rejected[f]! /= Z;
    selfTransitions[f]! /= Z;
    for (let k = from; k < to; k++) count[k]! /= Z;
  }
  return { ...graph, count, rejected, selfTransitions };
}
