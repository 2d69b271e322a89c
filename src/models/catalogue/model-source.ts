/** Where the files of a model are: from its id to what an engine needs. */
import type { ModelSource } from '../language-model';

/** The card of the pocket model as far as loading needs it. */
interface Card {
  /** By path inside the model's folder. */
  files: Record<string, { sha256: string }>;
}

async function pocketSource(base: string): Promise<ModelSource> {
  const folder = new URL('models/pocket/', base);
  const response = await fetch(new URL('card.json', folder));
  if (!response.ok) throw new TypeError(`the model's card: the server answered ${response.status}`);
  const card = (await response.json()) as Card;
  return {
    id: 'pocket',
    format: 'plain',
    webllm: {
      model: new URL('webllm/resolve/main/', folder).href,
      library: new URL('webllm/pocket-webgpu.wasm', folder).href,
    },
    gguf: { url: new URL('gguf/pocket-f16.gguf', folder).href },
    hashes: Object.fromEntries(Object.entries(card.files).map(([path, f]) => [path, f.sha256])),
  };
}

/**
 * What an engine needs to load a model.
 * @param id of the catalogue
 * @param base absolute address of the page's folder, with a slash at its end
 * @throws TypeError where there is no such model, or the pocket model's card cannot be read
 */
export async function modelSource(id: string, base: string): Promise<ModelSource> {
  if (id === 'pocket') return pocketSource(base);
  // The catalogue is fetched only where a model of it is asked for.
  const { findModel } = await import('./catalogue');
  const model = findModel(id);
  if (!model?.record) throw new TypeError(`there is no model ${id}`);
  const { record } = model;
  return {
    id,
    format: 'chat',
    webllm: {
      model: `${record.model}/resolve/main/`,
      library: record.model_lib,
      overrides: { ...record.overrides },
      features: model.features,
      ...(record.model_manifest !== undefined && { manifest: record.model_manifest }),
    },
    hashes: {},
  };
}
