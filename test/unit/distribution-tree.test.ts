import { describe, expect, it } from 'vitest';
import { stream } from '../../src/models/draw';
import { DistributionTree } from '../../src/sampling/distribution-tree';
import { ToyModel } from './helpers/toy-model';

const options = { temperature: 0.9, topP: 1, maxTokens: 3, stop: ['\n'] };

/** Upper 0.1% point of chi2 (Wilson and Hilferty 1931). */
function criticalChi2(ndf: number): number {
  return ndf * (1 - 2 / (9 * ndf) + 3.09 * Math.sqrt(2 / (9 * ndf))) ** 3;
}

describe('DistributionTree', () => {
  it('draws from the same distribution as asking afresh (two-sample chi2)', async () => {
    const model = new ToyModel();
    const tree = new DistributionTree(model, options);
    const n = 8000;
    const counts = new Map<string, [number, number]>();
    const add = (text: string, side: 0 | 1) => {
      const pair = counts.get(text) ?? [0, 0];
      pair[side]++;
      counts.set(text, pair);
    };
    for (let i = 0; i < n; i++) {
      const cached = await tree.draw('q', stream(1, i));
      const fresh = await model.complete('q', { ...options, seed: i + 100_000 });
      if (!cached.ok || !fresh.ok) throw new Error('the toy model never fails here');
      add(cached.value.text, 0);
      add(fresh.value.text, 1);
    }
    let chi2 = 0;
    let cells = 0;
    for (const [a, b] of counts.values()) {
      if (a + b < 10) continue;
      chi2 += (a - b) ** 2 / (a + b);
      cells++;
    }
    expect(cells).toBeGreaterThan(10);
    expect(chi2).toBeLessThan(criticalChi2(cells - 1));
  });

  it('gives each answer its own probability, which sum to 1 over all answers', async () => {
    const model = new ToyModel();
    const tree = new DistributionTree(model, { ...options, temperature: 1 });
    const seen = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const draw = await tree.draw('p', stream(5, i));
      if (!draw.ok) throw new Error('unreachable');
      // A text can be reached by an end token or by the limit: the path decides, so key on both.
      seen.set(`${draw.value.text}|${draw.value.p.toPrecision(12)}`, draw.value.p);
    }
    const total = [...seen.values()].reduce((sum, p) => sum + p, 0);
    expect(total).toBeGreaterThan(0.98);
    expect(total).toBeLessThan(1 + 1e-9);
  });

  it('pays forward passes only for branches never taken', async () => {
    const model = new ToyModel();
    const tree = new DistributionTree(model, options);
    for (let i = 0; i < 3000; i++) await tree.draw('q', stream(2, i));
    expect(model.passes).toBe(tree.passes);
    // At most one pass a prefix of length 0, 1 or 2 over three letters.
    expect(model.passes).toBeLessThanOrEqual(1 + 3 + 9);
  });

  it('looks ahead while it is at a prompt, and draws the same', async () => {
    const [model, plain] = [new ToyModel(), new ToyModel()];
    const ahead = new DistributionTree(model, options);
    const tree = new DistributionTree(plain, options);
    const costs: number[] = [];
    for (let i = 0; i < 200; i++) {
      const a = await ahead.draw('q', stream(2, i), undefined, 200 - i);
      const b = await tree.draw('q', stream(2, i));
      if (!a.ok || !b.ok) throw new Error('the toy model never fails here');
      expect(a.value.text).toBe(b.value.text);
      expect(a.value.p).toBe(b.value.p);
      costs.push(a.value.passes);
    }
    // at once what two draws of 200 or more will need, and little after it
    expect(costs[0]).toBeGreaterThan(5);
    expect(costs.slice(1).filter((cost) => cost > 0).length).toBeLessThan(4);
    expect(model.passes).toBe(ahead.passes);
    expect(model.passes).toBeLessThanOrEqual(plain.passes + 3);
  });

  it('stops looking ahead when told, and at a fault, with its draw made', async () => {
    const model = new ToyModel();
    const tree = new DistributionTree(model, options);
    const stop = new AbortController();
    stop.abort();
    const drawn = await tree.draw('q', stream(2, 0), stop.signal, 500);
    expect(drawn.ok && drawn.value.passes).toBeLessThanOrEqual(3);
    const failing = new ToyModel();
    failing.failAt = 5;
    const other = new DistributionTree(failing, options);
    expect((await other.draw('q', stream(2, 0), undefined, 500)).ok).toBe(true);
    expect(failing.passes).toBe(5);
  });

  it('forgets the prompts used longest ago beyond its budget, and still draws alike', async () => {
    const model = new ToyModel();
    const small = new DistributionTree(model, { ...options, budget: 200 });
    const large = new DistributionTree(new ToyModel(), options);
    for (let i = 0; i < 200; i++) {
      const prompt = `prompt ${i % 7}`;
      const a = await small.draw(prompt, stream(3, i));
      const b = await large.draw(prompt, stream(3, i));
      expect(a.ok && a.value.text).toBe(b.ok && b.value.text);
    }
    expect(model.passes).toBeGreaterThan(large.passes);
  });

  it('hands on a fault of the engine and draws rightly afterwards', async () => {
    const model = new ToyModel();
    const tree = new DistributionTree(model, options);
    model.failAt = 1;
    const failed = await tree.draw('q', stream(4, 0));
    expect(failed).toEqual({ ok: false, fault: { code: 'device-lost', detail: 'toy' } });
    const again = await tree.draw('q', stream(4, 0));
    const expected = await new DistributionTree(new ToyModel(), options).draw('q', stream(4, 0));
    expect(again.ok && again.value.text).toBe(expected.ok && expected.value.text);
  });
});
