/** The exact kernel against the frequencies of what is sampled, and its bookkeeping. */
import { describe, expect, it } from 'vitest';
import { readAnswer, type Agent } from '../../src/agents/agent';
import { exactKernel, exactRow } from '../../src/sampling/exact-kernel';
import { ToyModel } from './helpers/toy-model';

/** Answers of one or two letters are states; `c` is refused. */
const agent: Agent = {
  id: 'letters',
  name: 'Letters',
  description: '',
  parameters: [],
  template: () => '{state}',
  initialStates: () => ['a'],
  prompt: (state) => `from ${state}:`,
  parse: (answer) =>
    answer === '' || answer.includes('c')
      ? { ok: false, reason: 'invalid' }
      : { ok: true, state: answer },
  stop: ['\n'],
  maxTokens: 3,
};
const settings = { agent, parameters: {}, temperature: 1, topP: 1, least: 0 };

describe('the exact kernel', () => {
  it('has rows that add up to 1 where everything is followed', async () => {
    const row = await exactRow(new ToyModel(), settings, 'a');
    if (!row.ok) throw new Error('unreachable');
    const { to, rejected, unfollowed } = row.value;
    expect(unfollowed).toBe(0);
    expect([...to.values()].reduce((a, b) => a + b, rejected)).toBeCloseTo(1, 12);
    expect(to.size).toBeGreaterThan(5);
  });

  it.each([1, 0.6])('is what sampling comes to, at temperature %s', async (temperature) => {
    const model = new ToyModel();
    const row = await exactRow(model, { ...settings, temperature }, 'a');
    if (!row.ok) throw new Error('unreachable');
    const n = 20_000;
    const seen = new Map<string, number>();
    let refused = 0;
    for (let i = 0; i < n; i++) {
      const options = { temperature, topP: 1, maxTokens: 3, stop: ['\n'], seed: i };
      const answer = await model.complete(agent.prompt('a', {}), options);
      if (!answer.ok) throw new Error('unreachable');
      const parsed = readAnswer(agent, {}, 'a', answer.value);
      if (parsed.ok) seen.set(parsed.state, (seen.get(parsed.state) ?? 0) + 1);
      else refused++;
    }
    const close = (count: number, p: number) =>
      expect(Math.abs(count / n - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n) + 1e-9);
    close(refused, row.value.rejected);
    for (const [state, p] of row.value.to) close(seen.get(state) ?? 0, p);
  });

  it('rejects what the limit cut off, unless every answer has that length', async () => {
    const agentOf = (fixed: boolean): Agent => ({
      ...agent,
      ...{ stop: [], parse: (answer: string) => ({ ok: true, state: answer }), maxTokens: 1 },
      ...(fixed && { limit: () => ({ maxTokens: 1, fixed: true }) }),
    });
    const model = new ToyModel();
    const next = await model.distribution('from a:', []);
    if (!next.ok) throw new Error('unreachable');
    const [end] = Array.from(next.value, Math.exp);
    const open = await exactRow(model, { ...settings, agent: agentOf(false) }, 'a');
    expect(open.ok && open.value.rejected).toBeCloseTo(1 - end!, 12);
    const fixed = await exactRow(model, { ...settings, agent: agentOf(true) }, 'a');
    expect(fixed.ok && fixed.value.rejected).toBe(0);
    // one token a row: one forward pass
    expect(fixed.ok && fixed.value.passes).toBe(1);
  });

  it('states what it did not follow, and pays no forward pass for it', async () => {
    const whole = new ToyModel();
    await exactRow(whole, settings, 'a');
    const cut = new ToyModel();
    const row = await exactRow(cut, { ...settings, least: 0.02 }, 'a');
    if (!row.ok) throw new Error('unreachable');
    const { to, rejected, unfollowed } = row.value;
    expect(unfollowed).toBeGreaterThan(0);
    expect([...to.values()].reduce((a, b) => a + b, rejected + unfollowed)).toBeCloseTo(1, 12);
    expect(cut.passes).toBeLessThan(whole.passes);
  });

  it('has a row for each state asked for, and none for those they lead to', async () => {
    const told: string[] = [];
    const kernel = await exactKernel(
      new ToyModel(),
      settings,
      ['a', 'b'],
      (done, total) => told.push(`${done}/${total}`),
      new AbortController().signal,
    );
    if (!kernel.ok) throw new Error('unreachable');
    const { names, attempts, exact } = kernel.value;
    expect(exact).toBe(true);
    expect(told).toEqual(['0/2', '1/2', '2/2']);
    names.forEach((name, f) => expect(attempts[f]).toBe(name === 'a' || name === 'b' ? 1 : 0));
  });

  it("hands on the engine's fault, and stops when told", async () => {
    const model = new ToyModel();
    model.failAt = 4;
    const failed = await exactRow(model, settings, 'a');
    expect(failed.ok ? '' : failed.fault.code).toBe('device-lost');
    const stopper = new AbortController();
    stopper.abort();
    const stopped = await exactKernel(new ToyModel(), settings, ['a'], () => {}, stopper.signal);
    expect(stopped.ok ? '' : stopped.fault.code).toBe('cancelled');
  });
});
