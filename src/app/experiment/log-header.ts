/** What a log's header says of its experiment: written at the start, read again to go on. */
import * as v from 'valibot';
import { findAgent } from '../../agents';
import { answerLimit, readParameters, type Agent, type AgentParameters } from '../../agents/agent';
import type { ModelInfo } from '../../models/language-model';
import type { EngineId } from '../../models/model-methods';
import type { SamplingSettings } from '../../sampling/sample';
import type { LogHeader } from '../../transitions/types';
import type { EndpointName } from '../models/endpoint-settings.svelte';
import type { SetUp } from '../router';
import type { Wanted } from './model-seat.svelte';

/** The program's version in every header. */
const VERSION = '0.1.0';

/**
 * The header of a new walk: everything it takes to run it again.
 * @param endpoint of a model behind a server: where prompts go, without the key, and how many at once
 */
export function newHeader(
  agent: Agent,
  parameters: AgentParameters,
  setUp: SetUp,
  model: ModelInfo,
  endpoint: (EndpointName & { parallel: number }) | null = null,
): LogHeader {
  return {
    equipoise: 1,
    kind: 'log',
    id: crypto.randomUUID(),
    created: new Date().toISOString(),
    experiment: {
      agent: { id: agent.id, parameters, template: agent.template(parameters) },
      model: {
        engine: model.engine,
        id: model.id,
        hashes: model.hashes,
        precision: model.precision,
        adapter: model.adapter,
        format: model.format,
        ...(endpoint && { endpoint: { origin: endpoint.origin, model: endpoint.model } }),
      },
      sampling: {
        temperature: setUp.temperature,
        topP: 1,
        seed: setUp.seed,
        source: setUp.source,
        maxTokens: answerLimit(agent, parameters).maxTokens,
        attempts: setUp.attempts,
        ...(endpoint && { parallel: endpoint.parallel }),
      },
      steering: null,
      version: VERSION,
    },
  };
}

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const Model = {
  id: v.string(),
  hashes: v.optional(v.record(v.string(), v.string())),
  format: v.optional(v.picklist(['plain', 'chat'])),
};

/** What a walk needs of its header to go on; a log of another program may hold less. */
const Continuable = v.object({
  // what an address can hold
  id: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-]{1,64}$/)),
  experiment: v.object({
    agent: v.object({ id: v.string(), parameters: v.record(v.string(), v.unknown()) }),
    model: v.variant('engine', [
      v.object({ engine: v.picklist(['webllm', 'wllama']), ...Model }),
      v.object({
        engine: v.literal('endpoint'),
        ...Model,
        endpoint: v.object({ origin: v.string(), model: v.string() }),
      }),
    ]),
    sampling: v.object({
      temperature: v.pipe(v.number(), v.minValue(0)),
      topP: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      seed: Whole,
      source: v.picklist(['uniform', 'chain']),
      attempts: v.nullable(Whole),
      parallel: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
  }),
});

/** True where this page can show the log as a walk of its own, and go on with it. */
export function canContinue(header: LogHeader): boolean {
  return v.is(Continuable, header) && findAgent(header.experiment.agent.id) !== undefined;
}

/** The agent's parameters of a header, as unchecked text. */
export function texts(header: LogHeader): Record<string, string> {
  const { parameters } = header.experiment.agent;
  return Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, String(v)]));
}

/** What a header says about sampling. */
export function settingsOf(header: LogHeader): SamplingSettings {
  const { agent: named, sampling } = header.experiment;
  const agent = findAgent(named.id)!;
  return {
    agent,
    parameters: readParameters(agent, texts(header)).parameters,
    temperature: sampling.temperature,
    topP: sampling.topP,
    seed: sampling.seed,
    source: sampling.source,
    attempts: sampling.attempts ?? 0,
    ...(sampling.parallel !== undefined && { parallel: sampling.parallel }),
  };
}

/** Every file that both know has the same hash; where both know files, they have one in common. */
export function sameFiles(a: Record<string, string> = {}, b: Record<string, string> = {}): boolean {
  const names = Object.keys(a);
  const common = names.filter((name) => b[name] !== undefined);
  if (common.length === 0) return names.length === 0 || Object.keys(b).length === 0;
  return common.every((name) => b[name] === a[name]);
}

/** The model that a header asks for. */
export function wantedOf(header: LogHeader): Wanted {
  const { engine, id, endpoint, hashes } = header.experiment.model;
  return { id, engine: engine as EngineId, endpoint, hashes };
}

/** True where a loaded model is the one of the header: the same files, asked the same way. */
export function sameModel(header: LogHeader, info: ModelInfo): boolean {
  const { hashes, format } = header.experiment.model;
  return sameFiles(hashes, info.hashes) && (format === undefined || format === info.format);
}
