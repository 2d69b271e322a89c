// Loads the GGUF in wllama in headless Chromium and compares whole distributions with the fixture.
// Run from the project's root, with its packages installed: node scripts/pocket/check_wllama.mjs
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { browserExecutable, browserFlags } from '../browser.mjs';

const ROOT = process.cwd();
const TYPES = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
const WLLAMA = '/node_modules/@wllama/wllama/esm';

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://x').pathname;
  if (path === '/') {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>check</title>');
    return;
  }
  const file = join(ROOT, decodeURIComponent(path));
  if (!existsSync(file) || statSync(file).isDirectory()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({
  executablePath: browserExecutable(),
  headless: false,
  args: browserFlags(),
});
const page = await browser.newPage();
page.on('pageerror', (error) => console.error(error.message));
await page.goto(`http://localhost:${server.address().port}/`);
const fixture = JSON.parse(readFileSync('test/fixtures/pocket/distributions.json', 'utf8'));

/** In the page: log-probabilities of every token after every prompt. */
async function run({ wllama, prompts, size }) {
  const { Wllama } = await import(`${wllama}/index.js`);
  const engine = new Wllama({ default: `${wllama}/wasm/wllama.wasm` }, { suppressNativeLog: true });
  const started = performance.now();
  const model = await (await fetch('/public/models/pocket/gguf/pocket-f16.gguf')).blob();
  await engine.loadModel([model], { n_gpu_layers: 0, n_ctx: 256, n_threads: 1 });
  const loadMs = performance.now() - started;
  const rows = [];
  for (const prompt of prompts) {
    const from = performance.now();
    const answer = await engine.createCompletion({
      prompt: prompt.text,
      max_tokens: 1,
      temperature: 1,
      top_k: 0,
      top_p: 1,
      min_p: 0,
      n_probs: size,
      logprobs: size,
      stream: false,
    });
    const top = answer.choices[0].logprobs.content[0].top_logprobs;
    const ms = performance.now() - from;
    rows.push({ ms, tokens: answer.usage.prompt_tokens, top: top.map((t) => [t.id, t.logprob]) });
  }
  return {
    loadMs,
    rows,
    bos: engine.mustAddBosToken(),
    eos: engine.getEOS(),
    context: engine.getLoadedContextInfo(),
  };
}

const size = fixture.vocabulary;
const found = await page.evaluate(run, { wllama: WLLAMA, prompts: fixture.prompts, size });
await browser.close();
server.close();

const bytes = readFileSync('test/fixtures/pocket/distributions.f32');
const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
let worst = 0;
let short = 0;
let mass = 0;
let miscounted = 0;
found.rows.forEach((row, k) => {
  let distance = 0;
  let sum = 0;
  for (const [id, logprob] of row.top) {
    distance += Math.abs(Math.exp(logprob) - expected[k * size + id]);
    sum += Math.exp(logprob);
  }
  worst = Math.max(worst, distance / 2);
  mass = Math.max(mass, Math.abs(sum - 1));
  if (new Set(row.top.map(([id]) => id)).size !== size) short += 1;
  if (row.tokens !== fixture.prompts[k].ids.length) miscounted += 1;
});
const ms = found.rows.map((row) => row.ms).sort((a, b) => a - b);
const report = {
  engine: 'wllama 3.13.0 in headless Chromium, one thread',
  prompts: found.rows.length,
  worstTotalVariation: worst,
  worstSumError: mass,
  incompleteDistributions: short,
  promptsWithOtherTokenCount: miscounted,
  vocabulary: found.context.n_vocab,
  addsBos: found.bos,
  eos: found.eos,
  loadMs: Math.round(found.loadMs),
  medianMs: Math.round(ms[ms.length >> 1]),
};
console.log(report);
writeFileSync('.pocket/wllama.json', JSON.stringify(report));
const good = worst < 0.005 && !short && !miscounted && !found.bos && found.context.n_vocab === size;
process.exitCode = good ? 0 : 1;
