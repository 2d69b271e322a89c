/**
 * What WebLLM's cache of keys and values holds, and the shortest way from there to the next request.
 *
 * A request is always computed in the same pieces, whatever was asked before: the declared beginning in one
 * pass, the rest of the prompt in one pass on top of it, then the answer so far one token a pass. The cache
 * saves pieces, so its numbers are those of the request alone.
 */

/** A piece that goes through the model in one pass. */
export type Piece = readonly number[];

export interface CacheActions {
  /** Empties the cache. */
  reset(): Promise<void>;
  /** Takes that many tokens off its end; null where the model cannot. */
  pop: ((tokens: number) => void) | null;
  /** One forward pass. */
  forward(tokens: Piece): Promise<void>;
}

const same = (a: Piece, b: Piece) => a.length === b.length && a.every((id, k) => id === b[k]);

/** The pieces of a request. @param beginning what its prompt begins with, or nothing */
export function piecesOf(beginning: Piece, ids: Piece, prefix: readonly number[]): Piece[] {
  const shared = beginning.length;
  const begins = shared > 0 && shared < ids.length && beginning.every((id, k) => id === ids[k]);
  const prompt = begins ? [beginning, ids.slice(shared)] : [ids];
  return [...prompt, ...prefix.map((id) => [id])];
}

export class KeptCache {
  private held: Piece[] = [];

  constructor(private readonly actions: CacheActions) {}

  /** Brings the cache to the end of these pieces, the last of which is always computed: for its logits. */
  async feed(pieces: readonly Piece[]): Promise<void> {
    let keep = 0;
    const most = Math.min(this.held.length, pieces.length - 1);
    while (keep < most && same(this.held[keep]!, pieces[keep]!)) keep++;
    const extra = this.held.slice(keep).reduce((sum, piece) => sum + piece.length, 0);
    if (keep === 0 || (extra > 0 && !this.actions.pop)) {
      keep = 0;
      this.held = [];
      await this.actions.reset();
    } else this.actions.pop?.(extra);
    this.held = pieces.slice(0, keep);
    for (const piece of pieces.slice(keep)) {
      await this.actions.forward(piece);
      this.held.push(piece);
    }
  }

  /** Nothing is known of the cache any more. */
  forget(): void {
    this.held = [];
  }
}
