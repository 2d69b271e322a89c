/** Bindings, sizes and offsets of every WGSL text, read by webgpu-utils, against the host's layouts. */
import { describe, expect, test } from 'vitest';
import { layout as action } from '../../src/gpu/action';
import { layout as actionGradient } from '../../src/gpu/action-gradient';
import { layout as bootstrap } from '../../src/gpu/bootstrap';
import { layout as hessianVector } from '../../src/gpu/hessian-vector';
import { packParameters, workgroups, type KernelLayout } from '../../src/gpu/kernel';
import { layout as kernelNormalise } from '../../src/gpu/kernel-normalise';
import * as laplacian from '../../src/gpu/laplacian-layouts';
import { shaderFiles } from './helpers/shader-files';

// What webgpu-utils expects of a browser, and Node does not have.
const globals = globalThis as Record<string, unknown>;
globals.Float16Array ??= Uint16Array;
globals.GPUShaderStage ??= { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 };
const { makeShaderDataDefinitions } = await import('webgpu-utils');

const layouts: KernelLayout[] = [
  action,
  actionGradient,
  bootstrap,
  hessianVector,
  kernelNormalise,
  ...Object.values(laplacian),
];

test('every shader has a layout', () => {
  const names = shaderFiles().map((path) => path.replace(/^shaders\//, '').replace(/\.wgsl$/, ''));
  expect(layouts.map(({ name }) => name).sort()).toEqual(names.sort());
});

describe.each(layouts)('$name', (layout) => {
  const found = makeShaderDataDefinitions(layout.code);

  test('storage bindings', () => {
    const declared = layout.storage.map(({ name, access, bytes }, k) => ({
      name,
      access: access === 'read' ? 'read-only-storage' : 'storage',
      binding: k + 1,
      bytes,
    }));
    const used = Object.values(found.entryPoints).flatMap(({ resources }) => resources);
    const read = Object.entries(found.storages).map(([name, { binding, typeDefinition }]) => ({
      name,
      access: used.find((resource) => resource.name === name)!.entry.buffer!.type,
      binding,
      bytes: (typeDefinition as unknown as { elementType: { size: number } }).elementType.size,
    }));
    expect(read.sort((a, b) => a.binding - b.binding)).toEqual(declared);
    expect(Object.values(found.storages).every(({ group }) => group === 0)).toBe(true);
    // The default limit of a shader stage.
    expect(declared.length).toBeLessThanOrEqual(8);
  });

  test('parameters', () => {
    const { binding, group, typeDefinition } = found.uniforms.parameters!;
    expect([group, binding]).toEqual([0, 0]);
    const { fields, size } = typeDefinition as unknown as {
      size: number;
      fields: Record<string, { offset: number; type: { type: string } }>;
    };
    expect(size).toBe(4 * layout.parameters.length);
    expect(
      Object.entries(fields).map(([name, { offset, type }]) => ({ name, offset, type: type.type })),
    ).toEqual(layout.parameters.map(({ name, type }, k) => ({ name, offset: 4 * k, type })));
  });

  test('entry points', () => {
    expect(Object.keys(found.entryPoints).sort()).toEqual([...layout.entries].sort());
  });
});

describe('packing', () => {
  test('words in order, sets 256 bytes apart', () => {
    const packed = packParameters(laplacian.sweep, [
      { first: 1, count: 2, core: 3, states: 4 },
      { first: 5, count: 6, core: 7, states: 8 },
    ]);
    const words = new Uint32Array(packed);
    expect([...words.subarray(0, 4), ...words.subarray(64, 68)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('beyond 65,535 workgroups a dispatch has two dimensions', () => {
    expect(workgroups(0)).toEqual([1, 1]);
    expect(workgroups(257)).toEqual([2, 1]);
    expect(workgroups(65_535 * 256)).toEqual([65_535, 1]);
    const [x, y] = workgroups(65_535 * 256 + 1);
    expect(y).toBe(2);
    expect(x * y * 256).toBeGreaterThan(65_535 * 256);
  });
});
