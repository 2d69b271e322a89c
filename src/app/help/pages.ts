/** The pages on quantities, docs/quantities/*.md: each a component, made from Markdown by the build. */
import type { Component } from 'svelte';

const PAGES = import.meta.glob<{ default: Component }>('../../../docs/quantities/*.md');

/** The page of an id, or null where there is none; `index` is the list of all. */
export async function loadPage(id: string): Promise<Component | null> {
  const file = id === 'index' ? 'README' : id;
  const load = PAGES[`../../../docs/quantities/${file}.md`];
  return load ? (await load()).default : null;
}
