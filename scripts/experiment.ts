/**
 * Runs an experiment without a screen: drives the built page in a headless browser, writes the log
 * as it grows. `npm run --silent experiment -- --agent ID --model ID --attempts N --seed N --out FILE`
 */
import { chromium, type Page } from '@playwright/test';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AGENTS, findAgent } from '../src/agents';
import { readParameters } from '../src/agents/agent';
import { canContinue, texts } from '../src/app/experiment/log-header';
import {
  parseLog,
  serialiseAttempt,
  serialiseHeader,
  serialiseLog,
} from '../src/transitions/log-format';
import type { Attempt, LogHeader } from '../src/transitions/types';
import { browserLaunchOptions } from './browser.mjs';
import {
  bringModel,
  isModelOf,
  MODEL_HELP,
  MODEL_OPTIONS,
  readModelOption,
} from './experiment-model';
import { serve } from './static-server.mjs';

const HELP = `npm run --silent experiment -- --agent ID --model ID --attempts N --seed N --out FILE

  --agent ID        ${AGENTS.map(({ id }) => id).join(', ')}
  --set NAME=VALUE  a parameter of the agent, may be repeated (for example --set topic=core)
${MODEL_HELP}
  --engine E        webllm or wllama (default: the better one on this machine)
  --attempts N      how many in all
  --seed N          0 to 2147483647 (default 1)
  --temperature T   default 1
  --source S        uniform or chain (default uniform)
  --out FILE        the log; the same command goes on from it`;

/** How often the file catches up with the page. */
const POLL_MS = 500;

function refuse(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      agent: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      ...MODEL_OPTIONS,
      engine: { type: 'string', default: 'auto' },
      attempts: { type: 'string' },
      seed: { type: 'string', default: '1' },
      temperature: { type: 'string', default: '1' },
      source: { type: 'string', default: 'uniform' },
      out: { type: 'string' },
    },
  });
  const agent = findAgent(values.agent ?? '');
  if (!agent) throw new Error(`--agent must be one of ${AGENTS.map(({ id }) => id).join(', ')}`);
  const given = Object.fromEntries(values.set.map((pair) => pair.split('=', 2)));
  const { parameters, refused } = readParameters(agent, given as Record<string, string>);
  if (refused.length > 0) throw new Error(refused.join('; '));
  const model = readModelOption(values);
  if (!['auto', 'webllm', 'wllama'].includes(values.engine))
    throw new Error('--engine must be webllm or wllama');
  if (!['uniform', 'chain'].includes(values.source))
    throw new Error('--source must be uniform or chain');
  const attempts = wholeNumber('--attempts', values.attempts, 1, 1_000_000);
  const seed = wholeNumber('--seed', values.seed, 0, 2_147_483_647);
  const temperature = Number(values.temperature);
  if (!(temperature >= 0 && temperature <= 5))
    throw new Error('--temperature must be a number from 0 to 5');
  if (!values.out) throw new Error('--out must name the file of the log');
  const { engine, source, out } = values;
  if (engine !== 'auto' && model.kind !== 'pocket')
    throw new Error('--engine goes with the pocket model; other models run on one engine only');
  return { agent, parameters, model, engine, source, attempts, seed, temperature, out };
}

function wholeNumber(name: string, text: string | undefined, min: number, max: number): number {
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || value < min || value > max)
    throw new Error(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}

type Options = ReturnType<typeof readOptions>;

function address(options: Options, model: string): string {
  const query = new URLSearchParams({
    agent: options.agent.id,
    model,
    ...options.parameters,
    engine: options.engine,
    attempts: String(options.attempts),
    seed: String(options.seed),
    temperature: String(options.temperature),
    source: options.source,
  });
  return `#/?${query}`;
}

/**
 * The log as far as the page's store has it, from attempt `first` on. Runs in the page, so it names no
 * function of its own: tsx would wrap it in a helper that the page does not have.
 */
function readStore(page: Page, first: number) {
  return page.evaluate(async (from) => {
    const id = location.hash.match(/^#\/run\/(.+)$/)?.[1];
    if (!id) return null;
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('equipoise');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const tx = db.transaction(['runs', 'chunks']);
    const requests = [
      tx.objectStore('runs').get(id),
      tx.objectStore('chunks').getAll(IDBKeyRange.bound([id, 0], [id, Infinity])),
    ];
    await new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onerror = () => reject(tx.error);
    });
    db.close();
    const [run, chunks] = requests.map(({ result }) => result);
    if (!run) return null;
    const attempts = (chunks as { attempts: Attempt[] }[])
      .flatMap((chunk) => chunk.attempts)
      .filter((attempt) => attempt.i >= from);
    return { header: run.header as LogHeader, attempts };
  }, first);
}

/** True where a log's agent was set as these options say; what an old log does not name has its default. */
function sameParameters({ agent, parameters }: Options, logged: Record<string, string>): boolean {
  const read = readParameters(agent, logged);
  return (
    read.refused.length === 0 &&
    agent.parameters.every(({ id }) => read.parameters[id] === parameters[id])
  );
}

/** The log in the file, checked; null where there is none yet. */
function existingLog(options: Options): { header: LogHeader; attempts: Attempt[] } | null {
  if (!existsSync(options.out)) return null;
  const read = parseLog(readFileSync(options.out, 'utf8'));
  if (!read.ok) {
    console.error(`${options.out}: ${read.fault.message}`);
    process.exit(1);
  }
  const { header, attempts } = read.value;
  const { agent, model, sampling } = header.experiment;
  const same =
    canContinue(header) && // first: the rest is read from it
    agent.id === options.agent.id &&
    sameParameters(options, texts(header)) &&
    isModelOf(header, options.model) &&
    (options.engine === 'auto' || model.engine === options.engine) &&
    sampling.seed === options.seed &&
    sampling.temperature === options.temperature &&
    sampling.source === options.source;
  if (!same) {
    console.error(
      `${options.out} holds a log of another experiment: name another file, or the same options.`,
    );
    process.exit(1);
  }
  // More attempts may be asked for than the first time.
  header.experiment.sampling.attempts = options.attempts;
  // Written anew, so that a last line cut short is gone before anything is appended.
  writeFileSync(options.out, serialiseLog({ header, attempts }));
  return { header, attempts };
}

async function begin(page: Page, options: Options, url: string): Promise<number | null> {
  const known = existingLog(options);
  const model = await bringModel(page, url, options.model).catch((error: Error) => {
    console.error(error.message);
    return null;
  });
  if (model === null) return null;
  await page.goto(url + address(options, model));
  if (!known) {
    await page.getByRole('button', { name: 'Start a walk' }).click();
    return 0;
  }
  if (known.attempts.length < options.attempts) {
    await page.getByText('Open data', { exact: true }).click();
    await page.locator('input[type=file]').setInputFiles(options.out);
    await page.getByRole('button', { name: 'Go on' }).click();
  }
  return known.attempts.length;
}

async function main(options: Options): Promise<void> {
  const root = fileURLToPath(new URL('../dist', import.meta.url));
  if (!existsSync(`${root}/index.html`)) {
    console.error('The page is not built yet: run npm run build (or npm start) first.');
    process.exit(1);
  }
  const server = await serve({ root });
  const browser = await chromium.launch({ ...browserLaunchOptions(), handleSIGINT: false });
  let stopped = false;
  process.once('SIGINT', () => (stopped = true));
  const started = Date.now();
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    const begun = await begin(page, options, server.url);
    if (begun === null) {
      process.exitCode = 1;
      return;
    }
    let written = begun;
    let headerWritten = written > 0 || existsSync(options.out);
    let complete = written >= options.attempts;
    while (!complete) {
      await page.waitForTimeout(POLL_MS);
      const alert = page.getByRole('alert');
      if ((await alert.count()) > 0) {
        console.error(await alert.first().innerText());
        process.exitCode = 1;
        break;
      }
      const stored = await readStore(page, written);
      if (stored) {
        if (!headerWritten) writeFileSync(options.out, `${serialiseHeader(stored.header)}\n`);
        headerWritten = true;
        if (stored.attempts.length > 0)
          appendFileSync(
            options.out,
            stored.attempts.map((attempt) => `${serialiseAttempt(attempt)}\n`).join(''),
          );
        written += stored.attempts.length;
        console.error(`${written} of ${options.attempts} attempts`);
        complete = written >= options.attempts;
      }
      if (stopped) break;
    }
  } finally {
    await browser.close();
    await server.close();
  }
  if (existsSync(options.out)) summarise(options.out, started);
}

/** Prints the log's counters as one JSON object. */
function summarise(file: string, started: number): void {
  const read = parseLog(readFileSync(file, 'utf8'));
  if (!read.ok) {
    console.error(`${file}: ${read.fault.message}`);
    process.exitCode = 1;
    return;
  }
  const { header, attempts } = read.value;
  const accepted = attempts.filter((attempt) => attempt.to !== undefined).length;
  const states = new Set(
    attempts.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])),
  );
  const { engine, id: model, adapter } = header.experiment.model;
  console.log(
    JSON.stringify({
      attempts: attempts.length,
      accepted,
      rejected: attempts.length - accepted,
      states: states.size,
      seconds: (Date.now() - started) / 1000,
      engine,
      model,
      adapter,
    }),
  );
}

let options: Options;
try {
  options = readOptions();
} catch (error) {
  refuse((error as Error).message);
}
await main(options);
