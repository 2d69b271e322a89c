/** Tables of counts of every kind, for properties: nothing, one state, islands, one-way, chains, dense. */
import fc from 'fast-check';
import type { Edge } from './graphs';

export interface Table {
  edges: Edge[];
  rejected: [string, number][];
}

/** Names that a careless program trips over, then plain ones. */
const odd = ['__proto__', 'constructor', '<img src=x onerror=alert(1)>', 'f,"g"', ' ', 'é', 'why'];

export function nameOf(f: number): string {
  return odd[f] ?? `s${f}`;
}

const small = fc.integer({ min: 1, max: 9 });
const middling = fc.integer({ min: 1, max: 5000 });
const huge = fc.constantFrom(1, 2, 1e6, 123456789012, 1e12);

/** Pairs of `table` states, with counts. */
type Counts = fc.Arbitrary<number>;

function link(a: number, b: number, count: Counts): fc.Arbitrary<Edge[]> {
  return fc.tuple(count, count).map(([out, back]): Edge[] => [
    [nameOf(a), nameOf(b), out],
    [nameOf(b), nameOf(a), back],
  ]);
}

function joined(parts: fc.Arbitrary<Edge[]>[]): fc.Arbitrary<Edge[]> {
  return fc.tuple(...parts).map((edges) => edges.flat());
}

function chain(first: number, n: number, count: Counts): fc.Arbitrary<Edge[]> {
  const at = (k: number) => first + k;
  return joined(Array.from({ length: n - 1 }, (_, k) => link(at(k), at(k + 1), count)));
}

function dense(first: number, n: number, count: Counts): fc.Arbitrary<Edge[]> {
  const pairs: fc.Arbitrary<Edge[]>[] = [];
  for (let f = 0; f < n; f++)
    for (let g = 0; g < f; g++) pairs.push(link(first + f, first + g, count));
  return joined(pairs);
}

function ring(n: number, count: Counts): fc.Arbitrary<Edge[]> {
  return fc
    .array(count, { minLength: n, maxLength: n })
    .map((counts) => counts.map((c, f): Edge => [nameOf(f), nameOf((f + 1) % n), c]));
}

/** Any directed edges among ten states, self-transitions and counts of 0 included. */
function scattered(count: Counts): fc.Arbitrary<Edge[]> {
  const state = fc.integer({ min: 0, max: 9 }).map(nameOf);
  return fc.array(fc.tuple(state, state, fc.oneof(fc.constant(0), count, count, count)), {
    minLength: 1,
    maxLength: 30,
  });
}

function kindsOf(count: Counts): fc.Arbitrary<Edge[]> {
  const states = (max: number) => fc.integer({ min: 2, max });
  return fc.oneof(
    states(10).chain((n) => chain(0, n, count)),
    states(6).chain((n) => dense(0, n, count)),
    states(9).chain((n) => ring(n, count)),
    fc.tuple(ring(8, count), chain(2, 4, count)).map((parts) => parts.flat()),
    // Islands: one leads to the next by one step, or not at all.
    fc
      .tuple(
        dense(0, 4, count),
        chain(4, 3, count),
        dense(7, 3, count),
        fc.integer({ min: 0, max: 4 }),
      )
      .map(([a, b, c, bridge]): Edge[] => [
        ...a,
        ...b,
        ...c,
        ...(bridge > 0 ? [[nameOf(1), nameOf(5), bridge] as Edge] : []),
      ]),
    { arbitrary: scattered(count), weight: 3 },
  );
}

function tables(edges: fc.Arbitrary<Edge[]>): fc.Arbitrary<Table> {
  const rejection = fc.integer({ min: 0, max: 40 });
  return fc.tuple(edges, fc.array(rejection, { maxLength: 10 })).map(([found, counts]) => {
    const known = new Set(found.flatMap(([from, to]) => [from, to]));
    const rejected = counts.map((count, f): [string, number] => [nameOf(f), count]);
    return { edges: found, rejected: rejected.filter(([name]) => known.has(name)) };
  });
}

const nothing = fc.constant<Table>({ edges: [], rejected: [] });
const alone = middling.map((count): Table => ({
  edges: [[nameOf(0), nameOf(0), count]],
  rejected: [[nameOf(0), count % 7]],
}));

/** Tables of every kind, counts up to 10^12. */
export const anyTable: fc.Arbitrary<Table> = fc.oneof(
  { arbitrary: nothing, weight: 1 },
  { arbitrary: alone, weight: 1 },
  { arbitrary: tables(kindsOf(small)), weight: 12 },
  { arbitrary: tables(kindsOf(middling)), weight: 6 },
  { arbitrary: tables(kindsOf(huge)), weight: 6 },
);

/** Counts of up to 5,000, at least one: where numbers are compared to many digits. */
export const plainTable: fc.Arbitrary<Table> = fc.oneof(
  tables(kindsOf(small)),
  tables(kindsOf(middling)),
);
