/** The models a person can choose from: the pocket model and WebLLM's list, joined with what we know of each. */
import type { ModelRecord } from '@mlc-ai/web-llm';
import * as v from 'valibot';
import families from './families.json';
import { POCKET } from './pocket';
import webllm from './webllm-models.json';

/** What a model was trained for; `words` is the pocket model's narrow trade. */
export type Purpose = 'general' | 'code' | 'mathematics' | 'japanese' | 'words';

export interface Licence {
  /** Key of `families.json`. */
  id: string;
  name: string;
  url: string;
}

/** One line of the catalogue; bytes are bytes, not MB. */
export interface CatalogueModel {
  id: string;
  /** Readable, with the number format where a model is listed in several. */
  name: string;
  /** One or two sentences. */
  description: string;
  /** Name shared by the variants of one model. */
  base: string;
  family: string;
  purpose: Purpose;
  /** It may reason at length before it answers: a small limit on tokens cuts its answers off. */
  reasons: boolean;
  parameters: number;
  /** WebLLM's name for the format of the weights. */
  quantisation: string;
  /** Arithmetic on the GPU: f16 needs the WebGPU feature shader-f16. */
  precision: 'f16' | 'f32';
  /** Estimated from parameters and bits until the model's own list of files is read. */
  download: { bytes: number; estimated: boolean };
  /** Graphics memory, by WebLLM's measure; null where nobody measured it. */
  memoryBytes: number | null;
  /** Tokens of prompt and answer together. */
  contextLength: number;
  /** Null: we are not sure; the model's page says. */
  licence: Licence | null;
  /** The page of its weights, which names the original and its licence. */
  page: string | null;
  /** WebGPU features without which it does not start. */
  features: readonly string[];
  /** Its largest tensor as far as that is known, in bytes: one storage buffer has to hold it. */
  bufferBytes: number | null;
  /** WebLLM lists it for devices with little memory, such as phones. */
  lowResource: boolean;
  /** One of the few that the page proposes to begin with: general, and good for its size. */
  proposed: boolean;
  /** WebLLM's own record; null for the pocket model. */
  record: ModelRecord | null;
}

/** Where the weights and the libraries of WebLLM's list lie; nothing else is accepted. */
export const ORIGINS = {
  weights: 'https://huggingface.co',
  libraries: 'https://raw.githubusercontent.com',
} as const;

const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const address = (origin: string) =>
  v.pipe(
    v.string(),
    v.url(),
    v.check((url) => URL.canParse(url) && new URL(url).origin === origin, `not at ${origin}`),
  );

/** WebLLM's `ModelRecord` as far as its list uses it; anything else is refused. */
export const recordSchema = v.strictObject({
  model: address(ORIGINS.weights),
  model_id: v.pipe(v.string(), v.regex(/^[\w.-]{1,96}$/)),
  model_lib: v.pipe(address(ORIGINS.libraries), v.endsWith('.wasm')),
  vram_required_MB: v.pipe(v.number(), v.minValue(1)),
  low_resource_required: v.boolean(),
  required_features: v.exactOptional(v.array(v.string())),
  buffer_size_required_bytes: v.exactOptional(size),
  model_manifest: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w.-]+$/))),
  overrides: v.strictObject({
    context_window_size: size,
    sliding_window_size: v.exactOptional(v.pipe(v.number(), v.integer())),
    max_history_size: v.exactOptional(size),
  }),
});

const listSchema = v.strictObject({
  libraries: v.string(),
  models: v.array(
    v.strictObject({
      base: v.string(),
      quantisation: v.pipe(v.string(), v.regex(/^q[034]f(16|32)(_1)?$/)),
      record: recordSchema,
    }),
  ),
  leftOut: v.array(v.strictObject({ id: v.string(), reason: v.string() })),
});

const familiesSchema = v.strictObject({
  proposed: v.array(v.string()),
  licences: v.record(
    v.string(),
    v.strictObject({ name: v.string(), url: v.pipe(v.string(), v.url()) }),
  ),
  models: v.record(
    v.string(),
    v.strictObject({
      name: v.string(),
      family: v.string(),
      parameters: size,
      /** Tokens in the vocabulary and width of a token's vector, where we are sure. */
      embedding: v.nullable(v.tuple([size, size])),
      licence: v.nullable(v.string()),
      purpose: v.picklist(['general', 'code', 'mathematics', 'japanese']),
      reasons: v.boolean(),
    }),
  ),
});

/**
 * Bits a weight takes: in its own tensor, and of the scales. Groups of 32 weights of 4 bits share one scale
 * of 16 or 32 bits; of 3 bits ten fit into 32 bits, and groups of 40 share a scale.
 */
const BITS: Record<string, { packed: number; scales: number }> = {
  q0f16: { packed: 16, scales: 0 },
  q0f32: { packed: 32, scales: 0 },
  q3f16_1: { packed: 3.2, scales: 16 / 40 },
  q4f16_1: { packed: 4, scales: 16 / 32 },
  q4f32_1: { packed: 4, scales: 32 / 32 },
};

function bitsOf(quantisation: string): { packed: number; scales: number } {
  const bits = BITS[quantisation];
  if (bits === undefined) throw new TypeError(`unknown quantisation ${quantisation}`);
  return bits;
}

/**
 * Bytes of a model's weights with their scales.
 * @param parameters how many weights
 * @param quantisation WebLLM's name of the format
 * @throws TypeError for a format that is not known
 */
export function weightBytes(parameters: number, quantisation: string): number {
  const { packed, scales } = bitsOf(quantisation);
  return Math.round((parameters * (packed + scales)) / 8);
}

/** Bytes of the table of token vectors without its scales: the largest tensor of a model with many tokens. */
export function embeddingBytes(
  [tokens, width]: readonly [number, number],
  quantisation: string,
): number {
  return Math.round((tokens * width * bitsOf(quantisation).packed) / 8);
}

const PURPOSES: Record<Exclude<Purpose, 'words'>, string> = {
  general: 'An instruct model',
  code: 'An instruct model trained for code',
  mathematics: 'An instruct model trained for mathematics',
  japanese: 'An instruct model trained for Japanese',
};

type Listed = v.InferOutput<typeof listSchema>['models'][number];
type Families = v.InferOutput<typeof familiesSchema>;

function readModel({ base, quantisation, record }: Listed, known: Families): CatalogueModel {
  const about = known.models[base];
  if (!about) throw new TypeError(`families.json does not know ${base}`);
  const licence = about.licence === null ? null : known.licences[about.licence];
  if (licence === undefined) throw new TypeError(`families.json has no licence ${about.licence}`);
  const precision = quantisation.includes('f16') ? 'f16' : 'f32';
  const bits = Number(quantisation[1]);
  const weights = bits === 0 ? `unquantised ${precision}` : `${bits}-bit ${precision}`;
  const short = record.model_id.endsWith('-1k') ? ', short context' : '';
  // WebLLM states shader-f16 for some of its f16 libraries only; all of them use it.
  const features = new Set(record.required_features);
  if (precision === 'f16') features.add('shader-f16');
  return {
    id: record.model_id,
    name: `${about.name} (${weights}${short})`,
    description: `${PURPOSES[about.purpose]}.${about.reasons ? ' It may reason at length before it answers, which a small limit on tokens cuts off.' : ''}`,
    base,
    family: about.family,
    purpose: about.purpose,
    reasons: about.reasons,
    parameters: about.parameters,
    quantisation,
    precision,
    download: { bytes: weightBytes(about.parameters, quantisation), estimated: true },
    memoryBytes: Math.round(record.vram_required_MB * 2 ** 20),
    contextLength: record.overrides.context_window_size,
    licence: licence && { id: about.licence!, ...licence },
    page: record.model,
    features: [...features],
    bufferBytes:
      record.buffer_size_required_bytes ??
      (about.embedding && embeddingBytes(about.embedding, quantisation)),
    lowResource: record.low_resource_required,
    proposed: known.proposed.includes(base),
    record,
  };
}

/** The models of WebLLM's list that the page does not offer, each with its reason. */
export function leftOut(): readonly { id: string; reason: string }[] {
  return v.parse(listSchema, webllm).leftOut;
}

let models: readonly CatalogueModel[] | null = null;

/**
 * The whole catalogue, the pocket model first, then in WebLLM's order. Read once and checked.
 * @throws where the data is not what WebLLM's records are, or a model is unknown to `families.json`
 */
export function readCatalogue(): readonly CatalogueModel[] {
  if (models === null) {
    const known = v.parse(familiesSchema, families);
    const listed = v.parse(listSchema, webllm).models;
    models = [POCKET, ...listed.map((entry) => readModel(entry, known))];
  }
  return models;
}

/** The model of an id, or null. */
export function findModel(id: string): CatalogueModel | null {
  return readCatalogue().find((model) => model.id === id) ?? null;
}
