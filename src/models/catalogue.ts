/** The models a person can choose from: for now the pocket model, which ships with the page. */
import type { ModelSource } from './language-model';

export interface CatalogueEntry {
  id: string;
  name: string;
  description: string;
}

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    id: 'pocket',
    name: 'Pocket model',
    description:
      'A very small model for demonstrations (1.5 million parameters), trained on word associations, dictionary glosses, running text and spelling. It ships with this page.',
  },
];

/** The card of the pocket model as far as loading needs it. */
interface Card {
  /** By path inside the model's folder. */
  files: Record<string, { sha256: string }>;
}

/**
 * Where the files of a model are.
 * @param id an id of `CATALOGUE`
 * @param base absolute address of the page's folder, with a slash at its end
 * @throws TypeError where the card cannot be fetched or read
 */
export async function modelSource(id: string, base: string): Promise<ModelSource> {
  if (id !== 'pocket') throw new TypeError(`there is no model ${id}`);
  const folder = new URL('models/pocket/', base);
  const response = await fetch(new URL('card.json', folder));
  if (!response.ok) throw new TypeError(`the model's card: the server answered ${response.status}`);
  const card = (await response.json()) as Card;
  return {
    id,
    format: 'plain',
    webllm: {
      model: new URL('webllm/resolve/main/', folder).href,
      library: new URL('webllm/pocket-webgpu.wasm', folder).href,
    },
    gguf: { url: new URL('gguf/pocket-f16.gguf', folder).href },
    hashes: Object.fromEntries(Object.entries(card.files).map(([path, f]) => [path, f.sha256])),
  };
}
