/** One graph's Laplacian on the device: its buffers, and the encoding of factorisation and solves. */
import type { ActionKernel } from '../analysis/result';
import type { Buffers } from './buffers';
import type { Gpu } from './device';
import { bind, dispatch, packParameters, sumThreads } from './kernel';
import type { LaplacianKernels } from './laplacian';
import * as layouts from './laplacian-layouts';
import type { LaplacianPlan } from './laplacian-plan';
import { kernelNumber } from './neighbour-buffers';

/** Weights below this are raised to it: a connected graph stays connected in float32. */
const SMALLEST_WEIGHT = 1e-30;

export class LaplacianSystem {
  /** n x (V, remainder), nats, in elimination order. */
  readonly potential: GPUBuffer;
  /** b (n, unit of the gradient), then x (n, nats), in elimination order. */
  readonly values: GPUBuffer;
  /** Weight of each slot, unit of the rates; the pairs come first. */
  readonly weight: GPUBuffer;
  /** 8 words: see conjugate.wgsl. */
  readonly scalars: GPUBuffer;
  /** Inner iterations of the first submission. */
  firstBatch: number;
  private readonly vectors: GPUBuffer;
  private readonly conjugateParameters: GPUBuffer;
  private readonly groups: Record<
    'curvature' | 'pivots' | 'fills' | 'forward' | 'back' | 'coarse' | 'conjugate',
    GPUBindGroup
  >;

  constructor(
    gpu: Gpu,
    private readonly kernels: LaplacianKernels,
    private readonly buffers: Buffers,
    private readonly plan: LaplacianPlan,
    action: ActionKernel,
  ) {
    const { aggregation, rounds } = plan;
    const a = aggregation.aggregates;
    const c = plan.coreStates;
    this.firstBatch = this.iterative ? 12 : 0;
    this.potential = buffers.storage('potential', 8 * plan.states);
    this.values = buffers.storage('values', 8 * plan.states);
    this.vectors = buffers.storage('vectors', 24 * c);
    this.weight = buffers.storage('weight', 4 * plan.slots);
    this.scalars = buffers.storage('scalars', 32);
    const all = {
      potential: this.potential,
      values: this.values,
      vectors: this.vectors,
      scalars: this.scalars,
      ends: buffers.storage('ends', plan.ends),
      rates: buffers.storage('rates', plan.rates),
      weight: this.weight,
      pivot: buffers.storage('pivot', 4 * (plan.states - c)),
      star_start: buffers.storage('star_start', plan.stars.start),
      star_entry: buffers.storage('star_entry', plan.stars.entry),
      fill_slot: buffers.storage('fill_slot', plan.fillSlot),
      fill_start: buffers.storage('fill_start', plan.fills.start),
      fill_entry: buffers.storage('fill_entry', plan.fills.entry),
      gather_vertex: buffers.storage('gather_vertex', plan.gatherVertex),
      gather_start: buffers.storage('gather_start', plan.gathers.start),
      gather_entry: buffers.storage('gather_entry', plan.gathers.entry),
      row_start: buffers.storage('core rows', plan.core.start),
      row_entry: buffers.storage('core entries', plan.core.entry),
      aggregate_of: buffers.storage('aggregate_of', aggregation.aggregateOf),
      member_start: buffers.storage('member_start', aggregation.memberStart),
      matrix: buffers.storage('matrix', 4 * (2 * a * a + 2 * a)),
      correction: buffers.storage('correction', 4 * a),
      partials: buffers.storage('partials', 4 * this.threads),
    };
    const uniform = (
      layout: Parameters<typeof packParameters>[0],
      sets: Record<string, number>[],
    ) => buffers.uniform(layout.name, packParameters(layout, sets));
    const inSweep = { core: c, states: plan.states };
    this.conjugateParameters = uniform(layouts.conjugate, [this.conjugateValues(1e-4)]);
    const { factor, sweep } = kernels;
    this.groups = {
      curvature: bind(
        gpu,
        kernels.curvature,
        uniform(layouts.curvature, [
          {
            pairs: plan.pairs,
            slots: plan.slots,
            kernel: kernelNumber(action),
            smallest: SMALLEST_WEIGHT,
          },
        ]),
        all,
      ),
      pivots: bind(gpu, factor, uniform(layouts.factor, rounds.map(record)), all),
      fills: bind(
        gpu,
        factor,
        uniform(
          layouts.factor,
          rounds.map(({ fill }) => ({ ...fill })),
        ),
        all,
      ),
      forward: bind(
        gpu,
        sweep,
        uniform(
          layouts.sweep,
          rounds.map(({ gather }) => ({ ...gather, ...inSweep })),
        ),
        all,
      ),
      back: bind(
        gpu,
        sweep,
        uniform(
          layouts.sweep,
          rounds.map((r) => ({ ...record(r), ...inSweep })),
        ),
        all,
      ),
      coarse: bind(
        gpu,
        kernels.coarse,
        uniform(layouts.coarse, [{ states: c, aggregates: a }]),
        all,
      ),
      conjugate: bind(gpu, kernels.conjugate, this.conjugateParameters, all),
    };
  }

  /** True where the core is solved by iteration, false where elimination or the dense solve is exact. */
  get iterative(): boolean {
    return this.plan.coreConnected > 0 && !this.plan.aggregation.exact;
  }

  private get threads(): number {
    return sumThreads(this.plan.coreStates);
  }

  private conjugateValues(tolerance: number): Record<string, number> {
    return { states: this.plan.coreStates, threads: this.threads, tolerance };
  }

  /** Relative tolerance of the inner solve in the norm of the preconditioner. */
  setTolerance(tolerance: number): void {
    const packed = packParameters(layouts.conjugate, [this.conjugateValues(tolerance)]);
    this.buffers.write(this.conjugateParameters, packed);
  }

  /**
   * Weights at the potential in `potential` (where `weigh`; else those in `weight`), elimination of
   * every round, the coarse inverse.
   */
  encodeFactor(encoder: GPUCommandEncoder, weigh = true): void {
    const { kernels, groups, plan } = this;
    const pass = encoder.beginComputePass();
    if (weigh) dispatch(pass, kernels.curvature, 'weigh', groups.curvature, plan.slots);
    plan.rounds.forEach(({ count, fill }, round) => {
      dispatch(pass, kernels.factor, 'pivots', groups.pivots, count, round);
      dispatch(pass, kernels.factor, 'fill', groups.fills, fill.count, round);
    });
    const { aggregates } = plan.aggregation;
    if (aggregates > 0) {
      dispatch(pass, kernels.coarse, 'assemble', groups.coarse, aggregates);
      dispatch(pass, kernels.coarse, 'eliminate', groups.coarse, 1);
      dispatch(pass, kernels.coarse, 'invert', groups.coarse, aggregates);
    }
    pass.end();
  }

  /**
   * From b in `values` to x in `values`: forward rounds and a new start where `first`, then up to
   * `iterations` more steps on the core, then the rounds back.
   */
  encodeSolve(encoder: GPUCommandEncoder, first: boolean, iterations: number): void {
    const { kernels, groups, plan, values, vectors } = this;
    const c = plan.coreStates;
    let pass = encoder.beginComputePass();
    if (first) {
      plan.rounds.forEach(({ gather }, round) =>
        dispatch(pass, kernels.sweep, 'forward', groups.forward, gather.count, round),
      );
    }
    if (plan.coreConnected > 0) {
      pass.end();
      if (first) encoder.copyBufferToBuffer(values, 0, vectors, 4 * c, 4 * c);
      pass = encoder.beginComputePass();
      if (this.iterative) this.encodeIterations(pass, first, iterations);
      else this.encodeCorrection(pass, true);
      pass.end();
      encoder.copyBufferToBuffer(vectors, 0, values, 4 * plan.states, 4 * c);
      pass = encoder.beginComputePass();
    }
    for (let round = plan.rounds.length - 1; round >= 0; round--) {
      dispatch(pass, kernels.sweep, 'back', groups.back, plan.rounds[round]!.count, round);
    }
    pass.end();
  }

  private encodeIterations(pass: GPUComputePassEncoder, first: boolean, iterations: number): void {
    const c = this.plan.coreStates;
    const run = (entry: (typeof layouts.conjugate.entries)[number], items: number) =>
      dispatch(pass, this.kernels.conjugate, entry, this.groups.conjugate, items);
    if (first) {
      run('begin', c);
      this.encodeCorrection(pass, false);
      run('precondition', this.threads);
      run('first', 1);
    }
    for (let k = 0; k < iterations; k++) {
      run('direction', c);
      run('product', this.threads);
      run('advance', 1);
      run('update', c);
      this.encodeCorrection(pass, false);
      run('precondition', this.threads);
      run('next', 1);
    }
  }

  private encodeCorrection(pass: GPUComputePassEncoder, lift: boolean): void {
    const { kernels, groups, plan } = this;
    if (plan.aggregation.aggregates === 0) return;
    dispatch(pass, kernels.coarse, 'correct', groups.coarse, 1);
    if (lift) dispatch(pass, kernels.coarse, 'lift', groups.coarse, plan.coreStates);
  }

  /** What the device's scalars say. */
  progress(scalars: Float32Array): {
    done: boolean;
    /** Rounding made the preconditioner or the matrix indefinite: the step is not to be trusted. */
    broken: boolean;
    iterations: number;
    residual: number;
  } {
    if (!this.iterative) return { done: true, broken: false, iterations: 0, residual: 0 };
    const [, , rz, firstRz, done, iterations] = scalars;
    const residual = firstRz! > 0 ? Math.sqrt(Math.max(0, rz!) / firstRz!) : 0;
    return { done: done! !== 0, broken: done! === 2, iterations: iterations!, residual };
  }
}

function record({ first, count }: { first: number; count: number }): Record<string, number> {
  return { first, count };
}
