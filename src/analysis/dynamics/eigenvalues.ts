/** Eigenvalues of a dense real matrix: Householder reduction, then Francis' double-shift QR. */

export interface Eigenvalues {
  real: Float64Array;
  imaginary: Float64Array;
}

/** Steps without a deflation before giving up; every tenth takes an exceptional shift. */
const patience = 80;

/**
 * The n eigenvalues, in no order, of an n x n matrix stored row by row, which is overwritten; null
 * where the iteration stalls. Martin, Peters and Wilkinson 1970; Golub and Van Loan, chapter 7.
 * O(10 n^3), without balancing.
 */
export function eigenvalues(matrix: Float64Array, n: number): Eigenvalues | null {
  toHessenberg(matrix, n);
  return francis(matrix, n);
}

/** Similarity to upper Hessenberg form by reflections, in place. */
function toHessenberg(a: Float64Array, n: number): void {
  const v = new Float64Array(n);
  const sums = new Float64Array(n);
  for (let m = 1; m < n - 1; m++) {
    let scale = 0;
    for (let i = m; i < n; i++) scale += Math.abs(a[i * n + m - 1]!);
    let below = 0;
    for (let i = m + 1; i < n; i++) below += Math.abs(a[i * n + m - 1]!);
    if (below === 0) continue;
    let norm = 0;
    for (let i = m; i < n; i++) {
      v[i] = a[i * n + m - 1]! / scale;
      norm += v[i]! * v[i]!;
    }
    const alpha = v[m]! > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    const h = norm - v[m]! * alpha; // half of v.v after the next line
    v[m]! -= alpha;
    // From the left: rows m.., columns m - 1...
    sums.fill(0);
    for (let i = m; i < n; i++) for (let j = m - 1; j < n; j++) sums[j]! += v[i]! * a[i * n + j]!;
    for (let i = m; i < n; i++) {
      const factor = v[i]! / h;
      for (let j = m - 1; j < n; j++) a[i * n + j]! -= factor * sums[j]!;
    }
    // From the right: all rows, columns m...
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = m; j < n; j++) sum += a[i * n + j]! * v[j]!;
      sum /= h;
      for (let j = m; j < n; j++) a[i * n + j]! -= sum * v[j]!;
    }
    for (let i = m + 1; i < n; i++) a[i * n + m - 1] = 0;
  }
}

/** Deflates one or two eigenvalues at a time from the bottom of the Hessenberg matrix. */
function francis(a: Float64Array, n: number): Eigenvalues | null {
  const real = new Float64Array(n);
  const imaginary = new Float64Array(n);
  let norm = 0;
  for (const value of a) norm += Math.abs(value);
  let last = n - 1;
  let shift = 0;
  let steps = 0;
  while (last >= 0) {
    const first = splitAbove(a, n, last, norm);
    const x = a[last * n + last]!;
    if (first === last) {
      real[last] = x + shift;
      last--;
      steps = 0;
      continue;
    }
    const y = a[(last - 1) * n + last - 1]!;
    const w = a[last * n + last - 1]! * a[(last - 1) * n + last]!;
    if (first === last - 1) {
      const p = (y - x) / 2;
      const q = p * p + w;
      const root = Math.sqrt(Math.abs(q));
      if (q >= 0) {
        const z = p + (p >= 0 ? root : -root);
        real[last - 1] = x + shift + z;
        real[last] = z === 0 ? x + shift : x + shift - w / z;
      } else {
        real[last - 1] = real[last] = x + shift + p;
        imaginary[last - 1] = root;
        imaginary[last] = -root;
      }
      last -= 2;
      steps = 0;
      continue;
    }
    if (steps === patience) return null;
    steps++;
    if (steps % 10 === 0) {
      shift += x;
      for (let i = 0; i <= last; i++) a[i * n + i]! -= x;
      const s = Math.abs(a[last * n + last - 1]!) + Math.abs(a[(last - 1) * n + last - 2]!);
      sweep(a, n, first, last, 0.75 * s, 0.75 * s, -0.4375 * s * s);
    } else sweep(a, n, first, last, x, y, w);
  }
  return { real, imaginary };
}

/** Start of the lowest block that ends at `last`: the entry before it is negligible, and set to 0. */
function splitAbove(a: Float64Array, n: number, last: number, norm: number): number {
  for (let l = last; l > 0; l--) {
    const size = Math.abs(a[(l - 1) * n + l - 1]!) + Math.abs(a[l * n + l]!) || norm;
    if (Math.abs(a[l * n + l - 1]!) <= Number.EPSILON * size) {
      a[l * n + l - 1] = 0;
      return l;
    }
  }
  return 0;
}

/**
 * One double-shift sweep over the rows first..last (three or more), with the shifts whose sum is
 * x + y and whose product is x y - w.
 */
function sweep(
  a: Float64Array,
  n: number,
  first: number,
  last: number,
  x: number,
  y: number,
  w: number,
): void {
  let p: number;
  let q: number;
  let r: number;
  let m = last - 2;
  for (; ; m--) {
    const z = a[m * n + m]!;
    p = ((x - z) * (y - z) - w) / a[(m + 1) * n + m]! + a[m * n + m + 1]!;
    q = a[(m + 1) * n + m + 1]! - z - (x - z) - (y - z);
    r = a[(m + 2) * n + m + 1]!;
    const size = Math.abs(p) + Math.abs(q) + Math.abs(r);
    p /= size;
    q /= size;
    r /= size;
    if (m === first) break;
    const left = Math.abs(a[m * n + m - 1]!) * (Math.abs(q) + Math.abs(r));
    const right =
      Math.abs(p) *
      (Math.abs(a[(m - 1) * n + m - 1]!) + Math.abs(z) + Math.abs(a[(m + 1) * n + m + 1]!));
    if (left <= Number.EPSILON * right) break;
  }
  for (let i = m + 2; i <= last; i++) {
    a[i * n + i - 2] = 0;
    if (i > m + 2) a[i * n + i - 3] = 0;
  }
  for (let k = m; k < last; k++) {
    const three = k + 1 < last;
    let scale = 1;
    if (k > m) {
      p = a[k * n + k - 1]!;
      q = a[(k + 1) * n + k - 1]!;
      r = three ? a[(k + 2) * n + k - 1]! : 0;
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      p /= scale;
      q /= scale;
      r /= scale;
    }
    const length = Math.sqrt(p * p + q * q + r * r);
    const s = p >= 0 ? length : -length;
    if (s === 0) continue;
    if (k > m) a[k * n + k - 1] = -s * scale;
    else if (first < m) a[k * n + k - 1]! *= -1;
    p += s;
    reflect(a, n, first, last, k, [p / s, q / s, three ? r / s : 0], [q / p, three ? r / p : 0]);
  }
}

/** Applies the reflection I - (1, q, r)^T (x, y, z) to rows and columns k, k + 1 and k + 2. */
function reflect(
  a: Float64Array,
  n: number,
  first: number,
  last: number,
  k: number,
  [x, y, z]: [number, number, number],
  [q, r]: [number, number],
): void {
  const three = k + 1 < last;
  const [r0, r1, r2] = [k * n, (k + 1) * n, (k + 2) * n];
  for (let j = k; j <= last; j++) {
    const sum = a[r0 + j]! + q * a[r1 + j]! + (three ? r * a[r2 + j]! : 0);
    a[r0 + j]! -= sum * x;
    a[r1 + j]! -= sum * y;
    if (three) a[r2 + j]! -= sum * z;
  }
  const bottom = Math.min(last, k + 3);
  for (let i = first; i <= bottom; i++) {
    const at = i * n + k;
    const sum = x * a[at]! + y * a[at + 1]! + (three ? z * a[at + 2]! : 0);
    a[at]! -= sum;
    a[at + 1]! -= sum * q;
    if (three) a[at + 2]! -= sum * r;
  }
}
