/** A table of three columns, from, to and a number, as CSV (RFC 4180): what counts and kernels share. */
import Papa from 'papaparse';
import { fault } from './fault';
import type { Outcome } from './types';

export interface EdgeRow {
  /** Line of the file where the row starts, from 1. */
  line: number;
  from: string;
  /** Empty: a rejection. */
  to: string;
  value: number;
}

export interface EdgeColumn {
  /** Name of the third column. */
  name: string;
  /** The number of a cell, or null where the text is none. */
  read(text: string): number | null;
  /** What `read` takes, for the sentence of a fault. */
  expected: string;
}

/** Reads the rows. Fault codes: `csv-header`, `csv-row`, `csv-empty`. */
export function readEdgeTable(text: string, column: EdgeColumn): Outcome<EdgeRow[]> {
  const read = readTable(text, column);
  // Lines ended in both ways, as by hand-edited files: the parser takes one way only.
  if (read.ok || !text.includes('\r\n') || !/[^\r]\n/.test(text)) return read;
  return readTable(text.replaceAll('\r\n', '\n'), column);
}

function readTable(text: string, column: EdgeColumn): Outcome<EdgeRow[]> {
  const header = ['from', 'to', column.name];
  const parsed = Papa.parse<string[]>(text, { delimiter: ',' });
  const rows = parsed.data;
  const quotes = parsed.errors.find((error) => error.type === 'Quotes');
  if (quotes)
    return fault(
      'csv-row',
      `Line ${lineOf(rows, quotes.row ?? 0)}: a quotation mark is misplaced.`,
    );
  const first = rows[0]?.map((cell) => cell.trim());
  if (first?.length !== 3 || first.some((cell, at) => cell !== header[at]))
    return fault('csv-header', `Line 1: expected the header ${header.join()}.`);
  const found: EdgeRow[] = [];
  let line = 1;
  for (let at = 1; at < rows.length; at++) {
    line += linesOf(rows[at - 1]!);
    const row = rows[at]!;
    if (row.length === 1 && row[0]!.trim() === '') continue;
    const where = `Line ${line}`;
    if (row.length !== 3)
      return fault(
        'csv-row',
        `${where}: expected 3 columns, ${header.join()}, found ${row.length}.`,
      );
    const [from, to, cell] = row as [string, string, string];
    if (from === '')
      return fault('csv-row', `${where}, column 1: expected the name of a state, found nothing.`);
    const value = column.read(cell.trim());
    if (value === null)
      return fault(
        'csv-row',
        `${where}, column 3: expected ${column.expected}, found ${quoted(cell)}.`,
      );
    found.push({ line, from, to, value });
  }
  if (found.length === 0)
    return fault('csv-empty', 'Line 2: expected at least one row after the header.');
  return { ok: true, value: found };
}

/** Lines that a row takes up in the file: a quoted cell may hold line breaks. */
function linesOf(row: string[]): number {
  let lines = 1;
  for (const cell of row) lines += cell.split('\n').length - 1;
  return lines;
}

function lineOf(rows: string[][], at: number): number {
  let line = 1;
  for (let before = 0; before < at && before < rows.length; before++)
    line += linesOf(rows[before]!);
  return line;
}

/** At most 40 characters of what was found, in quotation marks. */
function quoted(found: string): string {
  return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
}

/** The table's text, lines ended by \n. */
export function printEdgeTable(
  name: string,
  rows: readonly (readonly [from: string, to: string, value: number])[],
): string {
  const table: (string | number)[][] = [['from', 'to', name], ...rows.map((row) => [...row])];
  return Papa.unparse(table, { newline: '\n' }) + '\n';
}
