/** From a WGSL text and its declared layout to pipelines and bind groups: what every kernel class shares. */
import { guarded, type Gpu } from './device';
import { GpuError } from './outcome';

export interface StorageBinding {
  name: string;
  access: 'read' | 'read_write';
  /** Bytes of one element of the array. */
  bytes: number;
}

/** The host's side of a shader's bindings; test/unit/shader-layouts.test.ts holds the two together. */
export interface KernelLayout<Entry extends string = string> {
  /** Path under shaders/, without the ending. */
  name: string;
  code: string;
  entries: readonly Entry[];
  /** Words of the uniform at binding 0, in order, 4 bytes each. */
  parameters: readonly { name: string; type: 'u32' | 'f32' }[];
  /** Bindings 1, 2, .. in order. At most 8, the default limit of a stage. */
  storage: readonly StorageBinding[];
  /** True where one uniform buffer holds many sets of parameters, 256 bytes apart. */
  manyParameters?: boolean;
}

export interface Kernel<Entry extends string> {
  layout: KernelLayout<Entry>;
  bindings: GPUBindGroupLayout;
  pipelines: Record<Entry, GPUComputePipeline>;
  workgroupSize: number;
}

export const WORKGROUP_SIZE = 256;
/** The default limit on workgroups along one dimension. */
const MOST_GROUPS = 65_535;
/** Distance between two sets of parameters in one uniform buffer (default alignment), in bytes. */
export const PARAMETER_STRIDE = 256;

/**
 * Compiles a shader's entry points, with further overrides of it in `constants`. Throws a GpuError
 * with the compiler's message.
 */
export async function buildKernel<Entry extends string>(
  gpu: Gpu,
  layout: KernelLayout<Entry>,
  constants: Record<string, number> = {},
): Promise<Kernel<Entry>> {
  const { device } = gpu;
  const visibility = GPUShaderStage.COMPUTE;
  const [bindings, pending] = await guarded(gpu, () => {
    const module = device.createShaderModule({ label: layout.name, code: layout.code });
    const uniform: GPUBindGroupLayoutEntry = {
      binding: 0,
      visibility,
      buffer: { type: 'uniform', hasDynamicOffset: layout.manyParameters ?? false },
    };
    const storage = layout.storage.map(({ access }, k): GPUBindGroupLayoutEntry => {
      const type = access === 'read' ? 'read-only-storage' : 'storage';
      return { binding: k + 1, visibility, buffer: { type } };
    });
    const group = device.createBindGroupLayout({
      label: layout.name,
      entries: [uniform, ...storage],
    });
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [group] });
    const made = layout.entries.map((entryPoint) =>
      device.createComputePipelineAsync({
        label: `${layout.name} ${entryPoint}`,
        layout: pipelineLayout,
        compute: {
          module,
          entryPoint,
          constants: { workgroup_size: WORKGROUP_SIZE, ...constants },
        },
      }),
    );
    // Settled, so that a failure that the error scopes report first is not left unhandled.
    return [group, Promise.allSettled(made)] as const;
  });
  const made = await pending;
  const pipelines = {} as Record<Entry, GPUComputePipeline>;
  layout.entries.forEach((entry, k) => {
    const one = made[k]!;
    if (one.status === 'rejected') throw new GpuError('gpu-validation', String(one.reason));
    pipelines[entry] = one.value;
  });
  return { layout, bindings, pipelines, workgroupSize: WORKGROUP_SIZE };
}

/** Workgroups for `items` threads: along x, and beyond 65,535 along y too. */
export function workgroups(items: number, size = WORKGROUP_SIZE): [x: number, y: number] {
  const groups = Math.max(1, Math.ceil(items / size));
  const x = Math.min(groups, MOST_GROUPS);
  return [x, Math.ceil(groups / x)];
}

/** Threads that share a sum over `items`, each striding: enough to fill a GPU, few enough to add up. */
export function sumThreads(items: number): number {
  return Math.max(1, Math.min(items, 16_384));
}

/** One bind group: the parameters' buffer, then the storage buffers by name. */
export function bind<Entry extends string>(
  gpu: Gpu,
  kernel: Kernel<Entry>,
  parameters: GPUBuffer,
  buffers: Record<string, GPUBuffer>,
): GPUBindGroup {
  const { layout } = kernel;
  const words = layout.parameters.length * 4;
  const uniform = layout.manyParameters
    ? { buffer: parameters, size: words }
    : { buffer: parameters };
  return gpu.device.createBindGroup({
    label: layout.name,
    layout: kernel.bindings,
    entries: [
      { binding: 0, resource: uniform },
      ...layout.storage.map(({ name }, k) => {
        const buffer = buffers[name];
        if (!buffer) throw new Error(`${layout.name}: no buffer for ${name}`);
        return { binding: k + 1, resource: { buffer } };
      }),
    ],
  });
}

/** Encodes one dispatch over `items` threads; `offset` picks a set of parameters. Nothing for 0 items. */
export function dispatch<Entry extends string>(
  pass: GPUComputePassEncoder,
  kernel: Kernel<Entry>,
  entry: Entry,
  group: GPUBindGroup,
  items: number,
  offset?: number,
): void {
  if (items === 0) return;
  pass.setPipeline(kernel.pipelines[entry]);
  pass.setBindGroup(0, group, offset === undefined ? [] : [offset * PARAMETER_STRIDE]);
  pass.dispatchWorkgroups(...workgroups(items));
}

/** Packs parameters in the layout's order, `sets` of them 256 bytes apart where there are many. */
export function packParameters(
  layout: KernelLayout,
  sets: readonly Record<string, number>[],
): ArrayBuffer {
  const bytes = layout.manyParameters
    ? PARAMETER_STRIDE * Math.max(1, sets.length)
    : 16 * Math.ceil(layout.parameters.length / 4);
  const packed = new ArrayBuffer(bytes);
  const view = new DataView(packed);
  sets.forEach((values, set) => {
    layout.parameters.forEach(({ name, type }, k) => {
      const at = set * PARAMETER_STRIDE + 4 * k;
      const value = values[name]!;
      if (type === 'u32') view.setUint32(at, value, true);
      else view.setFloat32(at, value, true);
    });
  });
  return packed;
}
