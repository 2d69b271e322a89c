/**
 * The next token of an answer: drawn from as much of its distribution as the draw needs. An engine to which
 * a long list is dear gives the likeliest tokens first; the rest is asked for when a draw falls beyond them.
 */
import { cumulative, pick, shape, type Shaping, type Uniform } from './draw';
import type { Likeliest, LanguageModel, ModelOutcome } from './language-model';

export type NextSource = Pick<LanguageModel, 'distribution' | 'likeliest'>;

export interface DrawnToken {
  token: number;
  /** Natural log, as the model gave it: before temperature and top-p. */
  logProbability: number;
}

/** A list to draw from: running sums of shaped weights, and between what the sum over all tokens lies. */
interface List {
  /** Token of each place; null where the places are the tokens. */
  ids: Uint32Array | null;
  logProbabilities: Float32Array;
  sums: Float64Array;
  total: { least: number; most: number };
}

/** Where `u` falls in the list; -1 where that depends on tokens which are not in it. */
function place({ sums, total }: List, u: number): number {
  const listed = sums[sums.length - 1]!;
  if (u * total.most >= listed && total.most > listed) return -1;
  // a larger total only moves the draw on
  const [first, last] = [total.least, total.most].map((t) => pick(sums, () => (u * t) / listed));
  return first === last ? first! : -1;
}

/** One place in an answer: the tokens that may come next after a prompt and a prefix. */
export class NextToken {
  /** Forward passes made here. */
  passes = 0;
  private list: List | null = null;

  constructor(
    private readonly source: NextSource,
    private readonly shaping: Shaping,
  ) {}

  /** Memory held, bytes. */
  get bytes(): number {
    if (!this.list) return 0;
    const { ids, logProbabilities, sums } = this.list;
    return (ids?.byteLength ?? 0) + logProbabilities.byteLength + sums.byteLength;
  }

  /** True where a draw has been made: without it nothing is known. */
  get known(): boolean {
    return this.list !== null;
  }

  /** The listed tokens of at least this chance after temperature and top-p. */
  likely(least: number): { token: number; chance: number }[] {
    if (!this.list) return [];
    const { ids, sums, total } = this.list;
    const found: { token: number; chance: number }[] = [];
    for (let k = 0; k < sums.length; k++) {
      const chance = (sums[k]! - (k > 0 ? sums[k - 1]! : 0)) / total.most;
      if (chance >= least) found.push({ token: ids ? ids[k]! : k, chance });
    }
    return found;
  }

  /**
   * Draws a token: the same one for the same `uniform`, however much of the list was known before.
   * @param uniform one number is taken
   * @returns the token; the engine's fault as it is, after which nothing has changed
   */
  async draw(
    prompt: string,
    prefix: readonly number[],
    uniform: Uniform,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<DrawnToken>> {
    const u = uniform();
    let found = this.list ? place(this.list, u) : -1;
    if (found < 0 && !this.list && this.source.likeliest && this.isBounded()) {
      const part = await this.source.likeliest(prompt, prefix, signal);
      if (!part.ok) return part;
      this.passes++;
      this.list = this.partOf(part.value);
      found = place(this.list, u);
    }
    if (found < 0) {
      const whole = await this.source.distribution(prompt, prefix, signal);
      if (!whole.ok) return whole;
      this.passes++;
      this.list = this.wholeOf(whole.value);
      found = place(this.list, u);
    }
    const { ids, logProbabilities } = this.list!;
    const token = ids ? ids[found]! : found;
    return { ok: true, value: { token, logProbability: logProbabilities[found]! } };
  }

  /** What unlisted tokens add can be bounded: above temperature 1, and for top-p, all are needed. */
  private isBounded(): boolean {
    return this.shaping.topP >= 1 && this.shaping.temperature <= 1;
  }

  /**
   * Weights (p / p_0)^(1/T). An unlisted token has at most the probability p_K of the last one listed, so
   * all of them together weigh at most (rest / p_0) (p_K / p_0)^(1/T - 1).
   */
  private partOf({ ids, logProbabilities: logs, rest }: Likeliest): List {
    const { temperature } = this.shaping;
    const shared = { ids, logProbabilities: Float32Array.from(logs) };
    if (temperature <= 0)
      return { ...shared, sums: Float64Array.of(1), total: { least: 1, most: 1 } };
    const sums = cumulative(logs.map((log) => Math.exp((log - logs[0]!) / temperature)));
    const least = logs[logs.length - 1]! - logs[0]!;
    const beyond = (rest / Math.exp(logs[0]!)) * Math.exp(least * (1 / temperature - 1));
    const listed = sums[sums.length - 1]!;
    const most = listed + Math.max(0, beyond);
    return { ...shared, sums, total: { least: temperature === 1 ? most : listed, most } };
  }

  private wholeOf(logs: Float64Array): List {
    const shaped = shape(logs, this.shaping);
    const all = (sums: Float64Array) => {
      const sum = sums[sums.length - 1]!;
      return { sums, total: { least: sum, most: sum } };
    };
    if (!this.source.likeliest)
      return { ids: null, logProbabilities: Float32Array.from(logs), ...all(cumulative(shaped)) };
    // in the order of the likeliest, so that a draw is the same before and after
    const ids = Uint32Array.from(logs.keys()).sort((a, b) => logs[b]! - logs[a]! || a - b);
    return {
      ...{ ids, logProbabilities: Float32Array.from(ids, (id) => logs[id]!) },
      ...all(cumulative(Float64Array.from(ids, (id) => shaped[id]!))),
    };
  }
}
