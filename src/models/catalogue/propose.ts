/** The model to begin with on a machine, and why. */
import { bytesInWords } from '../files/storage';
import type { CatalogueModel } from './catalogue';
import { fits } from './fit';
import type { Graphics, Machine } from './machine';
import { POCKET } from './pocket';

export interface Proposal {
  model: CatalogueModel;
  /** One sentence. */
  reason: string;
}

/** Adapters with much memory allow single buffers of this size (browsers say a little less than 2 GiB). */
const LARGE_BUFFER = 2 ** 31 - 2 ** 16;

/**
 * Graphics memory that we dare to fill unasked, in bytes, and what that was read from. A walk asks
 * thousands of times, so speed counts more than size even where there is room.
 */
function budget({ deviceMemory }: Machine, { limits }: Graphics): { bytes: number; on: string } {
  if (deviceMemory !== null && deviceMemory < 8)
    return {
      bytes: deviceMemory * 2e8,
      on: `a device with about ${deviceMemory} GB of memory in all`,
    };
  if (limits.maxBufferSize >= LARGE_BUFFER && limits.maxStorageBufferBindingSize >= LARGE_BUFFER)
    return { bytes: 2.5e9, on: 'a graphics adapter that allows very large buffers' };
  return { bytes: 1.25e9, on: 'a machine that does not tell how much there is' };
}

/**
 * The best fit: of the models that `families.json` proposes the one with most parameters inside a modest
 * budget of memory, and of its variants the one that needs least; the pocket model where no other can
 * be expected to run well.
 */
export function proposeModel(machine: Machine, catalogue: readonly CatalogueModel[]): Proposal {
  const { graphics } = machine;
  if ('missing' in graphics)
    return {
      model: POCKET,
      reason: `${graphics.missing.replace(/\.$/, '')}; the pocket model also runs on the CPU, through WebAssembly.`,
    };
  if (graphics.software)
    return {
      model: POCKET,
      reason:
        'The graphics adapter is software, on which any larger model takes many seconds a token.',
    };
  const { bytes, on } = budget(machine, graphics);
  const [best] = catalogue
    .filter(({ proposed, memoryBytes }) => proposed && memoryBytes !== null && memoryBytes <= bytes)
    .filter((model) => fits(model, machine, catalogue).runs)
    .sort((a, b) => b.parameters - a.parameters || a.memoryBytes! - b.memoryBytes!);
  if (!best)
    return {
      model: POCKET,
      reason: 'No larger model can be expected to run well on this machine.',
    };
  return {
    model: best,
    reason: `A general instruct model whose ${bytesInWords(best.memoryBytes!)} of graphics memory ask little of ${on}.`,
  };
}
