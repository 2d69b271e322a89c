/** Eigenvectors of a Hessenberg matrix by inverse iteration: how far Ritz values are from settled. */

/** Real and imaginary parts of a vector of length 1. */
export interface ComplexVector {
  real: Float64Array;
  imaginary: Float64Array;
}

/** Steps of inverse iteration: one is nearly always enough. */
const steps = 3;

/**
 * Eigenvector of an n x n upper Hessenberg matrix (row by row, of row length `stride`) for the
 * eigenvalue x + iy: solves (H - x - iy) v = v by elimination with exchanges of neighbouring rows. O(n^2).
 */
export function hessenbergVector(
  h: Float64Array,
  stride: number,
  n: number,
  x: number,
  y: number,
): ComplexVector {
  let largest = 0;
  const re = new Float64Array(n * n);
  const im = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - 1); j < n; j++) {
      re[i * n + j] = h[i * stride + j]!;
      largest = Math.max(largest, Math.abs(h[i * stride + j]!));
    }
    re[i * n + i]! -= x;
    im[i * n + i] = -y;
  }
  const tiny = Number.EPSILON * (largest || 1);
  const swapped = new Uint8Array(n);
  const factorRe = new Float64Array(n);
  const factorIm = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [a, b] = [k * n, (k + 1) * n];
    if (k + 1 < n) {
      const below = Math.hypot(re[b + k]!, im[b + k]!);
      if (below > Math.hypot(re[a + k]!, im[a + k]!)) {
        swapped[k] = 1;
        for (let j = k; j < n; j++) {
          [re[a + j], re[b + j]] = [re[b + j]!, re[a + j]!];
          [im[a + j], im[b + j]] = [im[b + j]!, im[a + j]!];
        }
      }
    }
    // A pivot of 0 is what an exact eigenvalue gives: any small one does.
    if (Math.hypot(re[a + k]!, im[a + k]!) < tiny) [re[a + k], im[a + k]] = [tiny, 0];
    if (k + 1 === n) continue;
    const size = re[a + k]! ** 2 + im[a + k]! ** 2;
    const p = (re[b + k]! * re[a + k]! + im[b + k]! * im[a + k]!) / size;
    const q = (im[b + k]! * re[a + k]! - re[b + k]! * im[a + k]!) / size;
    factorRe[k] = p;
    factorIm[k] = q;
    for (let j = k + 1; j < n; j++) {
      re[b + j]! -= p * re[a + j]! - q * im[a + j]!;
      im[b + j]! -= p * im[a + j]! + q * re[a + j]!;
    }
  }
  const v: ComplexVector = {
    real: new Float64Array(n).fill(1 / Math.sqrt(n)),
    imaginary: new Float64Array(n),
  };
  for (let step = 0; step < steps; step++) {
    eliminate(v, swapped, factorRe, factorIm);
    substitute(v, re, im);
    normalise(v);
  }
  return v;
}

function eliminate(
  { real, imaginary }: ComplexVector,
  swapped: Uint8Array,
  factorRe: Float64Array,
  factorIm: Float64Array,
): void {
  for (let k = 0; k + 1 < real.length; k++) {
    if (swapped[k]) {
      [real[k], real[k + 1]] = [real[k + 1]!, real[k]!];
      [imaginary[k], imaginary[k + 1]] = [imaginary[k + 1]!, imaginary[k]!];
    }
    real[k + 1]! -= factorRe[k]! * real[k]! - factorIm[k]! * imaginary[k]!;
    imaginary[k + 1]! -= factorRe[k]! * imaginary[k]! + factorIm[k]! * real[k]!;
  }
}

function substitute({ real, imaginary }: ComplexVector, re: Float64Array, im: Float64Array): void {
  const n = real.length;
  for (let i = n - 1; i >= 0; i--) {
    let a = real[i]!;
    let b = imaginary[i]!;
    for (let j = i + 1; j < n; j++) {
      a -= re[i * n + j]! * real[j]! - im[i * n + j]! * imaginary[j]!;
      b -= re[i * n + j]! * imaginary[j]! + im[i * n + j]! * real[j]!;
    }
    const size = re[i * n + i]! ** 2 + im[i * n + i]! ** 2;
    real[i] = (a * re[i * n + i]! + b * im[i * n + i]!) / size;
    imaginary[i] = (b * re[i * n + i]! - a * im[i * n + i]!) / size;
  }
}

function normalise({ real, imaginary }: ComplexVector): void {
  let most = 0;
  for (let i = 0; i < real.length; i++)
    most = Math.max(most, Math.abs(real[i]!), Math.abs(imaginary[i]!));
  let norm = 0;
  for (let i = 0; i < real.length; i++)
    norm += (real[i]! / most) ** 2 + (imaginary[i]! / most) ** 2;
  const scale = 1 / (most * Math.sqrt(norm));
  for (let i = 0; i < real.length; i++) {
    real[i]! *= scale;
    imaginary[i]! *= scale;
  }
}
