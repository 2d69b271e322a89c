/** The leading eigenvalue moduli of a large sparse kernel, by Arnoldi's method (method.md 6). */
import { Arnoldi, type RitzValue } from './arnoldi';
import type { ClosedKernel } from '../graph/closed-kernel';
import { evenPeriod, inverseProduct, scaledKernel } from './scaled-kernel';

export interface LeadingModuli {
  /** Largest first; the first is 1. */
  moduli: number[];
  method: 'Arnoldi' | 'Arnoldi, shift-invert';
  /** Largest residual of their vectors of length 1, under the scaled kernel or its square; estimated. */
  residual: number;
}

/** Residual at which a Ritz value has settled, over its modulus. */
const settled = 1e-10;
/** Multiplications that making the basis orthogonal may take. */
const work = 1e9;
/** Sizes of the basis at which the estimates are looked at. */
const looks = [30, 60, 100, 160, 240, 320];
/** Of the plain method, before the inverse is tried. */
const firstLook = 60;

/** An eigenvalue by its square: of a shift at 1 of the square, the sign is not known. */
interface Found {
  /** The square, real and imaginary part >= 0. */
  x: number;
  y: number;
  modulus: number;
  residual: number;
  /** Eigenvalues that it stands for. */
  times: number;
}

/**
 * The `count` largest moduli, or those of them that settle, of a kernel with stationary distribution
 * `logPi` (n values, up to a constant); null where fewer than two do. Arnoldi's method on the scaled
 * kernel finds isolated outer eigenvalues; those that crowd at 1 or -1, of a slow kernel, come from
 * the inverse of I - S^2, where state reduction gives it. The second finds what is near 1 in the square,
 * so it is cut where the first shows an eigenvalue of larger modulus that it does not hold.
 */
export function leadingModuli(
  kernel: ClosedKernel,
  logPi: Float64Array,
  count: number,
): LeadingModuli | null {
  const { root, multiply } = scaledKernel(kernel, logPi);
  const most = Math.min(looks.at(-1)!, Math.floor(Math.sqrt(work / (4 * kernel.states))));
  const plain = new Arnoldi(kernel.states, multiply, root);
  plain.grow(Math.min(firstLook, most));
  let ritz = plain.ritz(3 * count);
  const outer = outermost(ritz ?? []);
  if (total(outer) + 1 >= count) return answer(outer, count, 'Arnoldi');
  const near = nearest(kernel, logPi, root, count, most);
  const both = near && ritz ? consistent(near, ritz) : [];
  if (total(both) + 1 >= count) return answer(both, count, 'Arnoldi, shift-invert');
  let best = outer;
  for (const size of looks.filter((look) => look > firstLook && look <= most)) {
    plain.grow(size);
    ritz = plain.ritz(3 * count);
    best = outermost(ritz ?? []);
    if (total(best) + 1 >= count) break;
  }
  if (total(both) > total(best)) return answer(both, count, 'Arnoldi, shift-invert');
  return total(best) > 0 ? answer(best, count, 'Arnoldi') : null;
}

/** The settled estimates that no other exceeds in modulus. */
function outermost(ritz: RitzValue[]): Found[] {
  const first = ritz.findIndex((one) => !hasSettled(one));
  return ritz.slice(0, first < 0 ? ritz.length : first).map(squareOf);
}

function hasSettled({ x, y, residual }: RitzValue): boolean {
  return residual <= settled * Math.hypot(x, y);
}

function squareOf({ x, y, residual }: RitzValue): Found {
  const modulus = Math.hypot(x, y);
  const times = y > 0 ? 2 : 1;
  return { x: x * x - y * y, y: Math.abs(2 * x * y), modulus, residual, times };
}

/** The eigenvalues nearest to 1 in the square, by falling modulus; null without an inverse. */
function nearest(
  kernel: ClosedKernel,
  logPi: Float64Array,
  root: Float64Array,
  count: number,
  most: number,
): Found[] | null {
  const even = evenPeriod(kernel);
  const product = inverseProduct(kernel, logPi, !even);
  if (!product) return null;
  const arnoldi = new Arnoldi(kernel.states, product, root);
  let found: Found[] = [];
  for (const size of looks.filter((look) => look <= most)) {
    arnoldi.grow(size);
    const ritz = arnoldi.ritz(2 * count) ?? [];
    const first = ritz.findIndex((one) => !hasSettled(one));
    found = ritz.slice(0, first < 0 ? ritz.length : first).map((one) => shiftedBack(one, even));
    if (first < 0 || size >= kernel.states - 1) break;
  }
  // Of an even period -1 is an eigenvalue as well.
  if (even) found.push({ x: 1, y: 0, modulus: 1, residual: 0, times: 1 });
  return found.sort((a, b) => b.modulus - a.modulus);
}

/** From 1 / (1 - s): s is the square of an eigenvalue or, of an even period, one of a pair +-. */
function shiftedBack({ x, y, residual }: RitzValue, even: boolean): Found {
  const size = x * x + y * y;
  const [a, b] = [1 - x / size, y / size];
  const times = y > 0 ? 2 : 1;
  const left = (2 * residual) / Math.sqrt(size); // |(I - S^2) r / mu|
  if (!even)
    return { x: a, y: Math.abs(b), modulus: Math.sqrt(Math.hypot(a, b)), residual: left, times };
  return { ...squareOf({ x: a, y: b, residual: left }), times: 2 * times };
}

/** Those of `near` down to where an estimate shows an eigenvalue that is not among them. */
function consistent(near: Found[], ritz: RitzValue[]): Found[] {
  const smallest = near.at(-1)?.modulus ?? 1;
  let from = smallest;
  const more: Found[] = [];
  for (const one of ritz) {
    const { modulus, x, y, ...rest } = squareOf(one);
    const { residual } = one;
    if (modulus - residual <= smallest) continue;
    if (near.some((other) => Math.hypot(other.x - x, other.y - y) <= 2 * residual + 1e-9)) continue;
    if (hasSettled(one)) more.push({ modulus, x, y, ...rest });
    else from = Math.max(from, modulus + residual);
  }
  return [...near, ...more]
    .filter(({ modulus }) => modulus >= from)
    .sort((a, b) => b.modulus - a.modulus);
}

function total(found: Found[]): number {
  return found.reduce((sum, { times }) => sum + times, 0);
}

function answer(found: Found[], count: number, method: LeadingModuli['method']): LeadingModuli {
  const moduli = [1];
  let residual = Number.EPSILON; // the estimate goes on falling below rounding
  for (const one of found) {
    if (moduli.length >= count) break;
    for (let k = 0; k < one.times && moduli.length < count; k++)
      moduli.push(Math.min(1, one.modulus));
    residual = Math.max(residual, one.residual);
  }
  return { moduli, method, residual };
}
