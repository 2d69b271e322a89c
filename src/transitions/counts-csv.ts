/** Counts as CSV, `from,to,count`, both ways (formats, section 2). */
import Papa from 'papaparse';
import { Counter } from './count';
import { fault } from './fault';
import type { CountGraph, Outcome } from './types';

const header = ['from', 'to', 'count'];

/**
 * Reads a counts table. `to` empty: rejected attempts; `to` equal to `from`: self-transitions; the
 * same pair twice adds up. Fault codes: `csv-header`, `csv-row`, `csv-empty`.
 */
export function parseCountsCsv(text: string): Outcome<CountGraph> {
  const read = readTable(text);
  // Lines ended in both ways, as by hand-edited files: the parser takes one way only.
  if (read.ok || !text.includes('\r\n') || !/[^\r]\n/.test(text)) return read;
  return readTable(text.replaceAll('\r\n', '\n'));
}

function readTable(text: string): Outcome<CountGraph> {
  const parsed = Papa.parse<string[]>(text, { delimiter: ',' });
  const rows = parsed.data;
  const quotes = parsed.errors.find((error) => error.type === 'Quotes');
  if (quotes)
    return fault(
      'csv-row',
      `Line ${lineOf(rows, quotes.row ?? 0)}: a quotation mark is misplaced.`,
    );
  const first = rows[0]?.map((cell) => cell.trim());
  if (first?.length !== 3 || first.some((cell, column) => cell !== header[column]))
    return fault('csv-header', 'Line 1: expected the header from,to,count.');
  const counter = new Counter();
  let line = 1;
  let read = 0;
  for (let at = 1; at < rows.length; at++) {
    line += linesOf(rows[at - 1]!);
    const row = rows[at]!;
    if (row.length === 1 && row[0]!.trim() === '') continue;
    read++;
    const where = `Line ${line}`;
    if (row.length !== 3)
      return fault('csv-row', `${where}: expected 3 columns, from,to,count, found ${row.length}.`);
    const [from, to, count] = row as [string, string, string];
    if (from === '')
      return fault('csv-row', `${where}, column 1: expected the name of a state, found nothing.`);
    if (!/^\s*\d{1,15}\s*$/.test(count))
      return fault(
        'csv-row',
        `${where}, column 3: expected a whole number >= 0, found ${quoted(count)}.`,
      );
    if (to === '') counter.addRejections(from, 'invalid', Number(count));
    else counter.addTransitions(from, to, Number(count));
  }
  if (read === 0)
    return fault('csv-empty', 'Line 2: expected at least one row of counts after the header.');
  if (!(counter.attempts <= Number.MAX_SAFE_INTEGER))
    return fault('csv-row', 'Column 3: the counts add up to more than 2^53.');
  return { ok: true, value: counter.snapshot() };
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

/** The table of a count graph: transitions, self-transitions and rejections, state by state. */
export function countsCsv(graph: CountGraph): string {
  const rows: (string | number)[][] = [header];
  graph.names.forEach((from, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      rows.push([from, graph.names[graph.target[k]!]!, graph.count[k]!]);
    if (graph.selfTransitions[f]! > 0) rows.push([from, from, graph.selfTransitions[f]!]);
    if (graph.rejected[f]! > 0) rows.push([from, '', graph.rejected[f]!]);
  });
  return Papa.unparse(rows, { newline: '\n' }) + '\n';
}
