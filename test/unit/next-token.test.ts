/** Drawing from the likeliest tokens first: the same token as from the whole list, for fewer long lists. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/models/draw';
import type { Likeliest } from '../../src/models/language-model';
import { NextToken, type NextSource } from '../../src/models/next-token';

/** A distribution of `n` tokens, some far likelier than others. */
function logsOf(n: number, seed: number): Float64Array {
  const uniform = stream(seed, 0);
  const weights = Float64Array.from({ length: n }, () => Math.exp(12 * uniform()));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((w) => Math.log(w / total));
}

class Source implements NextSource {
  short = 0;
  long = 0;

  constructor(
    private readonly logs: Float64Array,
    private readonly few: number,
  ) {}

  async distribution() {
    this.long++;
    return { ok: true as const, value: this.logs };
  }

  async likeliest(): Promise<{ ok: true; value: Likeliest }> {
    this.short++;
    const order = [...this.logs.keys()].sort((a, b) => this.logs[b]! - this.logs[a]!);
    const ids = Uint32Array.from(order.slice(0, this.few));
    const logProbabilities = Float64Array.from(ids, (id) => this.logs[id]!);
    const rest = 1 - logProbabilities.reduce((sum, log) => sum + Math.exp(log), 0);
    return { ok: true, value: { ids, logProbabilities, rest } };
  }
}

async function drawn(next: NextToken, u: number): Promise<number> {
  const value = await next.draw('', [], () => u);
  if (!value.ok) throw new Error('unreachable');
  return value.value.token;
}

describe('NextToken', () => {
  it('draws the token that the whole list gives, whatever it knew before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom(0, 0.3, 0.7, 1, 1.5),
        fc.constantFrom(1, 0.9),
        fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { maxLength: 20 }),
        async (seed, temperature, topP, numbers) => {
          const logs = logsOf(60, seed);
          const shaping = { temperature, topP };
          const bit = new NextToken(new Source(logs, 8), shaping);
          const whole = new NextToken(new Source(logs, 60), shaping);
          for (const u of numbers) {
            const afresh = new NextToken(new Source(logs, 8), shaping);
            const token = await drawn(whole, u);
            expect(await drawn(bit, u)).toBe(token);
            expect(await drawn(afresh, u)).toBe(token);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([0.5, 1])('seldom needs the long list, at temperature %s', async (temperature) => {
    const logs = logsOf(400, 5);
    let long = 0;
    for (let k = 0; k < 400; k++) {
      const source = new Source(logs, 120);
      await drawn(new NextToken(source, { temperature, topP: 1 }), (k + 0.5) / 400);
      long += source.long;
      expect(source.short).toBe(1);
    }
    expect(long).toBeLessThan(40);
    expect(long).toBeGreaterThan(0);
  });

  it('asks once for what it needs, and counts it', async () => {
    const source = new Source(logsOf(60, 3), 8);
    const next = new NextToken(source, { temperature: 1, topP: 1 });
    for (let k = 0; k < 50; k++) await drawn(next, k / 50);
    expect([source.short, source.long, next.passes]).toEqual([1, 1, 2]);
    expect(next.bytes).toBeGreaterThan(0);
  });
});
