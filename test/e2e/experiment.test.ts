/** The experiment command: both engines write a valid log; Ctrl-C leaves one, and it goes on. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { parseLog } from '../../src/transitions/log-format';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command; `until` may end it early by Ctrl-C, on what it says on standard error. */
function experiment(options: string[], until?: (err: string) => boolean): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/experiment.ts', ...options], {
    cwd: root,
  });
  let out = '';
  let err = '';
  let ended = false;
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => {
    err += data;
    if (!ended && until?.(err)) ended = child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

let folder: string;
test.beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'equipoise-'))));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

function readLog(file: string) {
  const read = parseLog(readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(read.fault.message);
  return read.value;
}

for (const [engine, attempts] of [
  ['webllm', 100],
  ['wllama', 5000],
] as const)
  test(`--engine ${engine} writes a valid log of ${attempts} attempts`, async () => {
    test.setTimeout(400_000);
    const out = join(folder, `${engine}.eq.jsonl`);
    const ended = await experiment(
      `--agent word-walk --model pocket --engine ${engine} --attempts ${attempts} --seed 1 --out ${out}`.split(
        ' ',
      ),
    );
    expect(ended.err).not.toContain('page:');
    expect(ended.code).toBe(0);
    const summary = JSON.parse(ended.out);
    expect(summary).toMatchObject({ attempts, engine, model: 'pocket' });
    expect(summary.accepted + summary.rejected).toBe(attempts);
    expect(summary.accepted / attempts).toBeGreaterThan(engine === 'wllama' ? 0.85 : 0.75);
    console.info(`${engine}: ${((60 * attempts) / summary.seconds).toFixed(0)} attempts a minute`);
    const log = readLog(out);
    expect(log.attempts).toHaveLength(attempts);
    expect(log.header.experiment.model.engine).toBe(engine);
  });

test('Ctrl-C leaves a valid log, and the same command goes on from it', async () => {
  test.setTimeout(300_000);
  const out = join(folder, 'stopped.eq.jsonl');
  const options =
    `--agent word-walk --model pocket --engine wllama --attempts 900 --seed 9 --out ${out}`.split(
      ' ',
    );
  const first = await experiment(options, (err) => /^[1-9]\d* of 900/m.test(err));
  expect(JSON.parse(first.out).attempts).toBeLessThan(900);
  const before = readLog(out);
  expect(before.attempts.length).toBeGreaterThan(0);
  const second = await experiment(options);
  expect(second.code).toBe(0);
  const after = readLog(out);
  expect(after.attempts).toHaveLength(900);
  expect(after.attempts.slice(0, before.attempts.length)).toEqual(before.attempts);
  expect(after.header.id).toBe(before.header.id);
  const other = await experiment(options.map((word) => (word === '9' ? '8' : word)));
  expect(other.code).toBe(1);
  expect(other.err).toContain('another experiment');
});

test('--gguf: a file from disk walks, and the same command goes on from its log', async () => {
  test.setTimeout(300_000);
  const out = join(folder, 'gguf.eq.jsonl');
  const words = (attempts: number) =>
    `--agent word-walk --gguf public/models/pocket/gguf/pocket-f16.gguf --format plain --attempts ${attempts} --seed 4 --out ${out}`.split(
      ' ',
    );
  const first = await experiment(words(150));
  expect(first.err).not.toContain('page:');
  expect(JSON.parse(first.out)).toMatchObject({ attempts: 150, engine: 'wllama' });
  const before = readLog(out);
  expect(before.header.experiment.model).toMatchObject({ format: 'plain' });
  const second = await experiment(words(220));
  expect(second.code).toBe(0);
  const after = readLog(out);
  expect(after.attempts).toHaveLength(220);
  expect(after.attempts.slice(0, 150)).toEqual(before.attempts);
});

test('bad options: status 2, one sentence, and how to use it', async () => {
  for (const [options, sentence] of [
    ['--agent nobody --attempts 5 --out x', '--agent must be one of'],
    ['--agent word-walk --attempts five --out x', '--attempts must be a whole number'],
    ['--agent word-walk --attempts 5', '--out must name the file'],
    ['--agent word-walk --set topic=physics --attempts 5 --out x', 'topic must be one of'],
    ['--agent word-walk --attempts 5 --out x --engine nothing', '--engine must be'],
    ['--colour red', '--colour'],
    ['--agent word-walk --attempts 5 --out x --gguf none.gguf', 'there is no file none.gguf'],
    ['--agent word-walk --attempts 5 --out x --webllm http://a/', '--webllm needs --library'],
    ['--agent word-walk --attempts 5 --out x --endpoint http://a/v1', '--endpoint-model'],
    ['--agent word-walk --attempts 5 --out x --model Llama', '--model must be pocket'],
    ['--agent word-walk --attempts 5 --out x --model pocket --gguf a', 'exclude each other'],
  ] as const) {
    const ended = await experiment(options.split(' '));
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(sentence);
    expect(ended.out).toBe('');
  }
});
