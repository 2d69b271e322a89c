/** Described machines: what a browser would say on each of them. */
import type { Graphics, Machine } from '../../../src/models/catalogue/machine';

const GiB = 2 ** 30;

function graphics(binding: number, buffer: number, rest: Partial<Graphics> = {}): Graphics {
  return {
    adapter: 'described adapter',
    software: false,
    shaderF16: true,
    limits: {
      maxBufferSize: buffer,
      maxStorageBufferBindingSize: binding,
      maxComputeWorkgroupStorageSize: 32768,
      maxStorageBuffersPerShaderStage: 10,
    },
    ...rest,
  };
}

function machine(found: Machine['graphics'], rest: Partial<Machine> = {}): Machine {
  return {
    graphics: found,
    deviceMemory: 8,
    storage: { used: 0, quota: 100e9, persisted: false },
    crossOriginIsolated: false,
    processors: 8,
    ...rest,
  };
}

export const MACHINES = {
  phone: machine(graphics(GiB / 8, GiB / 4), { deviceMemory: 4 }),
  laptop: machine(graphics(GiB, GiB)),
  withoutF16: machine(graphics(GiB, GiB, { shaderF16: false })),
  desktop: machine(graphics(2 * GiB - 4, 4 * GiB - 4)),
  /** Safari and Firefox say nothing of the memory. */
  silent: machine(graphics(GiB, GiB), {
    deviceMemory: null,
    storage: { used: null, quota: null, persisted: false },
  }),
  noWebGPU: machine({ missing: 'This browser has no WebGPU.' }),
  software: machine(
    graphics(GiB, GiB, { adapter: 'google swiftshader', software: true, shaderF16: false }),
  ),
} satisfies Record<string, Machine>;

/** A machine with other limits of its graphics adapter. */
export function withLimits(of: Machine, limits: Partial<Graphics['limits']>): Machine {
  const { graphics } = of;
  if ('missing' in graphics) throw new TypeError('a machine without graphics has no limits');
  return { ...of, graphics: { ...graphics, limits: { ...graphics.limits, ...limits } } };
}
