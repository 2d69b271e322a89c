/** The reader of features: what it takes, and where it says that a file is wrong. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFeaturesCsv } from '../../../src/transitions/features-csv';

function read(text: string) {
  const found = parseFeaturesCsv(text);
  if (!found.ok) throw new Error(found.fault.message);
  return found.value;
}

it('reads names, states and numbers, quoted or not, whatever the line ends', () => {
  const text = '\ufeffstate, size ,"a, b"\r\n"x ""1""",-1.5e3,.5\n\n__proto__,2,+7.\r\n';
  expect(read(text)).toEqual({
    names: ['size', 'a, b'],
    states: ['x "1"', '__proto__'],
    values: Float64Array.from([-1500, 0.5, 2, 7]),
  });
});

it('takes __proto__ as the name of a feature too', () => {
  const { names, values } = read('state,__proto__,constructor\na,1,2\nb,3,4\n');
  expect(names).toEqual(['__proto__', 'constructor']);
  expect([...values]).toEqual([1, 2, 3, 4]);
});

it.each([
  ['an empty file', '', 'csv-header', /^Line 1: expected the header state,NAME1/],
  ['no features', 'state\na\n', 'csv-header', /^Line 1: /],
  ['another first column', 'name,size\na,1\n', 'csv-header', /^Line 1: /],
  ['counts', 'from,to,count\na,b,1\n', 'csv-header', /^Line 1: /],
  ['a feature without a name', 'state,a,\nx,1,2\n', 'csv-header', /^Line 1, column 3: .*nothing/],
  ['a name twice', 'state,a,b,a\nx,1,2,3\n', 'csv-header', /^Line 1, column 4: .*found "a"/],
  ['a feature named as the states', 'state,state\nx,1\n', 'csv-header', /^Line 1, column 2: /],
  [
    'a hundred and one features',
    `state,${Array.from({ length: 101 }, (_, i) => `f${i}`).join()}\n`,
    'csv-header',
    /at most 100 features, found 101/,
  ],
  ['no rows', 'state,a\n\n', 'csv-empty', /^Line 2: /],
  ['a short row', 'state,a,b\nx,1,2\ny,1\n', 'csv-row', /^Line 3: expected 3 columns, found 2/],
  ['a long row', 'state,a\nx,1,2\n', 'csv-row', /^Line 2: expected 2 columns, found 3/],
  ['no state', 'state,a\n,1\n', 'csv-row', /^Line 2, column 1: .*nothing/],
  ['a state twice', 'state,a\nx,1\ny,2\nx,3\n', 'csv-row', /^Line 4, column 1: .*"x".*line 2/],
  [
    'a state twice that every object has',
    'state,a\n__proto__,1\n__proto__,3\n',
    'csv-row',
    /^Line 3, column 1: .*"__proto__"/,
  ],
  ['an empty cell', 'state,a,b\nx,1,2\n"y\nz",3, \n', 'csv-row', /^Line 3, column 3: .*nothing/],
  [
    'the line after a name of two lines',
    'state,a\n"y\nz",3\nx,?\n',
    'csv-row',
    /^Line 4, column 2/,
  ],
  ['a word', 'state,a\nx,big\n', 'csv-row', /^Line 2, column 2: .*finite number, found "big"/],
  ['a missing value', 'state,a\nx,NaN\n', 'csv-row', /found "NaN"/],
  ['infinity', 'state,a\nx,Infinity\n', 'csv-row', /found "Infinity"/],
  ['a number beyond the largest', 'state,a\nx,1e999\n', 'csv-row', /found "1e999"/],
  ['a hexadecimal number', 'state,a\nx,0x10\n', 'csv-row', /found "0x10"/],
  ['a misplaced quotation mark', 'state,a\n"x"y,1\n', 'csv-row', /^Line 2: a quotation mark/],
])('refuses %s', (_, text, code, expected) => {
  const found = parseFeaturesCsv(text);
  expect(found).toMatchObject({ ok: false, fault: { code } });
  expect(!found.ok && found.fault.message).toMatch(expected);
  expect(!found.ok && found.fault.message).not.toContain('\n');
});

it('reads or refuses any text, and never throws or lets through what is no number', () => {
  const cell = fc.oneof(
    fc.constantFrom('state', 'a', '1', '-2.5', '1e400', 'NaN', '"', '"x"', '__proto__', '', '\r'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const table = fc
    .array(fc.array(cell, { maxLength: 3 }), { maxLength: 4 })
    .map((rows) => ['state,a', ...rows.map((row) => row.join())].join('\n'));
  fc.assert(
    fc.property(fc.oneof(table, fc.string({ unit: 'binary' })), (text) => {
      const found = parseFeaturesCsv(text);
      if (!found.ok) return;
      const { names, states, values } = found.value;
      expect(values.length).toBe(names.length * states.length);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(new Set(states).size).toBe(states.length);
    }),
  );
});
