/** Every file of a WebLLM model, checked and at hand, before WebLLM begins. */
import { fault } from '../fault';
import { Gathering, type GatherOptions } from '../files/gathering';
import type { ModelOutcome, ModelSource } from '../language-model';
import { readConfig, readShards, tokenizerFile, type ChatConfig } from './chat-config';

export interface WebLLMFiles {
  config: ChatConfig;
  /** By path in the model's folder. */
  folder: Map<string, Blob>;
  library: Blob;
  /** SHA-256 by file name. */
  hashes: Record<string, string>;
}

/**
 * Gathers configuration, weights, tokenizer and library.
 * @param source its `webllm` has absolute addresses, `model` with a slash at its end
 * @param suits asked once the configuration is here, before anything large is fetched
 * @returns faults of `obtainInStore`; `load-failed` where the folder is no model for WebLLM
 */
export async function gatherWebLLM(
  source: ModelSource,
  options: GatherOptions,
  suits: (config: ChatConfig) => ModelOutcome<null> = () => ({ ok: true, value: null }),
): Promise<ModelOutcome<WebLLMFiles>> {
  const { model, library, manifest } = source.webllm!;
  const at = (path: string) => new URL(path, model).href;
  const begun = await Gathering.begin(source, 'webllm', options);
  if (!begun.ok) return begun;
  const gathering = begun.value;

  const configFile = await gathering.file({ url: at('mlc-chat-config.json'), kind: 'json' });
  if (!configFile.ok) return configFile;
  const config = readConfig(await configFile.value.text());
  if (!config) return fault('load-failed', 'mlc-chat-config.json is not a chat configuration');
  const tokenizer = tokenizerFile(config);
  if (!tokenizer) return fault('load-failed', 'the model has no tokenizer that WebLLM can use');
  const suited = suits(config);
  if (!suited.ok) return suited;

  const index = await gathering.file({ url: at('tensor-cache.json'), kind: 'json' });
  if (!index.ok) return index;
  const shards = readShards(await index.value.text());
  if (!shards) return fault('load-failed', 'tensor-cache.json does not list the weights');
  const weights = shards.map(({ path, ...shard }) => ({
    ...{ url: at(path), kind: 'weights' as const },
    ...shard,
  }));
  const kind = tokenizer.endsWith('.json') ? ('json' as const) : ('weights' as const);
  const rest = [
    { url: library, kind: 'library' as const },
    { url: at(tokenizer), kind },
    ...(manifest === undefined ? [] : [{ url: at(manifest), kind: 'json' as const }]),
    ...weights,
  ];
  const expected = await gathering.expect(rest);
  if (!expected.ok) return expected;
  const all = await gathering.all(rest);
  if (!all.ok) return all;
  await gathering.finish();

  const names = ['mlc-chat-config.json', 'tensor-cache.json', tokenizer, manifest ?? []].flat();
  const folder = new Map(
    [...names, ...shards.map(({ path }) => path)].map((path) => [
      path,
      gathering.files.get(at(path))!,
    ]),
  );
  const libraryFile = gathering.files.get(library)!;
  return { ok: true, value: { config, folder, library: libraryFile, hashes: gathering.hashes } };
}
