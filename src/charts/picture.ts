/** What every chart function returns: something to draw, the same in a table, the same in a sentence. */
import type { ChartConfiguration } from 'chart.js';

export type Cell = string | number | null;

export interface Column {
  title: string;
  /** How numbers of this column are shown; the export keeps full precision. */
  show?: (value: number) => string;
}

export interface Table {
  columns: Column[];
  rows: Cell[][];
}

export interface Picture {
  configuration: ChartConfiguration;
  table: Table;
  /** One or two sentences: the text alternative. */
  summary: string;
  /** The table row at a place of the chart, in the units of its axes; null where there is nothing. */
  rowAt?: (x: number, y: number) => number | null;
  /** The table row of a drawn element. */
  rowOf?: (datasetIndex: number, index: number) => number | null;
  /** The drawn element of a table row, to mark it. */
  elementOf?: (row: number) => { datasetIndex: number; index: number } | null;
}

/** A cell as text. */
export function cellText(value: Cell, column: Column): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return column.show ? column.show(value) : String(value);
}

/** A table as CSV (RFC 4180): full precision; a text that a spreadsheet would run is made harmless. */
export function tableCsv(table: Table): string {
  const quote = (value: Cell): string => {
    if (value === null) return '';
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [table.columns.map((c) => quote(c.title)), ...table.rows.map((r) => r.map(quote))];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

/** A table row as one spoken line. */
export function rowText(table: Table, row: number): string {
  const cells = table.rows[row];
  if (!cells) return '';
  return table.columns
    .map((column, i) => `${column.title} ${cellText(cells[i]!, column)}`)
    .join('; ');
}
