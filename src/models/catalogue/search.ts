/** Searching the catalogue: by words, by what runs here, by size, arithmetic and licence. */
import type { CatalogueModel, Licence } from './catalogue';
import { fits, type Fit } from './fit';
import type { Machine } from './machine';

/** A model and whether it runs on the machine in question. */
export interface FittedModel {
  model: CatalogueModel;
  fit: Fit;
}

export interface CatalogueFilters {
  /** Only models that run here. */
  runsHere?: boolean;
  /** Bytes to download at most. */
  maxDownload?: number | null;
  precision?: CatalogueModel['precision'] | null;
  /** An id of a licence, or `unknown`. */
  licence?: string | null;
  /** `listed`: in WebLLM's order, the pocket model first. */
  sort?: 'listed' | 'name' | 'download' | 'memory' | 'parameters';
}

/** Every model with its fit: computed once a machine, then searched as often as a person types. */
export function fitCatalogue(
  catalogue: readonly CatalogueModel[],
  machine: Machine,
): readonly FittedModel[] {
  return catalogue.map((model) => ({ model, fit: fits(model, machine, catalogue) }));
}

/** Letters and digits alone, so that `llama 3.2`, `Llama-3.2` and `LLAMA3.2` are one. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}.]+/gu, '');
}

const ORDERS: Record<
  NonNullable<CatalogueFilters['sort']>,
  (a: CatalogueModel, b: CatalogueModel) => number
> = {
  listed: () => 0,
  name: (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }),
  download: (a, b) => a.download.bytes - b.download.bytes,
  memory: (a, b) => (a.memoryBytes ?? 0) - (b.memoryBytes ?? 0),
  parameters: (a, b) => a.parameters - b.parameters,
};

/**
 * The models that match, in the order asked for; equal ones stay in the catalogue's order.
 * @param text every word of it must occur in a model's name, id, family, purpose or licence
 */
export function searchCatalogue(
  models: readonly FittedModel[],
  text: string,
  filters: CatalogueFilters = {},
): FittedModel[] {
  const words = text.split(/\s+/).map(plain).filter(Boolean);
  const { maxDownload = null, precision = null, licence = null } = filters;
  const order = ORDERS[filters.sort ?? 'listed'];
  return models
    .filter(({ model, fit }) => {
      if (filters.runsHere && !fit.runs) return false;
      if (maxDownload !== null && model.download.bytes > maxDownload) return false;
      if (precision !== null && model.precision !== precision) return false;
      if (licence !== null && (model.licence?.id ?? 'unknown') !== licence) return false;
      const { name, id, family, purpose } = model;
      const fields = [name, id, family, purpose, model.licence?.name ?? ''].map(plain);
      return words.every((word) => fields.some((field) => field.includes(word)));
    })
    .sort((a, b) => order(a.model, b.model));
}

/** The licences that occur, each once, by name: what a filter offers. */
export function licencesOf(models: readonly FittedModel[]): Licence[] {
  const found = new Map<string, Licence>();
  for (const { licence } of models.map(({ model }) => model))
    if (licence) found.set(licence.id, licence);
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
