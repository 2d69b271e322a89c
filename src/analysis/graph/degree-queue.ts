/** States in buckets by degree: the least comes out first, a change of degree costs O(1). */
export class DegreeQueue {
  private readonly degree: Int32Array;
  private readonly first: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private least = 0;

  /** Takes over `degree` (n values). */
  constructor(degree: Int32Array) {
    const n = degree.length;
    this.degree = degree;
    this.first = new Int32Array(n + 2).fill(-1);
    this.next = new Int32Array(n);
    this.previous = new Int32Array(n);
    for (let v = n - 1; v >= 0; v--) this.insert(v);
  }

  /** Removes and returns a state of least degree; -1 when empty. */
  pop(): number {
    while (this.least < this.first.length && this.first[this.least]! < 0) this.least++;
    const v = this.first[this.least] ?? -1;
    if (v >= 0) this.remove(v);
    return v;
  }

  /** Degree of a state still in the queue += change. */
  change(v: number, change: number): void {
    this.remove(v);
    this.degree[v]! += change;
    this.insert(v);
  }

  /** Degrees beyond the last bucket share it: the order is approximate, never wrong. */
  private bucket(v: number): number {
    return Math.min(this.degree[v]!, this.first.length - 1);
  }

  private insert(v: number): void {
    const b = this.bucket(v);
    const head = this.first[b]!;
    this.previous[v] = -1;
    this.next[v] = head;
    if (head >= 0) this.previous[head] = v;
    this.first[b] = v;
    if (b < this.least) this.least = b;
  }

  private remove(v: number): void {
    const before = this.previous[v]!;
    const after = this.next[v]!;
    if (before >= 0) this.next[before] = after;
    else this.first[this.bucket(v)] = after;
    if (after >= 0) this.previous[after] = before;
  }
}
