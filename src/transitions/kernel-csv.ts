/** An exact kernel as CSV, `from,to,probability`, both ways (formats, section 2). */
import { edgeRows } from './counts-csv';
import { countRows, printEdgeTable, readEdgeTable } from './edge-table';
import { fault } from './fault';
import type { CountGraph, Outcome } from './types';

const column = {
  name: 'probability',
  read: (text: string) => {
    const value = /^[-+.\deE]+$/.test(text) ? Number(text) : NaN;
    return value >= 0 && value <= 1 ? value : null;
  },
  expected: 'a number from 0 to 1',
};

/** A row may exceed 1 by this: probabilities are printed rounded. */
const rounding = 1e-6;

/**
 * Reads a kernel: chances T_fg of one step. `to` empty: the chance of a rejection; `to` equal to
 * `from`: of staying; what a row lacks to 1 was not followed and counts as staying. The same pair
 * twice adds up. Fault codes: `csv-header`, `csv-row`, `csv-empty`.
 */
export function parseKernelCsv(text: string): Outcome<CountGraph> {
  const rows = readEdgeTable(text, column);
  if (!rows.ok) return rows;
  const graph = countRows(rows.value).snapshot();
  const over = graph.attempts.findIndex((total) => total > 1 + rounding);
  if (over >= 0)
    return fault(
      'csv-row',
      `The probabilities from ${JSON.stringify(graph.names[over]!.slice(0, 40))} add up to ${graph.attempts[over]!}: expected at most 1.`,
    );
  return { ok: true, value: asExactKernel(graph) };
}

/** A graph whose values are chances of one step from each state that has any. */
export function asExactKernel(graph: CountGraph): CountGraph {
  return { ...graph, exact: true, attempts: graph.attempts.map((total) => (total > 0 ? 1 : 0)) };
}

/** The table of an exact kernel; `parseKernelCsv` reads it back. */
export function kernelCsv(graph: CountGraph): string {
  return printEdgeTable(column.name, edgeRows(graph));
}
