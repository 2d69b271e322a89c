/** Watches the WebGPU device that WebLLM makes for itself: lost devices and errors become faults. */
import { describeAdapter } from '../choose-engine';
import type { ModelFault } from '../language-model';

const FILTERS: readonly GPUErrorFilter[] = ['out-of-memory', 'internal', 'validation'];

/** The device of one engine, from its creation to its end. */
export class DeviceWatch {
  adapter = '';
  private device: GPUDevice | null = null;
  /** The first fault seen; an engine with one is never asked again. */
  fault: ModelFault | null = null;
  private readonly lost: Promise<never>;
  private failLost!: (error: Error) => void;

  constructor() {
    this.lost = new Promise((_, reject) => (this.failLost = reject));
    this.lost.catch(() => undefined);
  }

  /**
   * Runs `work`, which makes one device, and keeps hold of that device. WebLLM offers no way to ask
   * for it, so the adapter's own method is stood in for while it runs.
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const prototype = GPUAdapter.prototype;
    const original = prototype.requestDevice;
    const seen = (adapter: GPUAdapter, device: GPUDevice) => this.watch(adapter, device);
    prototype.requestDevice = async function (this: GPUAdapter, descriptor) {
      const device = await original.call(this, descriptor);
      seen(this, device);
      return device;
    };
    try {
      return await Promise.race([work(), this.lost]);
    } finally {
      prototype.requestDevice = original;
    }
  }

  private watch(adapter: GPUAdapter, device: GPUDevice): void {
    this.device = device;
    this.adapter = describeAdapter(adapter.info);
    device.addEventListener('uncapturederror', (event) => this.note(event.error));
    void device.lost.then((info) => {
      const detail = info.message || info.reason || 'the device was lost';
      this.fault ??= { code: 'device-lost', detail };
      // WebLLM cleans up after a lost device by itself, fails at it, and nobody waits for that
      addEventListener('unhandledrejection', (event) => event.preventDefault());
      this.failLost(new Error(detail));
    });
  }

  private note(error: GPUError): void {
    const code = error instanceof GPUOutOfMemoryError ? 'out-of-memory' : 'engine-error';
    this.fault ??= { code, detail: error.message };
  }

  /** Runs GPU work inside error scopes; afterwards `fault` says whether anything went wrong in it. */
  async guarded<T>(work: () => Promise<T>): Promise<T> {
    const { device } = this;
    if (!device) return work();
    for (const filter of FILTERS) device.pushErrorScope(filter);
    try {
      return await Promise.race([work(), this.lost]);
    } finally {
      const errors = await Promise.all(FILTERS.map(() => device.popErrorScope().catch(() => null)));
      for (const error of errors) if (error) this.note(error);
    }
  }
}
