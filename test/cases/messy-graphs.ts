/** Problems as real logs make them, one a seed, and problems that float32 cannot solve by itself. */
import { stronglyConnected } from '../../src/analysis/graph/components';
import type { LeastActionProblem } from '../../src/analysis/graph/neighbour-graph';
import { fromRows, problemFromPairs, randomPairs, seeded } from './graphs';

/** Up to 600 states, several components, pairs seen one way, counts over four decades. */
export function messyCounts(seed: number): LeastActionProblem {
  const random = seeded(seed);
  const n = 2 + Math.floor(random() ** 3 * 600);
  const degree = 0.7 + 3 * random();
  const scale = 10 ** (4 * random());
  const local = random() < 0.5;
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  const add = (f: number, g: number) => {
    rows[f]!.set(g, (rows[f]!.get(g) ?? 0) + Math.ceil(scale * random() ** 4));
  };
  for (let k = 0; k < n * degree; k++) {
    const f = Math.floor(n * random());
    const g = local ? (f + 1 + Math.floor(5 * random())) % n : Math.floor(n * random());
    if (f === g) continue;
    add(f, g);
    if (random() < 0.8) add(g, f);
  }
  const whole = fromRows(rows);
  const { of } = stronglyConnected(whole.rowStart, whole.target);
  return fromRows(rows.map((row, f) => new Map([...row].filter(([g]) => of[f] === of[g]))));
}

/** Two random graphs of `size` states each that hang together by one pair of rate `thread`. */
export function hangingByAThread(size: number, thread: number): LeastActionProblem {
  const rows = [0, 1].flatMap((side) => {
    const part = problemFromPairs(size, randomPairs(size, 4 * size, 3 + side), 5 + side);
    return Array.from({ length: size }, (_, f) => {
      const row = new Map<number, number>();
      for (let k = part.rowStart[f]!; k < part.rowStart[f + 1]!; k++) {
        row.set(side * size + part.target[k]!, part.weight[k]!);
      }
      return row;
    });
  });
  rows[0]!.set(size, thread);
  rows[size]!.set(0, 2 * thread);
  return fromRows(rows);
}
