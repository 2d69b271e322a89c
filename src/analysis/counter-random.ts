/** Random words without a state: a counter and a key go in, four words come out, the same everywhere. */

/**
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, doi:10.1145/2063384.2063405): ten rounds on
 * the counter (c0, c1, c2, c3) with the key (k0, k1), all 32-bit words. The four words of the block go
 * into `words`. Whole numbers alone, so that shaders/bootstrap.wgsl gives the same bits.
 */
export function philox(
  words: Int32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < 10; round++) {
    // The high word of a 32 x 32 bit product, from halves that stay inside 32 bits.
    const al = c0 & 0xffff;
    const ah = c0 >>> 16;
    const a1 = (Math.imul(al, 0xd251) + (Math.imul(al, 0x1f53) >>> 16)) | 0;
    const a2 = (Math.imul(ah, 0x1f53) + (a1 & 0xffff)) | 0;
    const high0 = (Math.imul(ah, 0xd251) + (a1 >>> 16) + (a2 >>> 16)) | 0;
    const low0 = Math.imul(c0, 0xd2511f53);
    const bl = c2 & 0xffff;
    const bh = c2 >>> 16;
    const b1 = (Math.imul(bl, 0xcd9e) + (Math.imul(bl, 0x8d57) >>> 16)) | 0;
    const b2 = (Math.imul(bh, 0x8d57) + (b1 & 0xffff)) | 0;
    const high1 = (Math.imul(bh, 0xcd9e) + (b1 >>> 16) + (b2 >>> 16)) | 0;
    const low1 = Math.imul(c2, 0xcd9e8d57);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}
