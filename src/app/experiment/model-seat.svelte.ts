/** The one loaded model: found by its id, loaded in a worker of its own, kept until another is wanted. */
import { modelSource, POCKET } from '../../models/catalogue';
import { chooseEngine } from '../../models/choose-engine';
import { loadModel } from '../../models/load-model';
import { askToPersist } from '../../models/files/storage';
import type { EngineId } from '../../models/model-methods';
import type {
  EndpointAddress,
  LanguageModel,
  LoadProgress,
  ModelSource,
} from '../../models/language-model';
import type { Fault, Outcome } from '../../transitions/types';
import { fault } from '../messages';
import {
  nameOf,
  type EndpointName,
  type EndpointSettings,
} from '../models/endpoint-settings.svelte';

/** The id under which a set-up names the connected server, whichever it is. */
export const ENDPOINT = 'endpoint';

/** Which model: by its id, and of a log also by what it says of its engine and its server. */
export interface Wanted {
  id: string;
  engine: EngineId | 'auto';
  /** Of a log: the server that its answers came from. */
  endpoint?: EndpointName | undefined;
  /** Of a log: SHA-256 by file, by which a model that was added again is known. */
  hashes?: Record<string, string> | undefined;
}

export class ModelSeat {
  /** What the load reports; null while nothing loads. */
  loading = $state.raw<LoadProgress | null>(null);
  private model: LanguageModel | null = null;
  /** What `model` was loaded from. */
  private from = '';
  /** Under which id it was asked for, and what server was connected then. */
  private id = '';
  private address: EndpointAddress | null = null;

  constructor(
    private readonly base: string,
    private readonly endpoint: EndpointSettings,
  ) {}

  /** The wanted model where it is loaded already; null where `take` has something to do. */
  holds({ id, engine, endpoint }: Wanted): LanguageModel | null {
    const { model } = this;
    if (!model || this.id !== id || (engine !== 'auto' && engine !== model.info.engine))
      return null;
    if (model.info.engine !== 'endpoint') return model;
    // Another server, or the same one asked in another way, is another model.
    const { address } = this;
    if (!address || address !== this.endpoint.address) return null;
    return endpoint && !sameServer(nameOf(address), endpoint) ? null : model;
  }

  /** The wanted model, loaded where it is not there yet. */
  async take(wanted: Wanted, signal: AbortSignal): Promise<Outcome<LanguageModel>> {
    this.loading = { share: null, stage: 'fetch', text: 'looking for the model' };
    try {
      const source = await this.source(wanted);
      if (!source.ok) return source;
      const engine = await engineFor(source.value, wanted.engine);
      const from = JSON.stringify([
        engine,
        source.value.id,
        source.value.format,
        source.value.endpoint,
      ]);
      if (this.model && this.from === from) return this.seated(this.model, wanted.id);
      await this.leave();
      // What the person waits for should not be evicted; the pocket model is soon here again.
      if (engine !== 'endpoint' && source.value.id !== POCKET.id) await askToPersist();
      if (signal.aborted) return { ok: false, fault: fault('cancelled') };
      const loaded = await loadModel(engine, source.value, {
        signal,
        onProgress: (progress) => (this.loading = progress),
      });
      if (!loaded.ok) return { ok: false, fault: fault(loaded.fault.code, loaded.fault.detail) };
      this.from = from;
      return this.seated(loaded.value, wanted.id);
    } catch (error) {
      return failed('load-failed', error);
    } finally {
      this.loading = null;
    }
  }

  private seated(model: LanguageModel, id: string): Outcome<LanguageModel> {
    this.model = model;
    this.id = id;
    this.address = this.endpoint.address;
    return { ok: true, value: model };
  }

  /** Ends the model: the next `take` loads afresh. */
  async leave(): Promise<void> {
    const { model } = this;
    this.model = null;
    await model?.close();
  }

  private async source(wanted: Wanted): Promise<Outcome<ModelSource>> {
    const { id, engine, endpoint } = wanted;
    if (engine === 'endpoint' || id === ENDPOINT) return this.connected(endpoint);
    if (id === POCKET.id) return { ok: true, value: await modelSource(id, this.base) };
    const { sourceOf } = await import('../models/source-of');
    return sourceOf(wanted, this.base);
  }

  /** The connected server, where it is the one that is wanted. */
  private connected(wanted: EndpointName | undefined): Outcome<ModelSource> {
    const { address } = this.endpoint;
    const matches = address && (!wanted || sameServer(nameOf(address), wanted));
    if (!matches)
      return {
        ok: false,
        fault: fault('no-endpoint', wanted ? `${wanted.model} at ${wanted.origin}` : ''),
      };
    return { ok: true, value: serverSource(address) };
  }
}

function sameServer(a: EndpointName, b: EndpointName): boolean {
  return a.origin === b.origin && a.model === b.model;
}

function serverSource(address: EndpointAddress): ModelSource {
  const format = address.api === 'chat' ? 'chat' : 'plain';
  return { id: ENDPOINT, format, endpoint: address, hashes: {} };
}

/** The engine of a source: the only one it can run on, else the wanted or the better one. */
async function engineFor(source: ModelSource, wanted: EngineId | 'auto'): Promise<EngineId> {
  if (source.endpoint) return 'endpoint';
  if (!source.webllm) return 'wllama';
  if (!source.gguf) return 'webllm';
  if (wanted === 'webllm' || wanted === 'wllama') return wanted;
  return (await chooseEngine()).engine;
}

function failed(code: string, error: unknown): { ok: false; fault: Fault } {
  return { ok: false, fault: fault(code, error instanceof Error ? error.message : String(error)) };
}
