/** The kept cache against a cache that forgets everything: the same pieces, fewer passes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptCache, piecesOf, type Piece } from '../../src/models/webllm/kept-cache';

/** An engine whose answer tells in which pieces its cache was filled. */
class Ledger {
  pieces: number[][] = [];
  passes = 0;
  readonly cache: KeptCache;

  constructor(canPop: boolean) {
    const pop = (tokens: number) => {
      while (tokens > 0) tokens -= this.pieces.pop()!.length;
      expect(tokens).toBe(0); // never half a piece
    };
    this.cache = new KeptCache({
      pop: canPop ? pop : null,
      reset: async () => void (this.pieces = []),
      forward: async (tokens: Piece) => {
        this.passes++;
        this.pieces.push([...tokens]);
      },
    });
  }
}

const token = fc.integer({ min: 0, max: 2 });
const request = fc.record({
  beginning: fc.constantFrom([], [1, 2]),
  ids: fc.array(token, { minLength: 1, maxLength: 4 }),
  prefix: fc.array(token, { maxLength: 3 }),
});

describe.each([true, false])('KeptCache (goes back: %s)', (canPop) => {
  it('computes every request in the pieces of the request alone, its last one anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
        const ledger = new Ledger(canPop);
        for (const { beginning, ids, prefix } of requests) {
          const pieces = piecesOf(beginning, ids, prefix);
          const before = ledger.passes;
          await ledger.cache.feed(pieces);
          expect(ledger.pieces).toEqual(pieces);
          expect(pieces.flat()).toEqual([...ids, ...prefix]);
          expect(ledger.passes).toBeGreaterThan(before);
          expect(ledger.passes - before).toBeLessThanOrEqual(pieces.length);
        }
      }),
    );
  });
});

describe('KeptCache', () => {
  it('pays one pass for a branch of a prompt it holds, and keeps the shared beginning', async () => {
    const ledger = new Ledger(true);
    const feed = async (ids: number[], prefix: number[]) => {
      const before = ledger.passes;
      await ledger.cache.feed(piecesOf([7, 8], ids, prefix));
      return ledger.passes - before;
    };
    expect(await feed([7, 8, 1], [])).toBe(2);
    expect(await feed([7, 8, 1], [4])).toBe(1);
    expect(await feed([7, 8, 1], [5])).toBe(1);
    expect(await feed([7, 8, 1], [5, 6])).toBe(1);
    expect(await feed([7, 8, 2], [])).toBe(1);
    expect(await feed([9, 8, 2], [])).toBe(1); // begins otherwise: one piece
    ledger.cache.forget();
    expect(await feed([7, 8, 2], [])).toBe(2);
  });
});
