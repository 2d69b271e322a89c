/** Counts as CSV, `from,to,count`, both ways (formats, section 2). */
import { countRows, printEdgeTable, readEdgeTable } from './edge-table';
import { fault } from './fault';
import type { CountGraph, Outcome } from './types';

const column = {
  name: 'count',
  read: (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : null),
  expected: 'a whole number >= 0',
};

/**
 * Reads a counts table. `to` empty: rejected attempts; `to` equal to `from`: self-transitions; the
 * same pair twice adds up. Fault codes: `csv-header`, `csv-row`, `csv-empty`.
 */
export function parseCountsCsv(text: string): Outcome<CountGraph> {
  const rows = readEdgeTable(text, column);
  if (!rows.ok) return rows;
  const counter = countRows(rows.value);
  if (!(counter.attempts <= Number.MAX_SAFE_INTEGER))
    return fault('csv-row', 'Column 3: the counts add up to more than 2^53.');
  return { ok: true, value: counter.snapshot() };
}

/** The table of a count graph: transitions, self-transitions and rejections, state by state. */
export function countsCsv(graph: CountGraph): string {
  return printEdgeTable(column.name, edgeRows(graph));
}

/** One row an edge, then the state's staying and its rejections where there are any. */
export function edgeRows(graph: CountGraph): [string, string, number][] {
  const rows: [string, string, number][] = [];
  graph.names.forEach((from, f) => {
    for (let k = graph.rowStart[f]!; k < graph.rowStart[f + 1]!; k++)
      rows.push([from, graph.names[graph.target[k]!]!, graph.count[k]!]);
    if (graph.selfTransitions[f]! > 0) rows.push([from, from, graph.selfTransitions[f]!]);
    if (graph.rejected[f]! > 0) rows.push([from, '', graph.rejected[f]!]);
  });
  return rows;
}
