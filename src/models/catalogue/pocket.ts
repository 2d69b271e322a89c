/** The pocket model's line in the catalogue: small enough for the first load, which needs no other. */
import type { CatalogueModel } from './catalogue';

export const POCKET: CatalogueModel = {
  id: 'pocket',
  name: 'Pocket model',
  description:
    'A very small model for demonstrations (1.5 million parameters), trained on word associations, dictionary glosses, running text and spelling. It ships with this page.',
  base: 'pocket',
  family: 'Equipoise',
  purpose: 'words',
  reasons: false,
  parameters: 1_516_960,
  quantisation: 'q0f32',
  precision: 'f32',
  download: { bytes: 9_293_295, estimated: false },
  memoryBytes: null,
  contextLength: 256,
  licence: { id: 'mit', name: 'MIT', url: 'https://opensource.org/license/mit' },
  page: null,
  features: [],
  bufferBytes: null,
  lowResource: true,
  proposed: false,
  record: null,
};
