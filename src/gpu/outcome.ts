/** GPU errors as values: what can go wrong on the device, and how a call turns it into an outcome. */
import type { Fault } from '../transitions/types';

export type GpuFaultCode =
  | 'gpu-missing' // no WebGPU in this browser
  | 'gpu-no-adapter'
  | 'gpu-no-device'
  | 'gpu-validation' // a mistake of ours, or of the driver
  | 'gpu-out-of-memory'
  | 'gpu-internal'
  | 'gpu-lost'
  | 'gpu-too-large' // above the device's limits
  | 'gpu-not-finite' // the answer is not a number
  | 'gpu-cancelled';

export interface GpuFault extends Fault {
  code: GpuFaultCode;
}

/** A value, or why there is none: never a wrong number. */
export type GpuOutcome<T> = { ok: true; value: T } | { ok: false; fault: GpuFault };

/** Carries a fault up to the public function that returns it as a value; does not leave `gpu/`. */
export class GpuError extends Error {
  constructor(
    readonly code: GpuFaultCode,
    message: string,
  ) {
    super(message);
    this.name = 'GpuError';
  }
}

/** Runs `work` and turns a thrown error into a fault. A plain error becomes `gpu-internal`. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<GpuOutcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof GpuError) {
      return { ok: false, fault: { code: error.code, message: error.message } };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, fault: { code: 'gpu-internal', message } };
  }
}

/** Throws `gpu-cancelled` where the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new GpuError('gpu-cancelled', 'The analysis on the GPU was cancelled.');
}

/** Throws `gpu-not-finite` where a value is NaN or infinite. */
export function requireFinite(values: ArrayLike<number>, what: string): void {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) {
      throw new GpuError('gpu-not-finite', `The GPU's ${what} is not finite at position ${k}.`);
    }
  }
}
