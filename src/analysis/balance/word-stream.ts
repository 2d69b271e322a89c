/** A stream of random numbers from Threefry: the same on every machine, a stream for each purpose. */
import { threefry } from './counter-random';

export class WordStream {
  private readonly words = new Int32Array(4);
  private readonly high: number;
  private blocks = 0;
  private used = 4;

  /** Streams of one seed with another `purpose` or `side` share no word. */
  constructor(
    private readonly seed: number,
    private readonly purpose: number,
    private readonly side: number,
  ) {
    this.high = Math.floor(seed / 2 ** 32) | 0;
  }

  /** Uniform in (0, 1), in steps of 2^-32, and never either end. */
  uniform(): number {
    return (this.next() + 0.5) * 2 ** -32;
  }

  /** A whole number from 0 to below - 1; their chances differ by 2^-32 at most. */
  below(below: number): number {
    return Math.floor(this.next() * 2 ** -32 * below);
  }

  private next(): number {
    if (this.used === 4) {
      threefry(
        this.words,
        this.blocks++,
        0,
        this.purpose,
        this.side,
        this.seed | 0,
        this.high,
        0,
        0,
      );
      this.used = 0;
    }
    return this.words[this.used++]! >>> 0;
  }
}
