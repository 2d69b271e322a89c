/** Repeats in runs: by how much they inflate the variance of the counts (method.md 5.7). */
import { rejection, type AttemptRow } from './attempt-rows';

/** Longest distance at which repeats are looked for. */
const longest = 50;

/** A distance counts where its repeats exceed what chance gives by this many standard errors. */
const significant = 2;

/**
 * The design effect 1 + 2 sum of rho_k (after Rao and Scott 1981): how many times the variance of
 * the counts exceeds that of independent attempts, and so X2 its expected size. rho_k is the excess
 * of equal moves from the same state at distance k among its moves, over what the same moves in
 * random order give, as a share of the most that is possible, all states together. The two halves of
 * the log are taken apart, so that a kernel that changed between them is not seen as runs. The sum
 * goes on as long as the excess is above two standard errors of the random order: 1 where repeats are
 * no more than chance. Rejections and stays are left out, as the test of balance does not use them.
 * Null where no state has two moves that differ in one half.
 */
export function designEffect(rows: AttemptRow[]): number | null {
  const moves = rows
    .flatMap(({ source, outcome, firstHalf }) =>
      [outcome.subarray(0, firstHalf), outcome.subarray(firstHalf)].map((half) =>
        half.filter((g) => g !== rejection && g !== source),
      ),
    )
    .map((sequence) => ({ sequence, chance: chanceOf(sequence) }))
    .filter(({ chance }) => chance.two < 1);
  if (moves.length === 0) return null;
  let effect = 1;
  for (let k = 1; k <= longest; k++) {
    let excess = 0;
    let most = 0;
    let variance = 0;
    for (const { sequence, chance } of moves) {
      const pairs = sequence.length - k;
      if (pairs <= 0) continue;
      excess += equalAt(sequence, k) - pairs * chance.two;
      most += pairs * (1 - chance.two);
      variance += varianceAt(sequence.length, k, chance);
    }
    if (!(most > 0) || !(excess > significant * Math.sqrt(Math.max(0, variance)))) break;
    effect += (2 * excess) / most;
  }
  return effect;
}

/** Chances over all orders of a sequence. */
interface Chance {
  /** Two given places are equal; 1 for fewer than two places. */
  two: number;
  /** Three given places are equal. */
  three: number;
  /** Two given places are equal, and two other places too. */
  twice: number;
}

function chanceOf(sequence: Int32Array): Chance {
  const n = sequence.length;
  if (n < 2) return { two: 1, three: 1, twice: 1 };
  const counts = new Map<number, number>();
  for (const g of sequence) counts.set(g, (counts.get(g) ?? 0) + 1);
  let pairs = 0;
  let triples = 0;
  for (const c of counts.values()) {
    pairs += c * (c - 1);
    triples += c * (c - 1) * (c - 2);
  }
  const two = pairs / (n * (n - 1));
  const three = n < 3 ? 0 : triples / (n * (n - 1) * (n - 2));
  const twice =
    n < 4 ? 0 : (pairs * pairs - 4 * triples - 2 * pairs) / (n * (n - 1) * (n - 2) * (n - 3));
  return { two, three, twice };
}

function equalAt(sequence: Int32Array, k: number): number {
  let equal = 0;
  for (let i = k; i < sequence.length; i++) if (sequence[i] === sequence[i - k]) equal++;
  return equal;
}

/** Variance of `equalAt` over all orders of n places: exact, from pairs of pairs. */
function varianceAt(n: number, k: number, { two, three, twice }: Chance): number {
  const pairs = n - k;
  const touching = 2 * Math.max(0, n - 2 * k);
  const apart = pairs * (pairs - 1) - touching;
  return pairs * two + touching * three + apart * twice - (pairs * two) ** 2;
}
