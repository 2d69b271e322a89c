/** A table of three columns, from, to and a number, as CSV (RFC 4180): what counts and kernels share. */
import Papa from 'papaparse';
import { Counter } from './count';
import { quoted, readCsv, type CsvRow } from './csv-rows';
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
  return readCsv(text, (rows) => edgeRows(rows, column));
}

function edgeRows([first, ...rows]: CsvRow[], column: EdgeColumn): Outcome<EdgeRow[]> {
  const header = ['from', 'to', column.name];
  if (first?.cells.length !== 3 || first.cells.some((cell, at) => cell.trim() !== header[at]))
    return fault('csv-header', `Line 1: expected the header ${header.join()}.`);
  const found: EdgeRow[] = [];
  for (const { line, cells } of rows) {
    const where = `Line ${line}`;
    if (cells.length !== 3)
      return fault(
        'csv-row',
        `${where}: expected 3 columns, ${header.join()}, found ${cells.length}.`,
      );
    const [from, to, cell] = cells as [string, string, string];
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

/** Adds up rows: `to` empty is a rejection, `to` equal to `from` staying, the same pair twice a sum. */
export function countRows(rows: readonly EdgeRow[]): Counter {
  const counter = new Counter();
  for (const { from, to, value } of rows) {
    if (to === '') counter.addRejections(from, 'invalid', value);
    else counter.addTransitions(from, to, value);
  }
  return counter;
}

/** The table's text, lines ended by \n. */
export function printEdgeTable(
  name: string,
  rows: readonly (readonly [from: string, to: string, value: number])[],
): string {
  const table: (string | number)[][] = [['from', 'to', name], ...rows.map((row) => [...row])];
  return Papa.unparse(table, { newline: '\n' }) + '\n';
}
