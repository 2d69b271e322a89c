/** The bindings of the five shaders under shaders/laplacian/, as the host declares them. */
import coarseCode from '../../shaders/laplacian/coarse.wgsl?raw';
import conjugateCode from '../../shaders/laplacian/conjugate.wgsl?raw';
import curvatureCode from '../../shaders/laplacian/curvature.wgsl?raw';
import factorCode from '../../shaders/laplacian/factor.wgsl?raw';
import sweepCode from '../../shaders/laplacian/sweep.wgsl?raw';
import type { KernelLayout, StorageBinding } from './kernel';

const read = (name: string, bytes: number): StorageBinding => ({ name, access: 'read', bytes });
const write = (name: string, bytes: number): StorageBinding => ({
  name,
  access: 'read_write',
  bytes,
});
const word = (name: string) => ({ name, type: 'u32' }) as const;
const float = (name: string) => ({ name, type: 'f32' }) as const;

export const curvature: KernelLayout<'weigh'> = {
  name: 'laplacian/curvature',
  code: curvatureCode,
  entries: ['weigh'],
  parameters: [word('pairs'), word('slots'), word('kernel'), float('smallest')],
  storage: [read('ends', 8), read('rates', 8), read('potential', 8), write('weight', 4)],
};

export const factor: KernelLayout<'pivots' | 'fill'> = {
  name: 'laplacian/factor',
  code: factorCode,
  entries: ['pivots', 'fill'],
  manyParameters: true,
  parameters: [word('first'), word('count')],
  storage: [
    read('star_start', 4),
    read('star_entry', 8),
    read('fill_slot', 4),
    read('fill_start', 4),
    read('fill_entry', 12),
    write('weight', 4),
    write('pivot', 4),
  ],
};

export const sweep: KernelLayout<'forward' | 'back'> = {
  name: 'laplacian/sweep',
  code: sweepCode,
  entries: ['forward', 'back'],
  manyParameters: true,
  parameters: [word('first'), word('count'), word('core'), word('states')],
  storage: [
    read('gather_vertex', 4),
    read('gather_start', 4),
    read('gather_entry', 8),
    read('star_start', 4),
    read('star_entry', 8),
    read('weight', 4),
    read('pivot', 4),
    write('values', 4),
  ],
};

export const coarse: KernelLayout<'assemble' | 'eliminate' | 'invert' | 'correct' | 'lift'> = {
  name: 'laplacian/coarse',
  code: coarseCode,
  entries: ['assemble', 'eliminate', 'invert', 'correct', 'lift'],
  parameters: [word('states'), word('aggregates')],
  storage: [
    read('row_start', 4),
    read('row_entry', 8),
    read('weight', 4),
    read('aggregate_of', 4),
    read('member_start', 4),
    write('matrix', 4),
    write('vectors', 4),
    write('correction', 4),
  ],
};

export const conjugate: KernelLayout<
  'begin' | 'precondition' | 'first' | 'direction' | 'product' | 'advance' | 'update' | 'next'
> = {
  name: 'laplacian/conjugate',
  code: conjugateCode,
  entries: ['begin', 'precondition', 'first', 'direction', 'product', 'advance', 'update', 'next'],
  parameters: [word('states'), word('threads'), float('tolerance')],
  storage: [
    read('row_start', 4),
    read('row_entry', 8),
    read('weight', 4),
    read('aggregate_of', 4),
    read('correction', 4),
    write('vectors', 4),
    write('scalars', 4),
    write('partials', 4),
  ],
};
