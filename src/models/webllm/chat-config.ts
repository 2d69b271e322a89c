/** The files of a WebLLM model that say what it is: its chat configuration and the list of its weights. */
import * as v from 'valibot';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What is read of `mlc-chat-config.json`; the rest is WebLLM's own business. */
const Config = v.looseObject({
  vocab_size: Whole,
  context_window_size: v.number(),
  quantization: v.optional(v.string()),
  tokenizer_files: v.array(v.string()),
  eos_token_id: v.optional(v.union([v.number(), v.array(v.number())])),
  // older models name a template instead of writing it down
  conv_template: v.optional(
    v.fallback(
      v.nullable(
        v.looseObject({
          name: v.optional(v.nullable(v.string())),
          stop_token_ids: v.optional(v.array(v.number())),
        }),
      ),
      null,
    ),
  ),
});

const Index = v.object({
  records: v.pipe(
    v.array(
      v.object({
        dataPath: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
        nbytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
        md5sum: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{32}$/))),
      }),
    ),
    v.minLength(1),
  ),
});

export type ChatConfig = v.InferOutput<typeof Config>;

/** One file of weights. */
export interface Shard {
  path: string;
  bytes: number;
  md5?: string;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string): T | null {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** Reads `mlc-chat-config.json`; null where it is not such a file. */
export function readConfig(text: string): ChatConfig | null {
  return parse(Config, text);
}

/** The shards that `tensor-cache.json` names; null where it is not such a file. */
export function readShards(text: string): Shard[] | null {
  const index = parse(Index, text);
  if (!index) return null;
  return index.records.map(({ dataPath: path, nbytes: bytes, md5sum }) => ({
    ...{ path, bytes },
    ...(md5sum !== undefined && { md5: md5sum.toLowerCase() }),
  }));
}

/** The tokenizer file that WebLLM takes of those a model names; null where it takes none of them. */
export function tokenizerFile(config: ChatConfig): string | null {
  const names = ['tokenizer.json', 'tokenizer.model'];
  return names.find((name) => config.tokenizer_files.includes(name)) ?? null;
}

/** The weights or the arithmetic are 16-bit floats, so the adapter has to have them. */
export function needsF16(config: ChatConfig): boolean {
  return /f16/.test(config.quantization ?? '');
}
