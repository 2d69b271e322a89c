import { describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent';
import { sample, type SamplingSettings } from '../../src/sampling/sample';
import { WalkState } from '../../src/sampling/walk-state';
import type { Attempt } from '../../src/transitions/types';
import { ToyModel } from './helpers/toy-model';

const letters: Agent = {
  id: 'letters',
  name: '',
  description: '',
  parameters: [],
  template: () => '{state}>',
  initialStates: () => ['a'],
  prompt: (state) => `${state}>`,
  parse: (answer, state) => {
    if (!/^[abc]+$/.test(answer)) return { ok: false, reason: 'not-a-word' };
    return answer === state ? { ok: false, reason: 'same-state' } : { ok: true, state: answer };
  },
  stop: ['\n'],
  maxTokens: 2,
};

const settings = (attempts: number, source: 'uniform' | 'chain' = 'uniform'): SamplingSettings => ({
  agent: letters,
  parameters: {},
  temperature: 1,
  topP: 1,
  seed: 11,
  source,
  attempts,
});

/** Runs into an array, as a store would. */
async function run(
  model: ToyModel,
  wanted: SamplingSettings,
  log: Attempt[],
  options: { stopAfter?: number; failAppendAt?: number } = {},
) {
  const stop = new AbortController();
  const state = new WalkState(letters.initialStates({}), log);
  let appends = 0;
  let counted = log.length;
  let cost = 0;
  const end = await sample(
    model,
    wanted,
    state,
    {
      append: async (batch) => {
        if (++appends === options.failAppendAt) throw new Error('quota');
        log.push(...batch);
      },
      counted: (batch, passes) => {
        if (passes !== null) cost += passes;
        counted += batch.length;
        expect(log.length).toBe(counted); // durable before it is counted
        if (counted >= (options.stopAfter ?? Infinity)) stop.abort();
      },
    },
    stop.signal,
  );
  if (end.kind === 'complete') expect(cost).toBe(model.passes);
  return end;
}

const essence = (log: Attempt[]) =>
  log.map(({ i, from, to, reject, p }) => ({ i, from, to, reject, p }));

describe('sample', () => {
  it.each(['uniform', 'chain'] as const)(
    'is the same walk however often it is stopped (%s source)',
    async (source) => {
      const whole: Attempt[] = [];
      expect(await run(new ToyModel(), settings(3000, source), whole)).toEqual({
        kind: 'complete',
      });
      const pieces: Attempt[] = [];
      let stops = 0;
      for (;;) {
        const end = await run(new ToyModel(), settings(3000, source), pieces, {
          stopAfter: pieces.length + 1,
        });
        if (end.kind === 'complete') break;
        expect(end.kind).toBe('stopped');
        stops++;
      }
      expect(stops).toBeGreaterThan(2);
      expect(essence(pieces)).toEqual(essence(whole));
      expect(whole.map(({ i }) => i)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    },
  );

  it('draws the source uniformly from the states seen so far', async () => {
    const log: Attempt[] = [];
    await run(new ToyModel(), settings(4000), log);
    const seen = new Set(['a']);
    let z = 0;
    let variance = 0;
    for (const { from, to } of log) {
      const p = 1 / seen.size;
      z += (from === 'a' ? 1 : 0) - p;
      variance += p * (1 - p);
      expect(seen.has(from)).toBe(true);
      if (to !== undefined) seen.add(to);
    }
    expect(Math.abs(z) / Math.sqrt(variance)).toBeLessThan(3.5);
  });

  it('follows the chain where asked to', async () => {
    const log: Attempt[] = [];
    await run(new ToyModel(), settings(500, 'chain'), log);
    for (let k = 1; k < log.length; k++)
      expect(log[k]!.from).toBe(log[k - 1]!.to ?? log[k - 1]!.from);
  });

  it('makes no attempt of a fault of the engine, and keeps what came before', async () => {
    const model = new ToyModel();
    model.failAt = 6;
    const log: Attempt[] = [];
    const end = await run(model, settings(2000), log);
    expect(end).toEqual({ kind: 'model-fault', fault: { code: 'device-lost', detail: 'toy' } });
    const before = log.length;
    expect(await run(new ToyModel(), settings(2000), log)).toEqual({ kind: 'complete' });
    const whole: Attempt[] = [];
    await run(new ToyModel(), settings(2000), whole);
    expect(before).toBeLessThan(2000);
    expect(essence(log)).toEqual(essence(whole));
  });

  it('rejects an answer that the limit cut off as one that never ended', async () => {
    const log: Attempt[] = [];
    await run(new ToyModel(), settings(2000), log);
    const cut = log.filter(({ reject }) => reject === 'no-end');
    expect(cut.length).toBeGreaterThan(100);
    // the raw answer is kept
    expect(cut.every(({ text }) => text?.length === letters.maxTokens)).toBe(true);
    expect(log.some(({ to }) => to?.length === letters.maxTokens)).toBe(false);
  });

  it('counts nothing that could not be stored', async () => {
    const log: Attempt[] = [];
    const end = await run(new ToyModel(), settings(2000), log, { failAppendAt: 2 });
    expect(end).toEqual({ kind: 'storage-fault', detail: 'quota' });
    expect(log.length).toBeLessThan(2000);
    const whole: Attempt[] = [];
    await run(new ToyModel(), settings(2000), whole);
    expect(essence(log)).toEqual(essence(whole).slice(0, log.length));
  });
});
