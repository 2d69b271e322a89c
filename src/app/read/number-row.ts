/** One number of the page's table: its name, its value, its meaning in one line, its page. */

export interface NumberRow {
  name: string;
  value: string;
  meaning: string;
  /** The page of docs/quantities that explains it. */
  help: string;
}

export interface NumberGroup {
  title: string;
  rows: NumberRow[];
}

/** A number, or that there is none and the reason why. */
export function shown(
  value: number | null | undefined,
  show: (value: number) => string,
  why: string | undefined,
): string {
  if (value !== null && value !== undefined) return show(value);
  return why ? `none: ${why}` : 'none';
}
