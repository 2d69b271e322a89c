/** The laboratory, handed down by typed context. */
import { getContext, setContext } from 'svelte';
import type { Laboratory } from './laboratory.svelte';

const KEY = Symbol('laboratory');

export function provideLaboratory(laboratory: Laboratory): Laboratory {
  return setContext(KEY, laboratory);
}

/** @throws Error outside `App` */
export function useLaboratory(): Laboratory {
  const laboratory = getContext<Laboratory | undefined>(KEY);
  if (!laboratory) throw new Error('useLaboratory() is called outside App.svelte');
  return laboratory;
}
