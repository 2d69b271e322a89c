/** Named numbers of the states as CSV, `state,NAME1,NAME2,...` (formats, section 2). */
import { quoted, readCsv, type CsvRow } from './csv-rows';
import { fault } from './fault';
import type { Outcome } from './types';

/** Features of states by name, in any order, of some states or all. */
export interface FeatureTable {
  /** Names of the features, all different. */
  names: string[];
  /** Names of the states, all different. */
  states: string[];
  /** states.length x names.length finite numbers, state by state, in any units. */
  values: Float64Array;
}

/** A fit on more features than this says nothing that a person could read. */
const most = 100;

/** Reads a features table. Fault codes: `csv-header`, `csv-row`, `csv-empty`. */
export function parseFeaturesCsv(text: string): Outcome<FeatureTable> {
  return readCsv(text.startsWith('\ufeff') ? text.slice(1) : text, featureRows);
}

function featureRows([first, ...rows]: CsvRow[]): Outcome<FeatureTable> {
  const header = first?.cells.map((cell) => cell.trim()) ?? [];
  if (header[0] !== 'state' || header.length < 2)
    return fault('csv-header', 'Line 1: expected the header state,NAME1,NAME2,...');
  if (header.length - 1 > most)
    return fault(
      'csv-header',
      `Line 1: expected at most ${most} features, found ${header.length - 1}.`,
    );
  for (const [at, name] of header.entries()) {
    if (name === '')
      return fault(
        'csv-header',
        `Line 1, column ${at + 1}: expected the name of a feature, found nothing.`,
      );
    if (header.indexOf(name) < at)
      return fault(
        'csv-header',
        `Line 1, column ${at + 1}: expected a name that no other column has, found ${quoted(name)}.`,
      );
  }
  const seen = new Map<string, number>();
  const values: number[] = [];
  for (const { line, cells } of rows) {
    const where = `Line ${line}`;
    if (cells.length !== header.length)
      return fault(
        'csv-row',
        `${where}: expected ${header.length} columns, found ${cells.length}.`,
      );
    const [state, ...numbers] = cells as [string, ...string[]];
    if (state === '')
      return fault('csv-row', `${where}, column 1: expected the name of a state, found nothing.`);
    const before = seen.get(state);
    if (before !== undefined)
      return fault(
        'csv-row',
        `${where}, column 1: expected one row a state, found ${quoted(state)} again (line ${before}).`,
      );
    seen.set(state, line);
    for (const [at, cell] of numbers.entries()) {
      const value = numberOf(cell.trim());
      if (value === null)
        return fault(
          'csv-row',
          `${where}, column ${at + 2}: expected a finite number, found ${cell.trim() === '' ? 'nothing' : quoted(cell)}.`,
        );
      values.push(value);
    }
  }
  if (seen.size === 0)
    return fault('csv-empty', 'Line 2: expected at least one row after the header.');
  return {
    ok: true,
    value: {
      names: header.slice(1),
      states: [...seen.keys()],
      values: Float64Array.from(values),
    },
  };
}

/** A decimal number, with an exponent or without; null for anything else. */
function numberOf(text: string): number | null {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
