/** The worker that reads files, counts, estimates and tests; it owns the WebGPU device for that. */
import { completing, prepare } from '../../analysis/analyse';
import type { BootstrapRun } from '../../analysis/balance/bootstrap-null';
import { solveLeastAction } from '../../analysis/potential/least-action';
import { parametricResult } from '../../analysis/potential/parametric-result';
import { predict } from '../../analysis/dynamics/predict';
import { reportForeignRequests } from '../../rpc/foreign-requests';
import { closeGate } from '../../rpc/outbound-gate';
import { serve, type Handlers } from '../../rpc/rpc';
import { parseFeaturesCsv } from '../../transitions/features-csv';
import { readTransitions } from '../../transitions/read-file';
import type { AnalysisMethods, BackendChoice } from './analysis-methods';
import { browserThreads } from './bootstrap-pool';
import { runReplicas } from './bootstrap-runner';
import { Estimator } from './estimator';

/** Longest stretch without looking at messages. */
const SLICE_MS = 40;

const opened = new Map<BackendChoice, Promise<Estimator>>();

/** Set up once a choice: the device and its self-test serve every analysis. */
function estimator(choice: BackendChoice): Promise<Estimator> {
  let known = opened.get(choice);
  if (!known) opened.set(choice, (known = Estimator.open(choice)));
  return known;
}

const cancelled = { ok: false as const, fault: { code: 'cancelled', message: '' } };

const handlers: Handlers<AnalysisMethods> = {
  backend: async ({ choice }) => (await estimator(choice)).backend,

  analyse: async ({ graph, options, choice, attempts, features }, { signal, progress }) => {
    const prepared = prepare(graph, options);
    const who = await estimator(choice);
    const { solutions, backend } = await who.solve(prepared, signal);
    if (signal.aborted) return cancelled;
    const steps = completing(prepared, solutions, backend, attempts, features);
    let told = performance.now();
    let answer: BootstrapRun | null = null;
    for (;;) {
      const step = steps.next(answer ?? undefined);
      answer = null;
      if (step.done) return { ok: true, value: step.value };
      if ('problem' in step.value) {
        const helpers = { device: who.bootstrap, threads: browserThreads() };
        answer = await runReplicas(step.value.problem, helpers, progress, signal);
        if (!answer) return cancelled;
        continue;
      }
      if (performance.now() - told < SLICE_MS) continue;
      progress(step.value);
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return cancelled;
      told = performance.now();
    }
  },

  predict: async ({ graph, options, choice }) => predict(prepare(graph, options), choice),

  explain: async ({ graph, options, features }) => {
    const read =
      typeof features === 'string'
        ? parseFeaturesCsv(features)
        : { ok: true as const, value: features };
    if (!read.ok) return read;
    const prepared = prepare(graph, options);
    const reversible = solveLeastAction(prepared.counts, 'softplus');
    const parametric = parametricResult(prepared, reversible, read.value);
    return { ok: true, value: { features: read.value, parametric } };
  },

  compare: async ({ experiments, options }, { signal, progress }) => {
    // Fetched when a person compares: not part of the first load.
    const { comparing } = await import('../../analysis/comparison/compare');
    const steps = comparing(experiments, options);
    let told = performance.now();
    for (;;) {
      const step = steps.next();
      if (step.done) return { ok: true, value: step.value };
      if (performance.now() - told < SLICE_MS) continue;
      progress(step.value);
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return cancelled;
      told = performance.now();
    }
  },

  read: async ({ text }) => {
    const read = readTransitions(text);
    if (!read.ok) return read;
    const { graph, log } = read.value;
    return { ok: true, value: { graph, log: log ?? null, warnings: read.warnings ?? [] } };
  },
};

closeGate();
reportForeignRequests();
serve<AnalysisMethods>(self as unknown as Parameters<typeof serve>[0], handlers);
