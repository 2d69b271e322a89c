/** Reads the page's design tokens into a chart theme, and tells when they change. */
import { type ChartTheme, themeFrom } from '../../charts/theme';

/** Stands in for a token that is missing: a canvas takes no empty colour. */
const MISSING = '#808080';

/** The theme in force at an element. */
export function themeAt(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  return themeFrom((name) => style.getPropertyValue(name).trim() || MISSING);
}

/** The light theme, whatever the page shows: for paper and for exported pictures. */
export function lightTheme(): ChartTheme {
  const probe = document.createElement('span');
  probe.dataset['theme'] = 'light';
  probe.hidden = true;
  document.body.append(probe);
  const theme = { ...themeAt(probe), paper: '#ffffff' };
  probe.remove();
  return theme;
}

/** Calls `onchange` when the system or the person changes between light and dark. Returns the way to stop. */
export function watchTheme(onchange: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(onchange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  dark.addEventListener('change', onchange);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', onchange);
  };
}

/** Calls `before` when the page is about to be printed and `after` when it is on screen again. */
export function watchPrint(before: () => void, after: () => void): () => void {
  addEventListener('beforeprint', before);
  addEventListener('afterprint', after);
  return () => {
    removeEventListener('beforeprint', before);
    removeEventListener('afterprint', after);
  };
}

/** True where the person asked for less motion. */
export function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
