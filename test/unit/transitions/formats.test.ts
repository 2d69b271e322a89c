/** The readers and writers of formats 1 to 3: what they take, and what they say of the rest. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Counter } from '../../../src/transitions/count';
import { countsCsv, parseCountsCsv } from '../../../src/transitions/counts-csv';
import {
  parseLog,
  serialiseAttempt,
  serialiseHeader,
  serialiseLog,
} from '../../../src/transitions/log-format';
import { readTransitions } from '../../../src/transitions/read-file';
import type { Attempt, CountGraph, LogHeader, TransitionLog } from '../../../src/transitions/types';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const header: LogHeader = {
  equipoise: 1,
  kind: 'log',
  id: 'one',
  created: '2026-01-01T00:00:00Z',
  experiment: {
    agent: { id: 'word-sum', parameters: {}, template: '' },
    model: { engine: 'webllm', id: 'pocket' },
    sampling: { temperature: 1, topP: 1, seed: 1, source: 'uniform', maxTokens: 8, attempts: null },
    steering: null,
    version: '0.1.0',
  },
};
const first = serialiseHeader(header);
const lines = [
  '{"i":0,"t":12.5,"from":"A","to":"B"}',
  '{"i":1,"t":13,"from":"B","reject":"empty","text":""}',
];
const file = (...rest: string[]) => [first, ...rest].join('\n') + '\n';

function refusal(text: string): string {
  const read = readTransitions(text);
  if (read.ok) throw new Error('was read');
  expect(read.fault.message).not.toContain('\n');
  expect(read.fault.code).toMatch(/^[a-z-]+$/);
  return read.fault.message;
}

function graph(text: string): CountGraph {
  const read = readTransitions(text);
  if (!read.ok) throw new Error(read.fault.message);
  return read.value.graph;
}

describe('the log', () => {
  it('comes back as it was written, whatever the names and texts', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    const attempt = fc.oneof(
      fc.record({ from: text, to: text }),
      fc.record({ from: text, reject: text, text: fc.string({ unit: 'binary' }) }),
      fc.record({ from: text, to: text, p: fc.constant(0.25), ms: fc.constant(3) }),
    );
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 1, maxLength: 10 }), (list) => {
        const attempts = list.map((one, i): Attempt => ({ i, t: i / 2, ...one }));
        const log: TransitionLog = { header, attempts };
        const read = parseLog(serialiseLog(log));
        // JSON has no lone surrogates of its own; JavaScript escapes them, so they survive.
        expect(read).toEqual({ ok: true, value: log });
      }),
    );
  });

  it('is told by its first line', () => {
    const read = readTransitions('\ufeff' + file(...lines).replaceAll('\n', '\r\n'));
    expect(read.ok && read.value.format).toBe('log');
    expect(read.ok && read.value.log?.attempts).toHaveLength(2);
  });

  it.each([
    ['without a line break', file(...lines) + '{"i":2,"t":14,"from":"A","t'],
    ['with one', file(...lines, '{"i":2,"t":14,"from":"A","t')],
  ])('drops a last line cut short, %s, and says so', (_, text) => {
    const read = readTransitions(text);
    expect(read.ok && read.value.log?.attempts).toHaveLength(2);
    expect(read.ok && read.warnings?.[0]).toMatch(/Line 4.*cut short/);
  });

  it('cut at any byte reads a prefix or refuses, and never reads something else', () => {
    const whole = file(...lines);
    for (let end = first.length + 2; end < whole.length; end++) {
      const read = readTransitions(whole.slice(0, end));
      if (!read.ok) continue;
      expect(read.value.log!.attempts).toEqual(
        [JSON.parse(lines[0]!), JSON.parse(lines[1]!)].slice(0, read.value.log!.attempts.length),
      );
    }
  });

  it.each([
    ['a broken line in the middle', file('{"i":0,"t":1,"fr', lines[1]!), /^Line 2: /],
    ['a last line that is no object', file(lines[0]!, 'garbage'), /^Line 3: /],
    ['a blank line in the middle', file(lines[0]!, '', lines[1]!), /^Line 3: /],
    ['a gap in i', file(lines[0]!, lines[1]!.replace('"i":1', '"i":2')), /^Line 3: .*"i": 1/],
    ['i from 1', file(lines[0]!.replace('"i":0', '"i":1')), /^Line 2: .*"i": 0/],
    ['both to and reject', file('{"i":0,"t":1,"from":"A","to":"B","reject":"x"}'), /not both/],
    ['neither to nor reject', file('{"i":0,"t":1,"from":"A"}'), /either "to" or "reject"/],
    ['no from', file('{"i":0,"t":1,"to":"B"}'), /"from"/],
    ['an empty name', file('{"i":0,"t":1,"from":"","to":"B"}'), /"from"/],
    ['a number as a name', file('{"i":0,"t":1,"from":"A","to":7}'), /"to"/],
    ['null as a name', file('{"i":0,"t":1,"from":"A","to":null}'), /"to"/],
    ['a negative time', file('{"i":0,"t":-1,"from":"A","to":"B"}'), /"t"/],
    ['no time', file('{"i":0,"from":"A","to":"B"}'), /"t"/],
    ['p above 1', file('{"i":0,"t":1,"from":"A","to":"B","p":2}'), /"p"/],
    ['ms as text', file('{"i":0,"t":1,"from":"A","to":"B","ms":"3"}'), /"ms"/],
    ['text as a number', file('{"i":0,"t":1,"from":"A","to":"B","text":3}'), /"text"/],
    ['an array as a line', file('[1,2]', lines[1]!), /^Line 2: /],
    [
      'another version',
      file(...lines).replace('"equipoise":1', '"equipoise":2'),
      /^Line 1: .*"equipoise": 1/,
    ],
    ['another kind', file(...lines).replace('"kind":"log"', '"kind":"diary"'), /^Line 1: .*"kind"/],
    [
      'no experiment',
      '{"equipoise":1,"kind":"log","id":"x","created":"y"}\n' + lines[0],
      /^Line 1: .*"experiment"/,
    ],
    ['a header cut short', first.slice(0, -5), /^Line 1: /],
    ['no attempts', file(), /^Line 2: .*at least one attempt/],
  ])('refuses %s and says where', (_, text, expected) => {
    expect(refusal(text)).toMatch(expected);
  });

  it('writes keys in a fixed order and leaves out what is not there', () => {
    expect(serialiseAttempt({ to: 'B', from: 'A', t: 1, i: 0 })).toBe(
      '{"i":0,"t":1,"from":"A","to":"B"}',
    );
  });

  it('refuses a result, kindly', () => {
    expect(refusal('{"equipoise":1,"kind":"result","input":{}}')).toMatch(/result/);
    expect(refusal('{\n  "equipoise": 1,\n  "kind": "result"\n}')).toMatch(/result/);
  });
});

describe('counts as CSV', () => {
  it('reads transitions, self-transitions, rejections, and adds pairs up', () => {
    const read = graph('from,to,count\r\na,b,3\na,b,4\na,a,2\na,,5\nb,"x ""y"",\nz",1\n\n');
    expect(read.names).toEqual(['a', 'b', 'x "y",\nz']);
    expect([...read.count]).toEqual([7, 1]);
    expect([...read.attempts]).toEqual([14, 1, 0]);
    expect(read.selfTransitions[0]).toBe(2);
    expect(read.rejected[0]).toBe(5);
  });

  it('takes any text as a name, as data', () => {
    const names = ['<img src=x onerror=alert(1)>', '__proto__', 'constructor', '=1+1'];
    const read = graph(
      'from,to,count\n' + names.map((name) => `${name},hasOwnProperty,1`).join('\n'),
    );
    expect(read.names).toEqual([names[0], 'hasOwnProperty', ...names.slice(1)]);
    expect([...read.count]).toEqual([1, 1, 1, 1]);
  });

  it('comes back as it was written', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 8 })
      .filter((one) => !one.includes('\0'));
    const row = fc.tuple(name, fc.oneof(name, fc.constant('')), fc.integer({ min: 1, max: 99 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const counter = new Counter();
        for (const [from, to, count] of rows) {
          if (to === '') counter.addRejections(from, 'invalid', count);
          else counter.addTransitions(from, to, count);
        }
        const written = counter.snapshot();
        const read = parseCountsCsv(countsCsv(written));
        if (!read.ok) throw new Error(read.fault.message);
        const table = (one: CountGraph) => countsCsv(one).split('\n').sort();
        expect(table(read.value)).toEqual(table(written));
      }),
    );
  });

  it.each([
    ['an empty file', '', /empty/],
    ['blanks only', ' \n\n', /empty/],
    ['no header', 'a,b,3\n', /^Line 1: .*from,to,count/],
    ['another header', 'source,target,count\na,b,3', /^Line 1: .*from,to,count/],
    ['a header only', 'from,to,count\n', /^Line 2: /],
    ['a negative count', 'from,to,count\na,b,3\na,c,-1', /^Line 3, column 3: .*"-1"/],
    ['half a count', 'from,to,count\na,b,0.5', /^Line 2, column 3: /],
    ['a count in words', 'from,to,count\na,b,many', /^Line 2, column 3: .*"many"/],
    ['markup as a count', 'from,to,count\na,b,<img src=x onerror=alert(1)>', /^Line 2, column 3: /],
    ['no count', 'from,to,count\na,b,', /^Line 2, column 3: /],
    ['infinity', 'from,to,count\na,b,Infinity', /^Line 2, column 3: /],
    ['1e3', 'from,to,count\na,b,1e3', /^Line 2, column 3: /],
    ['hexadecimal', 'from,to,count\na,b,0x10', /^Line 2, column 3: /],
    ['two columns', 'from,to,count\na,b', /^Line 2: expected 3 columns/],
    ['four columns', 'from,to,count\n\na,b,1,2', /^Line 3: expected 3 columns/],
    ['no source', 'from,to,count\n,b,1', /^Line 2, column 1: /],
    ['an open quotation mark', 'from,to,count\n"a,b,1\nc,d,2', /quotation mark/],
    ['semicolons', 'from;to;count\na;b;1', /^Line 1: /],
    ['only zeros', 'from,to,count\na,b,0', /at least one attempt/],
    [
      'a wrong line after a name of two lines',
      'from,to,count\n"a\nb",c,1\nd,e,x',
      /^Line 4, column 3/,
    ],
    ['a binary file', '\u0089PNG\u0000\u0001', /not text/],
    ['a page', '<!doctype html>\n<p>hello</p>', /^Line 1: /],
  ])('refuses %s and says where', (_, text, expected) => {
    expect(refusal(text)).toMatch(expected);
  });
});

describe('the published formats', () => {
  it('word agent: INVALID00 becomes rejections, its row is dropped, and both are said', () => {
    const read = readTransitions(
      '{"BUZZY":["TURKEY","INVALID00","TURKEY"],"INVALID00":["BUZZY","INVALID00"],"__proto__":["BUZZY"]}',
    );
    if (!read.ok) throw new Error(read.fault.message);
    expect(read.value.format).toBe('published-words');
    expect(read.value.graph.names).toEqual(['BUZZY', 'TURKEY', '__proto__']);
    expect([...read.value.graph.attempts]).toEqual([3, 0, 1]);
    expect([...read.value.graph.rejected]).toEqual([1, 0, 0]);
    expect(read.warnings).toHaveLength(2);
    expect(read.warnings?.[0]).toMatch(/^1 transition/);
    expect(read.warnings?.[1]).toMatch(/2 attempts/);
  });

  it('expression agent: k sources are k transitions', () => {
    const read = readTransitions(
      '[{"target_expression":"x+1","target_score":0.1,"source_expressions":[{"expression":"x"},{"expression":"x*x","score":2}]},{"target_expression":"x","source_expressions":[{"expression":"x+1"}]}]',
    );
    if (!read.ok) throw new Error(read.fault.message);
    expect(read.value.format).toBe('published-expressions');
    expect(read.value.graph.names).toEqual(['x', 'x+1', 'x*x']);
    expect([...read.value.graph.count]).toEqual([1, 1, 1]);
  });

  it.each([
    ['a target that is no list', '{"A":"B"}', /At "A": expected a list/],
    ['a target that is no name', '{"A":["B",3]}', /At "A", entry 1/],
    ['an empty object', '{}', /at least one transition/],
    ['an empty list', '[]', /at least one transition/],
    ['a list of numbers', '[1]', /At \[0\]/],
    ['no target', '[{"source_expressions":[]}]', /At \[0\].target_expression/],
    ['no sources', '[{"target_expression":"x"}]', /At \[0\].source_expressions/],
    [
      'null as a source',
      '[{"target_expression":"x","source_expressions":[null]}]',
      /source_expressions\[0\]/,
    ],
    ['broken JSON', '{"A":["B",}', /JSON|^Line 1/],
    ['JSON cut short', '[{"target_expression":', /JSON|^Line 1/],
    ['a string', '"hello"', /^Line 1: /],
    ['null', 'null', /^Line 1: /],
  ])('refuses %s and says where', (_, text, expected) => {
    expect(refusal(text)).toMatch(expected);
  });
});

it('any text is read or refused with one sentence, and never throws', () => {
  const piece = fc.constantFrom(
    ...'{}[],:"\n\r 01ai',
    'from,to,count\n',
    first,
    '"i":0',
    '\ufeff',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const read = readTransitions(pieces.join(''));
      if (!read.ok) expect(read.fault.message).toMatch(/\.$/);
    }),
    { numRuns: 500 },
  );
});
