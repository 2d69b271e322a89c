/**
 * word-walk on both engines with the pocket model, in a headless browser: a bare loop of the engine's own
 * completion call (the peer) against our sampler without its tree, and against the cached tree; answers that
 * end with their line, and answers of one token, where a row is one forward pass. The bare
 * loop and our sampler take turns on sources of the walk. Times and forward passes, an attempt.
 */
import { runInPage } from './tools/in-page';
import type { BenchLine } from './tools/measure';
import type { Asked, SamplingRun } from './tools/sampling-page';

const ATTEMPTS = { line: [2000, 10_000], token: [2000] };
/** Attempts without the tree: fewer on WebLLM, which the software adapter makes slow. */
const BARE = { wllama: 300, webllm: 60 };

const PACKAGES = ['@mlc-ai/web-llm', '@wllama/wllama', 'hash-wasm', 'idb'];

const inPage = (asked: Asked) =>
  runInPage<Asked, SamplingRun>('/bench/tools/sampling-page.ts', asked, PACKAGES);

function line(name: string, ours: number, peer: number, unit: string): BenchLine {
  return { bench: 'sampling', case: name, ours, peer, ratio: peer / ours, unit };
}

export default async function* sampling(): AsyncIterable<BenchLine> {
  const sides = (['wllama', 'webllm'] as const).flatMap((engine) =>
    (['line', 'token'] as const).map((answer) => ({ engine, answer })),
  );
  for (const { engine, answer } of sides) {
    const bare = BARE[engine];
    const asked = { engine, answer, attempts: ATTEMPTS[answer], bare };
    const { adapter, loop, plain, trees } = await inPage(asked);
    const where = `${engine} on ${adapter}, answers of one ${answer}`;
    const each = { ms: 'ms an attempt', passes: 'forward passes an attempt' };
    const one = `${where}, one answer at a time (${bare} attempts each)`;
    yield line(one, plain.ms, loop.ms, each.ms);
    yield line(one, plain.passes, loop.passes, each.passes);
    for (const { attempts, accepted, ms, passes } of trees) {
      const cached = `${where}, cached tree (${attempts} attempts, ${(100 * accepted).toFixed(0)}% accepted)`;
      yield line(cached, ms, loop.ms, each.ms);
      yield line(cached, passes, loop.passes, each.passes);
    }
  }
}
