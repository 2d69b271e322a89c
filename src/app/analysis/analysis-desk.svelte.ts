/** The page's end of the analysis worker: which backend answers, what is under way. */
import type { AnalysisProgress } from '../../analysis/analyse';
import type { ComparisonProgress, Experiment } from '../../analysis/comparison/compare';
import type { Comparison } from '../../analysis/comparison/comparison-result';
import type { Choice, Prediction } from '../../analysis/dynamics/predict';
import type { AnalysisOptions, Backend, Result } from '../../analysis/result';
import { followThread } from '../../rpc/foreign-requests';
import { connect, type Connection } from '../../rpc/rpc';
import type { FeatureTable } from '../../transitions/features-csv';
import type { Attempt, CountGraph, Outcome } from '../../transitions/types';
import { fault } from '../messages';
import type { AnalysisMethods, BackendChoice, Explained, ReadFile } from './analysis-methods';

export class AnalysisDesk {
  /** Null until the self-test is done. */
  backend = $state.raw<Backend | null>(null);
  /** Null where nothing that takes time is under way. */
  progress = $state.raw<AnalysisProgress | null>(null);

  private readonly port: Connection<AnalysisMethods>;
  private stopper: AbortController | null = null;

  constructor(readonly choice: BackendChoice) {
    const worker = new Worker(new URL('./analysis.worker.ts', import.meta.url), {
      type: 'module',
      name: 'equipoise-analysis',
    });
    followThread(worker);
    this.port = connect<AnalysisMethods>(worker);
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.port.fail(event.message || 'the analysis worker failed');
    });
    void this.port
      .call('backend', { choice })
      .then((backend) => (this.backend = backend))
      .catch(() => undefined);
  }

  /**
   * Analyses a count graph, with the log behind it and what is to explain its heights where they are
   * given; a call still under way is stopped first.
   * @returns the result; or a fault with code `analysis` or `cancelled`
   */
  async analyse(
    graph: CountGraph,
    options: Partial<AnalysisOptions>,
    choice: BackendChoice = this.choice,
    attempts?: readonly Attempt[],
    features?: FeatureTable,
  ): Promise<Outcome<Result>> {
    this.stop();
    const stopper = new AbortController();
    this.stopper = stopper;
    try {
      return await this.port.call(
        'analyse',
        { graph, options, choice, attempts, features },
        {
          signal: stopper.signal,
          onProgress: (progress) => {
            if (this.stopper === stopper) this.progress = progress;
          },
        },
      );
    } catch (error) {
      return { ok: false, fault: fault('analysis', String((error as Error).message)) };
    } finally {
      if (this.stopper === stopper) {
        this.stopper = null;
        this.progress = null;
      }
    }
  }

  /**
   * What answers while a walk is on: a software adapter would take the processor from the model, and
   * a small fit is faster on the CPU anyway.
   */
  get liveChoice(): BackendChoice {
    return /software/.test(this.backend?.adapter ?? '') ? 'cpu' : this.choice;
  }

  /** Stops what is under way; its caller gets the fault `cancelled`. */
  stop(): void {
    this.stopper?.abort();
    this.progress = null;
  }

  /** Predictions about chosen states; see `predict`. */
  async predict(
    graph: CountGraph,
    options: Partial<AnalysisOptions>,
    choice: Choice,
  ): Promise<Outcome<Prediction>> {
    try {
      return { ok: true, value: await this.port.call('predict', { graph, options, choice }) };
    } catch (error) {
      return { ok: false, fault: fault('analysis', String((error as Error).message)) };
    }
  }

  /** What features explain of the heights; faults of a file's text are those of `parseFeaturesCsv`. */
  async explain(
    graph: CountGraph,
    options: Partial<AnalysisOptions>,
    features: FeatureTable | string,
  ): Promise<Outcome<Explained>> {
    try {
      return await this.port.call('explain', { graph, options, features });
    } catch (error) {
      return { ok: false, fault: fault('analysis', String((error as Error).message)) };
    }
  }

  /** Compares experiments; a stop by `signal` gives the fault `cancelled`. */
  async compare(
    experiments: Experiment[],
    options: Partial<AnalysisOptions>,
    signal: AbortSignal,
    onProgress: (progress: ComparisonProgress) => void,
  ): Promise<Outcome<Comparison>> {
    try {
      return await this.port.call('compare', { experiments, options }, { signal, onProgress });
    } catch (error) {
      return { ok: false, fault: fault('analysis', String((error as Error).message)) };
    }
  }

  /** Reads a file's text; see docs/formats.md. */
  async read(text: string): Promise<Outcome<ReadFile>> {
    try {
      return await this.port.call('read', { text });
    } catch (error) {
      return { ok: false, fault: fault('analysis', String((error as Error).message)) };
    }
  }
}
