// Loads the exported model with WebLLM's own MLCEngine in headless Chromium and compares whole
// distributions and tokenizations with the fixtures of the training framework.
// Run from the project's root, with its packages installed: node scripts/pocket/library/check_webllm.mjs
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { browserExecutable, browserFlags } from '../../browser.mjs';

const ROOT = process.cwd();
const TYPES = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
const LIMIT = 1e-4;

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
  if (path === '/') {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>check</title>');
    return;
  }
  const file = join(ROOT, path);
  if (!file.startsWith(ROOT) || !existsSync(file) || statSync(file).isDirectory()) {
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
const strings = JSON.parse(readFileSync('test/fixtures/pocket/tokenizer.json', 'utf8'));

/** In the page: ids and logits of every prompt, ids of every string. */
async function run({ prompts, strings }) {
  const { MLCEngine } = await import('/node_modules/@mlc-ai/web-llm/lib/index.js');
  const at = (path) => new URL(`/public/models/pocket/webllm/${path}`, location.href).href;
  let logits = null;
  const recorder = {
    processLogits: (values) => (logits = values.slice()),
    processSampledToken() {},
    resetState() {},
  };
  const record = {
    model: at('resolve/main/'),
    model_id: 'pocket',
    model_lib: at('pocket-webgpu.wasm'),
  };
  const engine = new MLCEngine({
    appConfig: { model_list: [record] },
    logitProcessorRegistry: new Map([['pocket', recorder]]),
    logLevel: 'SILENT',
  });
  const started = performance.now();
  await engine.reload('pocket');
  const loadMs = performance.now() - started;
  const { tokenizer } = engine.loadedModelIdToPipeline.get('pocket');
  const rows = [];
  for (const { text } of prompts) {
    const ids = Array.from(tokenizer.encode(text));
    const from = performance.now();
    await engine.resetChat(true);
    await engine.forwardTokensAndSample(ids, true);
    rows.push({ ids, logits: Array.from(logits), ms: performance.now() - from });
  }
  // the same by one token a step: the decode kernels
  const { ids } = rows[0];
  await engine.resetChat(true);
  for (const id of ids) await engine.forwardTokensAndSample([id], false);
  const from = performance.now();
  const stepped = Array.from(logits);
  for (let k = 0; k < 10; k++) await engine.forwardTokensAndSample([ids[0]], false);
  const stepMs = (performance.now() - from) / 10;
  const tokens = strings.map(({ text }) => Array.from(tokenizer.encode(text)));
  return { loadMs, rows, stepped, stepMs, tokens };
}

const found = await page.evaluate(run, { prompts: fixture.prompts, strings });
await browser.close();
server.close();

const bytes = readFileSync('test/fixtures/pocket/distributions.f32');
const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const size = fixture.vocabulary;

/** Total variation between the softmax of these logits and row k of the fixture. */
function distance(logits, k) {
  const top = Math.max(...logits);
  const weights = logits.map((x) => Math.exp(x - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.reduce((d, w, i) => d + Math.abs(w / total - expected[k * size + i]), 0) / 2;
}

const same = (a, b) => a.length === b.length && a.every((x, k) => x === b[k]);
const ms = found.rows.map((row) => row.ms).sort((a, b) => a - b);
const report = {
  engine: 'WebLLM (MLCEngine) in headless Chromium, software WebGPU adapter',
  prompts: found.rows.length,
  worstTotalVariation: Math.max(...found.rows.map((row, k) => distance(row.logits, k))),
  stepByStepTotalVariation: distance(found.stepped, 0),
  otherPromptTokens: found.rows.filter((row, k) => !same(row.ids, fixture.prompts[k].ids)).length,
  strings: strings.length,
  otherStringTokens: found.tokens.filter((ids, k) => !same(ids, strings[k].ids)).length,
  loadMs: Math.round(found.loadMs),
  medianPromptMs: Math.round(ms[ms.length >> 1]),
  fastestPromptMs: Math.round(ms[0]),
  stepMs: Math.round(found.stepMs),
};
console.log(report);
writeFileSync('.pocket/webllm.json', JSON.stringify(report));
const near = Math.max(report.worstTotalVariation, report.stepByStepTotalVariation) < LIMIT;
process.exitCode = near && !report.otherPromptTokens && !report.otherStringTokens ? 0 : 1;
