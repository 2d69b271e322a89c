/** One device for a file of gpu tests, and the value inside an outcome. */
import { openGpu, type Gpu } from '../../src/gpu/device';
import type { GpuOutcome } from '../../src/gpu/outcome';

/** The value; a fault fails the test with its code. */
export function valueOf<T>(outcome: GpuOutcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.fault.code}: ${outcome.fault.message}`);
  return outcome.value;
}

export async function openForTest(): Promise<Gpu> {
  return valueOf(await openGpu());
}

/** max |a - b| over max |b|, or over `size` where that is larger; NaN where a is. */
export function relative(a: ArrayLike<number>, b: ArrayLike<number>, size = 0): number {
  let difference = 0;
  for (let k = 0; k < b.length; k++) {
    const d = Math.abs(a[k]! - b[k]!);
    if (!(d <= difference)) difference = d;
    size = Math.max(size, Math.abs(b[k]!));
  }
  return size > 0 ? difference / size : difference;
}
