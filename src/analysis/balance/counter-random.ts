/** Random words without a state: a counter and a key go in, four words come out, the same everywhere. */

/**
 * Threefry4x32-20 (Salmon, Moraes, Dror and Shaw 2011, doi:10.1145/2063384.2063405): twenty rounds on
 * the counter (c0, c1, c2, c3) with the key (k0, k1, k2, k3), all 32-bit words. The four words of the
 * block go into `words`. Whole numbers alone, so that shaders/bootstrap.wgsl gives the same bits; sums,
 * rotations and exclusive ors alone, as neither JavaScript nor WGSL has the upper half of a product.
 * Written out: as a loop it takes half as long again.
 */
export function threefry(
  words: Int32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  k2: number,
  k3: number,
): void {
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3;
  c0 = (c0 + k0) | 0;
  c1 = (c1 + k1) | 0;
  c2 = (c2 + k2) | 0;
  c3 = (c3 + k3) | 0;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 10) | (c1 >>> 22)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 26) | (c3 >>> 6)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 11) | (c3 >>> 21)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 21) | (c1 >>> 11)) ^ c2;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 13) | (c1 >>> 19)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 27) | (c3 >>> 5)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 23) | (c3 >>> 9)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 5) | (c1 >>> 27)) ^ c2;
  c0 = (c0 + k1) | 0;
  c1 = (c1 + k2) | 0;
  c2 = (c2 + k3) | 0;
  c3 = (c3 + k4 + 1) | 0;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 6) | (c1 >>> 26)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 20) | (c3 >>> 12)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 17) | (c3 >>> 15)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 11) | (c1 >>> 21)) ^ c2;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 25) | (c1 >>> 7)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 10) | (c3 >>> 22)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 18) | (c3 >>> 14)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 20) | (c1 >>> 12)) ^ c2;
  c0 = (c0 + k2) | 0;
  c1 = (c1 + k3) | 0;
  c2 = (c2 + k4) | 0;
  c3 = (c3 + k0 + 2) | 0;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 10) | (c1 >>> 22)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 26) | (c3 >>> 6)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 11) | (c3 >>> 21)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 21) | (c1 >>> 11)) ^ c2;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 13) | (c1 >>> 19)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 27) | (c3 >>> 5)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 23) | (c3 >>> 9)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 5) | (c1 >>> 27)) ^ c2;
  c0 = (c0 + k3) | 0;
  c1 = (c1 + k4) | 0;
  c2 = (c2 + k0) | 0;
  c3 = (c3 + k1 + 3) | 0;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 6) | (c1 >>> 26)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 20) | (c3 >>> 12)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 17) | (c3 >>> 15)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 11) | (c1 >>> 21)) ^ c2;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 25) | (c1 >>> 7)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 10) | (c3 >>> 22)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 18) | (c3 >>> 14)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 20) | (c1 >>> 12)) ^ c2;
  c0 = (c0 + k4) | 0;
  c1 = (c1 + k0) | 0;
  c2 = (c2 + k1) | 0;
  c3 = (c3 + k2 + 4) | 0;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 10) | (c1 >>> 22)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 26) | (c3 >>> 6)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 11) | (c3 >>> 21)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 21) | (c1 >>> 11)) ^ c2;
  c0 = (c0 + c1) | 0;
  c1 = ((c1 << 13) | (c1 >>> 19)) ^ c0;
  c2 = (c2 + c3) | 0;
  c3 = ((c3 << 27) | (c3 >>> 5)) ^ c2;
  c0 = (c0 + c3) | 0;
  c3 = ((c3 << 23) | (c3 >>> 9)) ^ c0;
  c2 = (c2 + c1) | 0;
  c1 = ((c1 << 5) | (c1 >>> 27)) ^ c2;
  c0 = (c0 + k0) | 0;
  c1 = (c1 + k1) | 0;
  c2 = (c2 + k2) | 0;
  c3 = (c3 + k3 + 5) | 0;
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}
