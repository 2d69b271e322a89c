/** Rows of a comma-separated table (RFC 4180) with the lines where they start: what its readers share. */
import Papa from 'papaparse';
import { fault } from './fault';
import type { Outcome } from './types';

export interface CsvRow {
  /** Line of the file where the row starts, from 1. */
  line: number;
  cells: string[];
}

/**
 * What `read` makes of the rows; the first is the header, blank ones after it are left out. Fault codes:
 * `csv-row` for a misplaced quotation mark, and those of `read`.
 */
export function readCsv<T>(text: string, read: (rows: CsvRow[]) => Outcome<T>): Outcome<T> {
  const found = readOnce(text, read);
  // Lines ended in both ways, as by hand-edited files: the parser takes one way only.
  if (found.ok || !text.includes('\r\n') || !/[^\r]\n/.test(text)) return found;
  return readOnce(text.replaceAll('\r\n', '\n'), read);
}

function readOnce<T>(text: string, read: (rows: CsvRow[]) => Outcome<T>): Outcome<T> {
  const parsed = Papa.parse<string[]>(text, { delimiter: ',' });
  const rows: CsvRow[] = [];
  let line = 1;
  for (const cells of parsed.data) {
    rows.push({ line, cells });
    line += linesOf(cells);
  }
  const quotes = parsed.errors.find((error) => error.type === 'Quotes');
  if (quotes) {
    const at = rows[Math.min(quotes.row ?? 0, rows.length - 1)]?.line ?? 1;
    return fault('csv-row', `Line ${at}: a quotation mark is misplaced.`);
  }
  return read(rows.filter(({ cells }, at) => at === 0 || cells.length > 1 || cells[0]!.trim()));
}

/** Lines that a row takes up in the file: a quoted cell may hold line breaks. */
function linesOf(cells: string[]): number {
  let lines = 1;
  for (const cell of cells) lines += cell.split('\n').length - 1;
  return lines;
}

/** At most 40 characters of what was found, in quotation marks. */
export function quoted(found: string): string {
  return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
}
