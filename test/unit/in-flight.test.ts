/** Many attempts under way at once: the same walk whatever the order of arrival, whole at every end. */
import { describe, expect, it } from 'vitest';
import { wordWalk } from '../../src/agents/word-walk';
import { stream } from '../../src/models/draw';
import type { Completion, ModelOutcome } from '../../src/models/language-model';
import { lead } from '../../src/sampling/in-flight';
import { sample, type SamplingEnd, type SamplingSettings } from '../../src/sampling/sample';
import { WalkState } from '../../src/sampling/walk-state';
import type { Attempt } from '../../src/transitions/types';
import { ToyModel } from './helpers/toy-model';

const WORDS = ['bread', 'butter', 'cheese', 'milk', 'salt', 'rubber'];

/** Answers by the seed alone, after a time that has nothing to do with it. */
class SlowModel extends ToyModel {
  override readonly can;
  underWay = 0;
  most = 0;
  asked = 0;
  failAtSeed: number | null = null;

  constructor(
    parallel: number,
    private readonly hurry: number,
  ) {
    super();
    this.can = { distribution: false, tokenBias: false, batch: true, tokenize: false, parallel };
  }

  override complete = async (
    _prompt: string,
    { seed }: { seed: number },
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Completion>> => {
    this.most = Math.max(this.most, ++this.underWay);
    const wait = Math.floor(stream(this.hurry, this.asked++)() * 8);
    await new Promise((resolve) => setTimeout(resolve, wait));
    this.underWay--;
    if (signal?.aborted) return { ok: false, fault: { code: 'cancelled', detail: '' } };
    if (seed === this.failAtSeed)
      return { ok: false, fault: { code: 'refused', detail: 'not this one' } };
    const text = WORDS[Math.floor(stream(seed, 0)() * WORDS.length)]!;
    return {
      ok: true,
      value: { text, tokens: [], logProbability: null, finish: 'stop', passes: 2 },
    };
  };
}

const settings = (more: Partial<SamplingSettings> = {}): SamplingSettings => ({
  ...{ agent: wordWalk, parameters: { topic: 'food' }, temperature: 1, topP: 1 },
  ...{ seed: 9, source: 'uniform', attempts: 400 },
  ...more,
});

async function run(
  model: SlowModel,
  wanted: SamplingSettings,
  log: Attempt[] = [],
  options: { stopAfter?: number; failAppendAt?: number } = {},
): Promise<{ log: Attempt[]; end: SamplingEnd; passes: number }> {
  const stop = new AbortController();
  let appends = 0;
  let passes = 0;
  const end = await sample(
    model,
    wanted,
    new WalkState(['bread'], log),
    {
      append: async (batch) => {
        if (++appends === options.failAppendAt) throw new Error('quota');
        log.push(...batch);
      },
      counted: (batch, cost) => {
        passes += cost!;
        if (batch[batch.length - 1]!.i + 1 >= (options.stopAfter ?? Infinity)) stop.abort();
      },
    },
    stop.signal,
  );
  return { log, end, passes };
}

const essence = (log: Attempt[]) => log.map(({ i, from, to, reject }) => ({ i, from, to, reject }));

function seedOf(i: number): number {
  const uniform = stream(9, i);
  uniform();
  return Math.floor(uniform() * 2 ** 32) | 0;
}

describe('attempts under way at once', () => {
  it('are numbered and recorded in the order asked, with sources drawn from what was known then', async () => {
    const model = new SlowModel(8, 1);
    const { log, end, passes } = await run(model, settings());
    expect(end).toEqual({ kind: 'complete' });
    expect(model.most).toBe(8);
    expect(passes).toBe(800);
    expect(log.map(({ i }) => i)).toEqual(Array.from({ length: 400 }, (_, i) => i));
    log.forEach(({ i, from, p }) => {
      const known = ['bread'];
      for (const { to } of log.slice(0, Math.max(0, i - lead(8) + 1)))
        if (to !== undefined && !known.includes(to)) known.push(to);
      expect(from).toBe(known[Math.floor(stream(9, i)() * known.length)]);
      expect(p).toBeUndefined();
    });
    expect(new Set(log.map(({ from }) => from)).size).toBe(5);
    expect(log.filter(({ reject }) => reject === 'not-in-topic').length).toBeGreaterThan(30);
  });

  it('give the same walk in any order of arrival, and with any number at once', async () => {
    const whole = essence((await run(new SlowModel(8, 1), settings())).log);
    expect(essence((await run(new SlowModel(8, 2), settings())).log)).toEqual(whole);
    for (const parallel of [3, 20]) {
      const model = new SlowModel(parallel, 3);
      expect(essence((await run(model, settings({ parallel: 8 }))).log)).toEqual(whole);
      expect(model.most).toBeLessThanOrEqual(Math.min(parallel, lead(8)));
    }
    const other = essence((await run(new SlowModel(20, 1), settings())).log);
    expect(other).not.toEqual(whole);
  });

  it('may be stopped anywhere: nothing is lost and nothing comes twice', async () => {
    const whole = essence((await run(new SlowModel(8, 1), settings())).log);
    const log: Attempt[] = [];
    let stops = 0;
    for (let end: SamplingEnd | null = null; end?.kind !== 'complete'; stops++) {
      const part = await run(new SlowModel(8, stops), settings(), log, {
        stopAfter: log.length + 1,
      });
      end = part.end;
      expect(['complete', 'stopped']).toContain(end.kind);
    }
    expect(stops).toBeGreaterThan(2);
    expect(essence(log)).toEqual(whole);
  });

  it('end with a fault after all that precedes it', async () => {
    const model = new SlowModel(8, 1);
    model.failAtSeed = seedOf(123);
    const { log, end } = await run(model, settings());
    expect(end).toEqual({
      kind: 'model-fault',
      fault: { code: 'refused', detail: 'not this one' },
    });
    expect(log.length).toBe(123);
  });

  it('count nothing that could not be stored', async () => {
    const { log, end } = await run(new SlowModel(8, 1), settings(), [], { failAppendAt: 2 });
    expect(end).toEqual({ kind: 'storage-fault', detail: 'quota' });
    const whole = essence((await run(new SlowModel(8, 1), settings())).log);
    expect(essence(log)).toEqual(whole.slice(0, log.length));
  });

  it('along a chain are one', async () => {
    const model = new SlowModel(8, 1);
    const { log } = await run(model, settings({ source: 'chain', attempts: 40 }));
    expect(model.most).toBe(1);
    for (let k = 1; k < log.length; k++)
      expect(log[k]!.from).toBe(log[k - 1]!.to ?? log[k - 1]!.from);
  });
});
