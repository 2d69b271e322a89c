/** Random signs for estimates of variances: repeatable, one generator a use. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A function that gives +1 or -1, each with probability 1/2; the same sequence each time. */
export function randomSigns(seed = 20251210): () => 1 | -1 {
  const random = xoroshiro128plus(seed);
  random.jump(); // a fresh seed is poorly mixed
  let bits = 0;
  let left = 0;
  return () => {
    if (left === 0) {
      bits = random.next();
      left = 31;
    }
    const sign = bits & 1 ? 1 : -1;
    bits >>>= 1;
    left--;
    return sign;
  };
}
