/** Arnoldi's method: the outer eigenvalues of a matrix that is known by its products alone. */
import { eigenvalues } from './eigenvalues';
import { hessenbergVector } from './hessenberg-tail';

/** An estimate x + iy of an eigenvalue; `residual` is |A v - (x + iy) v| of its vector of length 1. */
export interface RitzValue {
  x: number;
  y: number;
  residual: number;
}

/** A new direction shorter than this, of what the product gave, is rounding. */
const rounding = 1e-13;

/**
 * A growing orthogonal basis of the Krylov space of `apply` (n -> n values) that starts from fixed
 * pseudo-random numbers and keeps away from `without`, a vector of length 1 that spans an invariant
 * space on both sides. Where the space closes, it goes on from new numbers.
 */
export class Arnoldi {
  private readonly basis: Float64Array[] = [];
  private readonly columns: Float64Array[] = [];
  private next: Float64Array;
  private last = 0;
  private state = 1;
  private readonly n: number;
  private readonly apply: (v: Float64Array) => Float64Array;
  private readonly without: Float64Array;

  constructor(n: number, apply: (v: Float64Array) => Float64Array, without: Float64Array) {
    this.n = n;
    this.apply = apply;
    this.without = without;
    this.next = this.fresh();
  }

  /** Dimension so far. */
  get size(): number {
    return this.columns.length;
  }

  /** Grows the basis to `size` vectors, at most n - 1. */
  grow(size: number): void {
    while (this.columns.length < Math.min(size, this.n - 1)) {
      this.basis.push(this.next);
      const w = this.apply(this.next);
      const column = new Float64Array(this.basis.length + 1);
      const before = Math.sqrt(dot(w, w));
      this.orthogonalise(w, column);
      this.orthogonalise(w, column); // once more: the first pass leaves its rounding
      const norm = Math.sqrt(dot(w, w));
      const closed = !(norm > rounding * before);
      this.last = closed ? 0 : norm;
      column[this.basis.length] = this.last;
      this.columns.push(column);
      if (this.basis.length === this.n - 1) this.last = 0;
      else this.next = closed ? this.fresh() : w.map((value) => value / norm);
    }
  }

  /** Estimates by falling modulus, those of the lower half plane left out; null where QR stalls. */
  ritz(count: number): RitzValue[] | null {
    const m = this.columns.length;
    const h = new Float64Array(m * m);
    this.columns.forEach((column, j) => {
      for (let i = 0; i < Math.min(m, column.length); i++) h[i * m + j] = column[i]!;
    });
    const found = eigenvalues(h.slice(), m);
    if (!found) return null;
    const order = Array.from(found.real, (x, i) => ({ x, y: found.imaginary[i]! }))
      .filter(({ y }) => y >= 0)
      .sort((a, b) => Math.hypot(b.x, b.y) - Math.hypot(a.x, a.y));
    return order.slice(0, count).map(({ x, y }) => {
      const { real, imaginary } = hessenbergVector(h, m, m, x, y);
      return { x, y, residual: this.last * Math.hypot(real[m - 1]!, imaginary[m - 1]!) };
    });
  }

  /** Takes the basis and `without` out of w; adds what was taken to the column. */
  private orthogonalise(w: Float64Array, column?: Float64Array): void {
    remove(w, this.without);
    this.basis.forEach((v, j) => {
      const part = remove(w, v);
      if (column) column[j]! += part;
    });
  }

  /** A direction of length 1 outside the basis. */
  private fresh(): Float64Array {
    const v = Float64Array.from({ length: this.n }, () => {
      this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
      return this.state / 2 ** 32 - 0.5;
    });
    this.orthogonalise(v);
    this.orthogonalise(v);
    const norm = Math.sqrt(dot(v, v));
    return v.map((value) => value / norm);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Takes the part along v, of length 1, out of w, and returns its size. */
function remove(w: Float64Array, v: Float64Array): number {
  const part = dot(w, v);
  for (let i = 0; i < w.length; i++) w[i]! -= part * v[i]!;
  return part;
}
